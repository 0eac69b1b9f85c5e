package org.allodium.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A node: Open Liberty with our configuration and our WAR, both placed anew at each start.
final class PortalServer {
    private static final Duration START_PATIENCE = Duration.ofMinutes(6);
    private static final Pattern FAILED = Pattern.compile("CWWKZ0002E");

    // What the application itself has said; the line that says that it failed leaves it out.
    private static final Pattern WHY = Pattern.compile("SRVE0283E");
    private static final Pattern BEFORE_THE_WORDS =
            Pattern.compile("^.*SRVE0283E: [^:]*: ([\\w.$]+(Exception|Error|Refused): )?");

    /// The application's parts stand in a file beside the WAR that is not there.
    private static final String DEVELOPING =
            """
            <server>
              <webApplication id="allodium" location="allodium.war"/>
            </server>
            """;

    private final Path binaries;
    private final DataFolder folder;
    private final StackSettings settings;
    private final Secrets secrets;
    private final Component node;

    /// @param settings of the whole product
    PortalServer(
            Path binaries,
            DataFolder folder,
            StackSettings settings,
            Secrets secrets,
            Component node) {
        this.binaries = binaries;
        this.folder = folder;
        this.settings = settings.of(node);
        this.secrets = secrets;
        this.node = node;
    }

    static Path builtWar(Path root) {
        return root.resolve("portal-ui/target/allodium.war");
    }

    static Path downloads(Path root) {
        return root.resolve("deploy/launcher/target/dist");
    }

    void place() {
        DataFolder.delete(looseApplication());
        DataFolder.delete(developing());
        var war = builtWar(settings.root());
        var downloads = downloads(settings.root());
        if (!Files.isRegularFile(war) || !Files.isDirectory(downloads.resolve("djl"))) {
            throw new Trouble(
                    "The product is not built: run ./allodium up, or mvn package, in "
                            + settings.root()
                            + ".");
        }
        placeAllButTheWar();
        var placed = folder.war(node);
        if (DataFolder.differs(war, placed)) {
            // The server keeps what it unpacked by the time of its entries, which in our
            // reproducible archives is always the same: it would run the old libraries.
            DataFolder.delete(configuration().resolve("workarea"));
        }
        DataFolder.copyIfChanged(war, placed);
    }

    /// In place of the WAR, its parts as they lie in the checkout.
    void placeLoose(SourceModules checkout) {
        placeAllButTheWar();
        var whole = folder.war(node);
        if (Files.exists(whole)) {
            // What the server unpacked of it is not what it reads now.
            DataFolder.delete(whole);
            DataFolder.delete(configuration().resolve("workarea"));
        }
        DataFolder.writePrivate(
                looseApplication(), checkout.looseApplication().getBytes(StandardCharsets.UTF_8));
        DataFolder.writePrivate(developing(), DEVELOPING.getBytes(StandardCharsets.UTF_8));
    }

    private void placeAllButTheWar() {
        var downloads = downloads(settings.root());
        DataFolder.mirror(settings.root().resolve("src/main/liberty/config"), configuration());
        nameTheLogs();
        DataFolder.mirror(downloads.resolve("djl"), folder.libraries().resolve("djl"));
        DataFolder.mirror(downloads.resolve("pg"), folder.libraries().resolve("pg"));
        if (!Files.exists(folder.operationsToken())) {
            DataFolder.writePrivate(
                    folder.operationsToken(),
                    Secrets.random(32).getBytes(StandardCharsets.US_ASCII));
        }
        NodePeers.makeKeys(settings, folder);
    }

