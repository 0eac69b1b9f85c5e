package org.allodium.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.allodium.tenancy.Person;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Who is in the demo: written by the launcher at its first start, the same people that the
/// identity provider knows. Never printed: it holds keys.
record DemoFile(List<User> users, List<Key> keys) {
    record User(
            String username,
            String subject,
            String firstName,
            String lastName,
            String email,
            List<String> roles,
            @Nullable String tenant) {
        User {
            roles = List.copyOf(roles);
        }

        Person person() {
            return new Person(subject, firstName + " " + lastName, email);
        }
    }

    record Key(String name, String key, String tenant, String purpose) {
        @Override
        public String toString() {
            return "Key[" + name + "]";
        }
    }

    private static final JsonMapper JSON =
            JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

    DemoFile {
        users = List.copyOf(users);
        keys = List.copyOf(keys);
    }

    static DemoFile read(Path file) {
        try {
            return JSON.readValue(Files.readAllBytes(file), DemoFile.class);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    User withRole(String role) {
        return users.stream()
                .filter(user -> user.tenant() == null && user.roles().contains(role))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalStateException("The demo file names nobody as " + role));
    }

    List<User> membersOf(String slug) {
        return users.stream().filter(user -> slug.equals(user.tenant())).toList();
    }

    User ownerOf(String slug) {
        return membersOf(slug).stream()
                .filter(user -> user.roles().contains("owner"))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalStateException("The demo file names no owner of " + slug));
    }
}
