package org.allodium.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/// The classes of a server, as its virtual machine lays them out: the first server of a build
/// writes them down as it ends, and later ones map them instead of reading and verifying them anew.
///
/// INVARIANT: a start never depends on an archive. The machine itself leaves alone one of another
/// JDK or class path, and each class in it whose bytes are others by now; one that is not whole
/// never gets its name; and with a start that fails its archive goes. See decision 0052.
final class SharedClasses {
    private static final long NEEDED_BYTES = 1L << 30;
    private static final String ENDING = ".jsa";

    private final DataFolder folder;
    private final Component component;
    private final Path classPath;
    private final Path archive;
    private final Path draft;

    /// @param runtime where archives are kept: the data folders that share it share them too
    /// @param classPath the JAR that the server is started with
    /// @param programs the files whose change asks for another archive, beside the JDK's
    SharedClasses(
            DataFolder folder,
            Path runtime,
            Component component,
            Path classPath,
            List<Path> programs) {
        this.folder = folder;
        this.component = component;
        this.classPath = classPath;
        var name = component.label() + "-" + fingerprint(classPath, programs) + ENDING;
        this.archive = runtime.resolve("classes").resolve(name);
        this.draft = folder.run().resolve(name);
    }

    /// For the virtual machine: use the archive or, where there is none, make one.
    List<String> arguments() {
        keep();
        // What an earlier build left.
        remove(folder.run());
        if (Files.exists(archive)) {
            return quietly("-XX:SharedArchiveFile=" + archive);
        }
        return roomy() ? quietly("-XX:ArchiveClassesAtExit=" + draft) : List.of();
    }

    /// For a server that is not worth an archive of its own.
    List<String> argumentsIfThere() {
        return Files.exists(archive) ? quietly("-XX:SharedArchiveFile=" + archive) : List.of();
    }

    /// It logs as errors what it merely does without.
    private static List<String> quietly(String option) {
        return List.of(option, "-Xlog:cds=off", "-Xlog:cds+dynamic=off", "-Xlog:aot=off");
    }

    /// Takes over what a server wrote down that has ended.
    void keep() {
        if (!Files.exists(draft) || Child.find(folder, component).isPresent()) {
            return;
        }
        if (!Files.exists(archive) && whole()) {
            install();
        }
        DataFolder.delete(draft);
    }

    /// After a start that failed.
    void forget() {
        DataFolder.delete(archive);
    }

    /// Every part has its sum, which the machine checks only where it is asked to.
    private boolean whole() {
        try {
            return new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                    "-Xshare:on",
                                    "-XX:+VerifySharedSpaces",
                                    "-XX:SharedArchiveFile=" + draft,
                                    "-cp",
                                    classPath.toString(),
                                    "-version")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// On the disk before it has its name, or a power cut could leave the name and not the content.
    private void install() {
        var kept = Objects.requireNonNull(archive.getParent());
        var copy = kept.resolve("." + UUID.randomUUID() + ".draft");
        try {
            Files.createDirectories(kept);
            Files.copy(draft, copy);
            try (var file = FileChannel.open(copy, StandardOpenOption.WRITE)) {
                file.force(true);
            }
            // Those of earlier builds; a server that has mapped one keeps it.
            remove(kept);
            Files.move(copy, archive, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException full) {
            // The next server that ends tries again.
            DataFolder.delete(copy);
        }
    }

    private void remove(Path from) {
        try (var all = Files.newDirectoryStream(from, component.label() + "-*" + ENDING)) {
            for (var each : all) {
                Files.deleteIfExists(each);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private boolean roomy() {
        try {
            return Files.getFileStore(folder.run()).getUsableSpace() > NEEDED_BYTES;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static String fingerprint(Path classPath, List<Path> programs) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            add(digest, Path.of(System.getProperty("java.home"), "lib/modules"));
            // The machine leaves an archive alone whose class path was elsewhere: a folder that was
            // moved or copied makes its own.
            digest.update(classPath.toString().getBytes(StandardCharsets.UTF_8));
            add(digest, classPath);
            for (var program : programs) {
                add(digest, program);
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void add(MessageDigest digest, Path file) throws IOException {
        var text =
                Files.exists(file)
                        ? "%s %d %s\n"
                                .formatted(
                                        file.getFileName(),
                                        Files.size(file),
                                        Files.getLastModifiedTime(file))
                        : file.getFileName() + "\n";
        digest.update(text.getBytes(StandardCharsets.UTF_8));
    }
}
