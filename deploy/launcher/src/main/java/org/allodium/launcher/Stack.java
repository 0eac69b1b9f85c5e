package org.allodium.launcher;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The running product: PostgreSQL, Keycloak and the server over one data folder.
///
/// INVARIANT: a start holds the folder's lock, so two starts never work on one folder. What an
/// earlier start left running is kept where it is whole and replaced, with everything that depends
/// on it, where it is not.
public final class Stack implements AutoCloseable {
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(30);

    private final StackSettings settings;
    private final DataFolder folder;
    private final Progress progress;
    private final Secrets secrets;
    private final Demo demo;
    private final Binaries binaries;
    private final Map<Component, Child> children = new EnumMap<>(Component.class);
    private @Nullable RandomAccessFile lockFile;

    private Stack(StackSettings settings, Progress progress) {
        this.settings = settings;
        this.folder = new DataFolder(settings.home());
        this.progress = progress;
        folder.create();
        lock();
        this.secrets = Secrets.loadOrMake(folder);
        this.demo = settings.demo() ? Demo.loadOrMake(folder) : Demo.none();
        this.binaries =
                new Binaries(
                        PortalServer.downloads(settings.root()),
                        settings.runtime(),
                        Binaries.pinned(),
                        progress);
    }

    /// Starts whatever does not run yet and returns when the server is ready. When it fails,
    /// everything that it started is stopped again.
    public static Stack start(StackSettings settings, Progress progress) {
        var stack = new Stack(settings, progress);
        try {
            stack.start();
            return stack;
        } catch (RuntimeException failed) {
            stack.close();
            throw failed;
        }
    }

    private void start() {
        binaries.unpack();
        adopt();
        Ports.requireFree(settings, children.keySet());
        RunningSettings.remember(folder, settings);
        var server = new PortalServer(binaries.liberty(), folder, settings, secrets);
        var keycloak = new Keycloak(binaries.keycloak(), folder, settings, secrets);
        if (!keycloak.built()) {
            progress.say("Preparing Keycloak (once, about half a minute)");
            keycloak.build();
        }
        startDatabase(keycloak);
        if (!children.containsKey(Component.KEYCLOAK)) {
            progress.say(
                    keycloak.imported()
                            ? "Starting Keycloak"
                            : "Starting Keycloak with a new realm (about a minute)");
            if (!keycloak.imported()) {
                keycloak.prepareImport(demo);
            }
            children.put(Component.KEYCLOAK, keycloak.start());
        }
        if (!children.containsKey(Component.PORTAL)) {
            progress.say("Starting Open Liberty with the portal");
            server.place();
            children.put(Component.PORTAL, server.start());
        }
        keycloak.awaitReady(children.get(Component.KEYCLOAK));
        keycloak.tellPortalUrl();
        progress.say("Keycloak is ready");
        server.awaitReady(children.get(Component.PORTAL));
        progress.say("The portal is ready");
    }

    private void startDatabase(Keycloak keycloak) {
        if (children.containsKey(Component.DATABASE)) {
            return;
        }
        var database = database();
        progress.say(database.exists() ? "Starting PostgreSQL" : "Creating the database");
        if (!database.exists()) {
            database.createCluster();
        }
        children.put(Component.DATABASE, database.start());
        database.arrangeRoles();
        if (!keycloak.imported()) {
            database.recreateKeycloakDatabase();
        }
    }

    private Database database() {
        return new Database(binaries.postgresql(), folder, settings.ports().database(), secrets);
    }

    /// Takes over what runs. Without its database, or with other addresses than asked for, nothing
    /// that runs is of use; what is superfluous stops.
    private void adopt() {
        for (var component : Component.values()) {
            Child.find(folder, component).ifPresent(child -> children.put(component, child));
        }
        var running = RunningSettings.recall(folder, settings);
        boolean sameAddresses =
                running.ports().equals(settings.ports())
                        && running.bind().equals(settings.bind())
                        && running.portalUrl().equals(settings.portalUrl());
        boolean imported = Files.exists(folder.keycloak().resolve("imported-for"));
        if (!children.containsKey(Component.DATABASE) || !sameAddresses || !imported) {
            stopChildren(List.of(Component.PORTAL, Component.KEYCLOAK, Component.DATABASE));
        }
    }

