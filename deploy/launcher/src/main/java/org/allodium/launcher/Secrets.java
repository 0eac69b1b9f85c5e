package org.allodium.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// The stack's own passwords, made once at random and kept in one private file.
record Secrets(
        String databaseSuperuser,
        String databaseOwner,
        String databaseApp,
        String databasePlatform,
        String databaseKeycloak,
        String keycloakAdmin,
        String portalClient,
        String onboardingClient) {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final JsonMapper JSON = JsonMapper.builder().build();

    static Secrets loadOrMake(DataFolder folder) {
        var file = folder.secrets().resolve("stack.json");
        if (Files.exists(file)) {
            return load(file);
        }
        if (Files.exists(folder.database())) {
            throw new Trouble(
                    file
                            + " is missing although a database exists: restore that file from your backup, or run ./allodium reset to start anew.");
        }
        var made =
                new Secrets(
                        password(),
                        password(),
                        password(),
                        password(),
                        password(),
                        password(),
                        password(),
                        password());
        DataFolder.writePrivate(file, JSON.writeValueAsBytes(made));
        return made;
    }

    private static Secrets load(Path file) {
        try {
            return JSON.readValue(Files.readAllBytes(file), Secrets.class);
        } catch (JacksonException broken) {
            throw new Trouble(
                    file + " cannot be read: restore it from your backup, or run ./allodium reset.",
                    broken);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /// 192 random bits, in letters that need no quoting anywhere.
    static String password() {
        return random(24);
    }

    static String random(int bytes) {
        var raw = new byte[bytes];
        RANDOM.nextBytes(raw);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(raw);
    }
}
