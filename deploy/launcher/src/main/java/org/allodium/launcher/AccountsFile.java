package org.allodium.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Whose accounts and keys a first start makes: `deploy/PROFILE/accounts.json`, without a secret.
record AccountsFile(
        List<Accounts.Organisation> organisations, List<Person> people, List<Key> keys) {
    /// @param tenant the organisation's slug; absent for staff of the platform
    record Person(
            String username,
            String firstName,
            String lastName,
            String role,
            @Nullable String tenant) {}

    record Key(String tenant, String purpose) {}

    private static final JsonMapper JSON = JsonMapper.builder().build();

    AccountsFile {
        organisations = List.copyOf(organisations);
        people = List.copyOf(people);
        keys = List.copyOf(keys);
    }

    static AccountsFile of(Path root, String profile) {
        var file = root.resolve("deploy").resolve(profile).resolve("accounts.json");
        try {
            return JSON.readValue(Files.readAllBytes(file), AccountsFile.class);
        } catch (JacksonException broken) {
            throw new Trouble(file + " cannot be read: " + broken.getOriginalMessage(), broken);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
