package org.allodium.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// The accounts and keys of a profile: who they are is written in its file, what opens them is
/// random and made once per data folder.
public record Accounts(List<User> users, List<Key> keys, List<Organisation> organisations) {

    public record User(
            String username,
            String password,
            String subject,
            String firstName,
            String lastName,
            String email,
            List<String> roles,
            @Nullable String tenant) {
        public User {
            roles = List.copyOf(roles);
        }
    }

    public record Key(String name, String key, String tenant, String purpose) {}

    /// An organisation as Keycloak knows it.
    public record Organisation(String slug, String name) {}

    private static final JsonMapper JSON = JsonMapper.builder().build();

    public Accounts {
        users = List.copyOf(users);
        keys = List.copyOf(keys);
        organisations = List.copyOf(organisations);
    }

    static Accounts none() {
        return new Accounts(List.of(), List.of(), List.of());
    }

    static Accounts loadOrMake(DataFolder folder, AccountsFile file) {
        return load(folder)
                .map(made -> new Accounts(made.users(), made.keys(), file.organisations()))
                .orElseGet(
                        () -> {
                            var made = make(file);
                            DataFolder.writePrivate(
                                    folder.demo(),
                                    JSON.writeValueAsBytes(new Kept(made.users(), made.keys())));
                            return made;
                        });
    }

    /// What the data folder keeps; the organisations stand in the profile's file.
    private record Kept(List<User> users, List<Key> keys) {}

    static Optional<Accounts> load(DataFolder folder) {
        if (!Files.exists(folder.demo())) {
            return Optional.empty();
        }
        try {
            var kept = JSON.readValue(Files.readAllBytes(folder.demo()), Kept.class);
            return Optional.of(new Accounts(kept.users(), kept.keys(), List.of()));
        } catch (JacksonException broken) {
            throw new Trouble(
                    folder.demo() + " cannot be read: run ./allodium reset to start anew.", broken);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static Accounts make(AccountsFile file) {
        return new Accounts(
                file.people().stream().map(Accounts::user).toList(),
                file.keys().stream().map(Accounts::key).toList(),
                file.organisations());
    }

    private static User user(AccountsFile.Person person) {
        var domain = (person.tenant() == null ? "allodium" : person.tenant()) + ".example";
        var name = person.firstName() + "." + person.lastName();
        return new User(
                person.username(),
                Secrets.random(12),
                UUID.randomUUID().toString(),
                person.firstName(),
                person.lastName(),
                name.toLowerCase(Locale.ROOT) + "@" + domain,
                List.of(person.role()),
                person.tenant());
    }

    private static Key key(AccountsFile.Key key) {
        return new Key(
                "demo-" + key.purpose(),
                "sk-alo-" + Secrets.random(32),
                key.tenant(),
                key.purpose());
    }
}
