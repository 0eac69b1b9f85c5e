package org.allodium.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// The demo's accounts and keys: who they are is fixed, what opens them is random and made once per
/// data folder.
public record Demo(List<User> users, List<Key> keys) {

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

    /// An organisation of the fictional country, as Keycloak knows it.
    record Organisation(String slug, String name) {}

    static final List<Organisation> ORGANISATIONS =
            List.of(
                    new Organisation("coastal-climate-lab", "Coastal Climate Lab"),
                    new Organisation("national-archive", "National Archive"),
                    new Organisation("river-school", "River School"),
                    new Organisation("old-mill-institute", "Old Mill Institute"),
                    new Organisation("tidewater-robotics", "Tidewater Robotics"));

    private static final JsonMapper JSON = JsonMapper.builder().build();

    public Demo {
        users = List.copyOf(users);
        keys = List.copyOf(keys);
    }

    static Demo none() {
        return new Demo(List.of(), List.of());
    }

    static Demo loadOrMake(DataFolder folder) {
        return load(folder)
                .orElseGet(
                        () -> {
                            var made = make();
                            DataFolder.writePrivate(folder.demo(), JSON.writeValueAsBytes(made));
                            return made;
                        });
    }

    static Optional<Demo> load(DataFolder folder) {
        if (!Files.exists(folder.demo())) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readValue(Files.readAllBytes(folder.demo()), Demo.class));
        } catch (JacksonException broken) {
            throw new Trouble(
                    folder.demo() + " cannot be read: run ./allodium reset to start anew.", broken);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static Demo make() {
        var users = new ArrayList<User>();
        users.add(user("owner", "Ada", "Lindqvist", "owner", "coastal-climate-lab"));
        users.add(user("admin", "Jonas", "Berg", "admin", "coastal-climate-lab"));
        users.add(user("member", "Mira", "Solberg", "member", "coastal-climate-lab"));
        users.add(user("billing-viewer", "Tomas", "Ek", "billing-viewer", "coastal-climate-lab"));
        users.add(user("archive-owner", "Ingrid", "Falk", "owner", "national-archive"));
        users.add(user("school-owner", "Henrik", "Dahl", "owner", "river-school"));
        users.add(user("mill-owner", "Sofia", "Nyman", "owner", "old-mill-institute"));
        users.add(user("startup-owner", "Emil", "Strand", "owner", "tidewater-robotics"));
        users.add(user("programme-officer", "Karin", "Holm", "programme-officer", null));
        users.add(user("reviewer", "Oskar", "Lund", "reviewer", null));
        users.add(user("finance", "Elin", "Vik", "finance", null));
        users.add(user("administrator", "Nils", "Aster", "administrator", null));
        users.add(user("operator", "Freja", "Moen", "operator", null));
        users.add(user("security-officer", "Anton", "Rask", "security-officer", null));
        users.add(user("auditor", "Signe", "Torp", "auditor", null));
        return new Demo(
                users,
                List.of(
                        key("coastal-climate-lab", "standard"),
                        key("national-archive", "strict"),
                        key("river-school", "small"),
                        key("old-mill-institute", "spent"),
                        key("tidewater-robotics", "startup")));
    }

    private static User user(
            String username,
            String firstName,
            String lastName,
            String role,
            @Nullable String tenant) {
        var domain = (tenant == null ? "allodium" : tenant) + ".example";
        return new User(
                username,
                Secrets.random(12),
                UUID.randomUUID().toString(),
                firstName,
                lastName,
                (firstName + "." + lastName).toLowerCase(java.util.Locale.ROOT) + "@" + domain,
                List.of(role),
                tenant);
    }

    private static Key key(String tenant, String purpose) {
        return new Key("demo-" + purpose, "sk-alo-" + Secrets.random(32), tenant, purpose);
    }
}