    /// The components that have ended although nobody stopped them.
    public List<Component> ended() {
        return children.entrySet().stream()
                .filter(entry -> !entry.getValue().running())
                .map(Map.Entry::getKey)
                .toList();
    }

    /// What the server process was given: addresses and database passwords, for tests that look
    /// behind.
    public Map<String, String> serverEnvironment() {
        return ServerEnvironment.server(settings, folder, secrets);
    }

    /// The unpacked server, for tests that deploy into one of their own.
    public Path liberty() {
        return binaries.liberty();
    }

    public StackSettings settings() {
        return settings;
    }

    public Demo demo() {
        return demo;
    }

    public Status status() {
        return status(settings);
    }

    /// One of the database's settings as the server reports it, such as `fsync`.
    public Optional<String> databaseSetting(String name) {
        return database().setting(name);
    }

    /// As a power cut would end it: for tests of recovery.
    public void kill(Component component) {
        Optional.ofNullable(children.get(component)).ifPresent(Child::kill);
    }

    /// Leaves the processes running and gives the folder free.
    public void detach() {
        unlock();
    }

    /// Stops everything, in the opposite order of starting.
    @Override
    public void close() {
        stopChildren(List.of(Component.PORTAL, Component.KEYCLOAK, Component.DATABASE));
        unlock();
    }

    private void stopChildren(List<Component> order) {
        for (var component : order) {
            var child = children.remove(component);
            if (child != null) {
                progress.say("Stopping " + component.program());
                child.stop(STOP_PATIENCE);
            }
        }
    }

    /// Stops what runs on a folder, whoever started it. True when something ran.
    public static boolean stop(Path home, Progress progress) {
        var folder = new DataFolder(home.toAbsolutePath().normalize());
        boolean ran = false;
        for (var component : Arrays.asList(Component.values()).reversed()) {
            var child = Child.find(folder, component);
            if (child.isPresent()) {
                ran = true;
                progress.say("Stopping " + component.program());
                child.get().stop(STOP_PATIENCE);
            }
        }
        return ran;
    }

    /// Looks without touching anything.
    public static Status status(StackSettings asked) {
        var folder = new DataFolder(asked.home());
        var settings = RunningSettings.recall(folder, asked);
        var demo = settings.demo() ? Demo.load(folder).orElseGet(Demo::none) : Demo.none();
        boolean all =
                Arrays.stream(Component.values())
                        .allMatch(component -> Child.find(folder, component).isPresent());
        Status.State state;
        if (all && Http.answers(settings.localPortalUrl() + "/health/ready")) {
            state = Status.State.READY;
        } else if (all || Child.recorded(starter(folder)).isPresent()) {
            state = Status.State.STARTING;
        } else {
            state = Status.State.STOPPED;
        }
        return new Status(state, settings, demo);
    }

    private static Path starter(DataFolder folder) {
        return folder.run().resolve("starter.pid");
    }

    private void lock() {
        try {
            var file = new RandomAccessFile(folder.run().resolve("lock").toFile(), "rw");
            FileLock held;
            try {
                held = file.getChannel().tryLock();
            } catch (OverlappingFileLockException sameProcess) {
                held = null;
            }
            if (held == null) {
                file.close();
                throw new Trouble(
                        "Another ./allodium works on "
                                + folder.home()
                                + " right now: wait for it, or stop it with ./allodium down.");
            }
            lockFile = file;
            Child.record(starter(folder), ProcessHandle.current());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void unlock() {
        try {
            if (lockFile != null) {
                DataFolder.delete(starter(folder));
                lockFile.close();
                lockFile = null;
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