    /// Both write into one folder; these names are read before anything of the environment is.
    private void nameTheLogs() {
        if (node == Component.PORTAL) {
            return;
        }
        var file = configuration().resolve("bootstrap.properties");
        try {
            var own =
                    Files.readString(file).replace("=portal.log", "=" + node.label() + ".log")
                            + "com.ibm.ws.logging.trace.file.name="
                            + node.label()
                            + "-trace.log\n";
            DataFolder.writePrivate(file, own.getBytes(StandardCharsets.UTF_8));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private Path looseApplication() {
        return configuration().resolve("apps/allodium.war.xml");
    }

    private Path developing() {
        return configuration().resolve("configDropins/overrides/developing.xml");
    }

    /// Whether a newer build waits for the next start.
    boolean outdated() {
        try {
            var war = builtWar(settings.root());
            var placed = folder.war(node);
            return Files.exists(war)
                    && Files.exists(placed)
                    && !Files.getLastModifiedTime(war).equals(Files.getLastModifiedTime(placed));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    Child start() {
        // One archive for both, and one of them makes it.
        return start(
                environment(
                        node == Component.PORTAL
                                ? sharedClasses().arguments()
                                : sharedClasses().argumentsIfThere()));
    }

    /// @param jvm further arguments of its virtual machine
    Child startLoose(List<String> jvm) {
        var all = new ArrayList<>(jvm);
        all.addAll(sharedClasses().argumentsIfThere());
        var environment = environment(all);
        // The WAR is in parts; who needs it whole finds the latest build.
        environment.put("ALLODIUM_APP", builtWar(settings.root()).toString());
        return start(environment);
    }

    private Child start(Map<String, String> environment) {
        forgetHalfClearedCaches();
        return Child.start(
                folder,
                node,
                new Child.Command(
                        List.of(
                                binaries.resolve("bin/server").toString(),
                                "run",
                                configuration().getFileName().toString()),
                        environment,
                        folder.home()),
                folder.log(node.console()));
    }

    private Map<String, String> environment(List<String> jvm) {
        var environment = ServerEnvironment.server(settings, node, folder, secrets);
        environment.put("JVM_ARGS", quoted(jvm));
        return environment;
    }

    /// The server's script evaluates them as words of a shell.
    static String quoted(List<String> words) {
        return words.stream()
                .map(word -> "'" + word.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" "));
    }

    private SharedClasses sharedClasses() {
        return sharedClasses(binaries, folder, settings);
    }

    static SharedClasses sharedClasses(Path binaries, DataFolder folder, StackSettings settings) {
        var placed = folder.war(Component.PORTAL);
        var war = Files.exists(placed) ? placed : builtWar(settings.root());
        return new SharedClasses(
                folder,
                settings.runtime(),
                Component.PORTAL,
                binaries.resolve("bin/tools/ws-server.jar"),
                List.of(war, folder.server(Component.PORTAL).resolve("jvm.options")));
    }

    /// A server that ends while it clears these leaves them without their mark, and the next one's
    /// application never starts ("Overlay is not empty"). Each start fills them anew.
    private void forgetHalfClearedCaches() {
        var bundles = configuration().resolve("workarea/org.eclipse.osgi");
        if (!Files.isDirectory(bundles)) {
            return;
        }
        try (var each = Files.list(bundles)) {
            for (var bundle : each.filter(Files::isDirectory).toList()) {
                DataFolder.delete(bundle.resolve("data/cacheAdapt"));
                DataFolder.delete(bundle.resolve("data/cacheOverlay"));
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    void awaitReady(Child child, ReadyWait wait) {
        wait.until(child, START_PATIENCE, () -> look(child));
    }

    /// The server itself lives on when its application fails to start, and says so on its console.
    private ReadyWait.Look look(Child child) {
        var log = folder.log(child.component().console());
        return failure(log, LogMarks.of(folder, child.component(), log))
                .<ReadyWait.Look>map(ReadyWait.Look.Never::new)
                .orElseGet(() -> ReadinessReport.of(settings));
    }

    /// @param from how long the console's log was when the server started
    static Optional<String> failure(Path log, long from) {
        return LastWords.matching(log, from, FAILED)
                .map(
                        line ->
                                "its application failed: "
                                        + LastWords.matching(log, from, WHY)
                                                .map(PortalServer::words)
                                                .orElse(line));
    }

    private static String words(String line) {
        return BEFORE_THE_WORDS.matcher(line).replaceFirst("");
    }

    private Path configuration() {
        return folder.server(node);
    }
}
