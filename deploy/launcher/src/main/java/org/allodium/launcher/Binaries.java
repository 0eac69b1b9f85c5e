package org.allodium.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/// Unpacks the pinned servers once. A folder appears under its final name only when it is complete;
/// a file whose digest is not the pinned one is refused.
final class Binaries {
    private static final long NEEDED_BYTES = 1_500L << 20;

    private final Path downloads;
    private final Path runtime;
    private final Properties pins;
    private final Progress progress;

    Binaries(Path downloads, Path runtime, Properties pins, Progress progress) {
        this.downloads = downloads;
        this.runtime = runtime;
        this.pins = pins;
        this.progress = progress;
    }

    static Properties pinned() {
        var pins = new Properties();
        try (var in = Binaries.class.getResourceAsStream("binaries.properties")) {
            pins.load(in);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return pins;
    }

    void unpack() {
        unpack(() -> {});
    }

    /// Unpacks what is missing; several data folders may share a runtime, hence the lock.
    /// @param preparation Keycloak's, which takes longest: the other servers are unpacked meanwhile
    void unpack(Runnable preparation) {
        if (Files.isDirectory(liberty())
                && Files.isDirectory(keycloak())
                && Files.isDirectory(postgresql())) {
            preparation.run();
            return;
        }
        try {
            Files.createDirectories(runtime);
            DataFolder.requireSpace(runtime, NEEDED_BYTES, "the servers");
            // Closing the file gives the lock back.
            try (var file = new RandomAccessFile(runtime.resolve(".lock").toFile(), "rw");
                    var beside = Executors.newVirtualThreadPerTaskExecutor()) {
                file.getChannel().lock();
                unpackZip("keycloak", "Keycloak", keycloak());
                var prepared = CompletableFuture.runAsync(preparation, beside);
                unpackZip("liberty", "Open Liberty", liberty());
                unpackPostgresql();
                await(prepared);
            }
        } catch (IOException failed) {
            throw new Trouble(
                    "The servers could not be unpacked into "
                            + runtime
                            + " ("
                            + failed.getMessage()
                            + "): look whether the disk is full, then run up again.",
                    failed);
        }
    }

    private static void await(CompletableFuture<Void> task) {
        try {
            task.join();
        } catch (CompletionException failed) {
            throw failed.getCause() instanceof RuntimeException said ? said : failed;
        }
    }

    Path liberty() {
        return runtime.resolve("liberty-" + pins.getProperty("liberty.version"));
    }

    Path keycloak() {
        return runtime.resolve("keycloak-" + pins.getProperty("keycloak.version"));
    }

    Path postgresql() {
        return runtime.resolve("postgresql-" + pins.getProperty("postgresql.version"));
    }

    private void unpackZip(String name, String title, Path target) throws IOException {
        if (Files.isDirectory(target)) {
            return;
        }
        progress.say("Unpacking " + title + " " + pins.getProperty(name + ".version"));
        var archive = downloads.resolve(pins.getProperty(name + ".file"));
        if (!Files.isRegularFile(archive)) {
            throw new Trouble(
                    archive + " is missing: build first with ./allodium up or mvn package.");
        }
        try (var in = Files.newInputStream(archive)) {
            requireDigest(name, archive.toString(), in);
        }
        var draft = emptyDraft(name);
        try (var zip = ZipFile.builder().setPath(archive).get()) {
            var entries = zip.getEntriesInPhysicalOrder();
            while (entries.hasMoreElements()) {
                var entry = entries.nextElement();
                try (var in = zip.getInputStream(entry)) {
                    write(draft, entry.getName(), entry.isDirectory(), entry.getUnixMode(), in);
                }
            }
        }
        Path onlyFolder;
        try (var top = Files.list(draft)) {
            onlyFolder = top.findFirst().orElseThrow();
        }
        Files.move(onlyFolder, target, StandardCopyOption.ATOMIC_MOVE);
        DataFolder.delete(draft);
    }

    void unpackPostgresql() throws IOException {
        if (Files.isDirectory(postgresql())) {
            return;
        }
        progress.say("Unpacking PostgreSQL " + pins.getProperty("postgresql.version"));
        var resource = "/" + pins.getProperty("postgresql.resource");
        try (var in = postgresqlArchive(resource)) {
            requireDigest("postgresql", resource, in);
        }
        var draft = emptyDraft("postgresql");
        try (var tar =
                new TarArchiveInputStream(
                        new XZCompressorInputStream(postgresqlArchive(resource)))) {
            for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (entry.isSymbolicLink()) {
                    var link = inside(draft, entry.getName());
                    inside(Objects.requireNonNull(link.getParent()), entry.getLinkName());
                    Files.createDirectories(link.getParent());
                    Files.createSymbolicLink(link, Path.of(entry.getLinkName()));
                } else {
                    write(draft, entry.getName(), entry.isDirectory(), entry.getMode(), tar);
                }
            }
        }
        Files.move(draft, postgresql(), StandardCopyOption.ATOMIC_MOVE);
    }

    private static InputStream postgresqlArchive(String resource) {
        var in = Binaries.class.getResourceAsStream(resource);
        if (in == null) {
            throw new Trouble(
                    "This build carries no PostgreSQL for " + System.getProperty("os.arch") + ".");
        }
        return in;
    }

    private Path emptyDraft(String name) throws IOException {
        var draft = runtime.resolve(".draft-" + name);
        DataFolder.delete(draft);
        return Files.createDirectories(draft);
    }

    private static void write(Path root, String name, boolean folder, int mode, InputStream content)
            throws IOException {
        var path = inside(root, name);
        if (folder) {
            Files.createDirectories(path);
            return;
        }
        Files.createDirectories(path.getParent());
        Files.copy(content, path);
        if ((mode & 0111) != 0) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    private static Path inside(Path root, String name) {
        var path = root.resolve(name).normalize();
        if (!path.startsWith(root)) {
            throw new Trouble("An archive holds an entry outside its folder: " + name + ".");
        }
        return path;
    }

    void requireDigest(String name, String source, InputStream in) throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
        var buffer = new byte[1 << 16];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            digest.update(buffer, 0, n);
        }
        var found = HexFormat.of().formatHex(digest.digest());
        if (!found.equals(pins.getProperty(name + ".sha256"))) {
            throw new Trouble(
                    source
                            + " is not the pinned file (its SHA-256 is "
                            + found
                            + "): delete it, also in Maven's local repository, and build again.");
        }
    }
}
