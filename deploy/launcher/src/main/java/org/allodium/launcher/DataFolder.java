package org.allodium.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Objects;

/// The paths under `ALLODIUM_HOME`, and the two ways of writing that survive being killed: a whole
/// file or no file, a whole folder or no folder.
record DataFolder(Path home) {

    Path database() {
        return home.resolve("db");
    }

    Path keycloak() {
        return home.resolve("keycloak");
    }

    /// @param node the server whose own folder it is
    Path server(Component node) {
        var name = node == Component.PORTAL ? "allodium" : "allodium-2";
        return home.resolve("liberty/servers").resolve(name);
    }

    /// Each server has its own: a start of one must not change what the other reads.
    Path war(Component node) {
        return server(node).resolve("apps/allodium.war");
    }

    Path libraries() {
        return home.resolve("liberty/lib");
    }

    Path logs() {
        return home.resolve("logs");
    }

    Path log(String component) {
        return logs().resolve(component + ".log");
    }

    Path run() {
        return home.resolve("run");
    }

    Path pidFile(String component) {
        return run().resolve(component + ".pid");
    }

    Path secrets() {
        return home.resolve("secrets");
    }

    Path demo() {
        return secrets().resolve("demo.json");
    }

    Path operationsToken() {
        return secrets().resolve("operations-token");
    }

    Path signingKey() {
        return secrets().resolve("receipt-signing-key.json");
    }

    Path receiptKeys() {
        return home.resolve("evidence/jwks.json");
    }

    void create() {
        try {
            Files.createDirectories(home);
            for (var folder :
                    new Path[] {logs(), run(), home.resolve("models"), home.resolve("djl")}) {
                Files.createDirectories(folder);
            }
            if (!Files.isDirectory(secrets())) {
                Files.createDirectory(
                        secrets(),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
            }
        } catch (IOException unwritable) {
            throw new Trouble(
                    "The data folder "
                            + home
                            + " cannot be written ("
                            + unwritable.getMessage()
                            + "): make it writable, or set ALLODIUM_HOME to another folder.",
                    unwritable);
        }
    }

    /// Writes the whole file or nothing, readable by its owner alone.
    static void writePrivate(Path file, byte[] content) {
        var draft = file.resolveSibling(file.getFileName() + ".draft");
        try {
            Files.createDirectories(file.getParent());
            Files.deleteIfExists(draft);
            Files.createFile(
                    draft,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
            Files.write(draft, content);
            Files.move(
                    draft,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// Whether a copy is not that of this file, by size and time.
    static boolean differs(Path from, Path to) {
        try {
            return !Files.exists(to)
                    || Files.size(to) != Files.size(from)
                    || !Files.getLastModifiedTime(to).equals(Files.getLastModifiedTime(from));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// Copies only what differs in size or time, so that a second start writes next to nothing.
    static void copyIfChanged(Path from, Path to) {
        try {
            if (!differs(from, to)) {
                return;
            }
            Files.createDirectories(to.getParent());
            var draft = to.resolveSibling(to.getFileName() + ".draft");
            Files.copy(
                    from,
                    draft,
                    StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.COPY_ATTRIBUTES);
            Files.move(
                    draft, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// Makes `to` hold exactly the files of `from`. Its folders stay: a server keeps its own there.
    static void mirror(Path from, Path to) {
        try {
            Files.createDirectories(to);
            try (var old = Files.list(to)) {
                for (var file : old.toList()) {
                    if (Files.isRegularFile(file)
                            && !Files.exists(from.resolve(file.getFileName().toString()))) {
                        Files.delete(file);
                    }
                }
            }
            try (var files = Files.list(from)) {
                for (var file : files.filter(Files::isRegularFile).toList()) {
                    copyIfChanged(file, to.resolve(file.getFileName().toString()));
                }
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// Puts a copy of a whole folder in the place of `to`.
    static void replace(Path from, Path to) {
        delete(to);
        try (var all = Files.walk(from)) {
            for (var each : all.toList()) {
                Files.copy(each, to.resolve(from.relativize(each).toString()));
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// Deletes a file or a whole folder, without following links.
    static void delete(Path path) {
        if (!Files.exists(path, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (var all = Files.walk(path)) {
            for (var each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// Free space is asked for before unpacking, since a full disk would show as a broken archive.
    void requireSpace(long bytes, String forWhat) {
        requireSpace(home, bytes, forWhat);
    }

    static void requireSpace(Path where, long bytes, String forWhat) {
        try {
            var existing = where.toAbsolutePath();
            while (!Files.exists(existing)) {
                existing = Objects.requireNonNull(existing.getParent());
            }
            long free = Files.getFileStore(existing).getUsableSpace();
            if (free < bytes) {
                throw new Trouble(
                        "The disk is too full for %s: %d MB are free at %s, %d MB are needed; make room, or set ALLODIUM_HOME to another disk."
                                .formatted(forWhat, free >> 20, existing, bytes >> 20));
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
