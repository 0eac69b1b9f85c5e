package org.allodium.launcher;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.allodium.evidence.KeyRegister;
import org.allodium.kernel.Refused;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/// The running product: PostgreSQL, Keycloak and one or two servers over one data folder.
///
/// INVARIANT: a start holds the folder's lock, so two starts never work on one folder. What an
/// earlier start left running is kept, also when something that it depends on has died: the server
/// finds a new PostgreSQL again, and what it still has to write would be lost with it.
public final class Stack implements AutoCloseable {
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(30);

    private final StackSettings settings;
    private final DataFolder folder;
    private final Progress progress;
    private final ReadyWait wait;
    private final Secrets secrets;
    private final Accounts accounts;
    private final Binaries binaries;
    private final Map<Component, Child> children = new EnumMap<>(Component.class);
    private final Set<Component> started = EnumSet.noneOf(Component.class);
    private final Optional<Loose> loose;
    private @Nullable Component step;

    /// A server that runs the checkout's own classes.
    /// @param jvm further arguments of the server's virtual machine
    record Loose(SourceModules checkout, List<String> jvm) {}

    private Stack(StackSettings settings, Progress progress) {
        this(settings, progress, Optional.empty());
    }

    private Stack(StackSettings settings, Progress progress, Optional<Loose> loose) {
        this.settings = settings;
        this.loose = loose;
        this.folder = new DataFolder(settings.home());
        this.progress = progress;
        this.wait = new ReadyWait(folder, progress);
        this.secrets = Secrets.loadOrMake(folder);
        this.accounts =
                settings.demo()
                        ? Accounts.loadOrMake(folder, AccountsFile.of(settings.root(), "demo"))
                        : Accounts.none();
        this.binaries = binaries(settings, progress);
    }

    private static Binaries binaries(StackSettings settings, Progress progress) {
        return new Binaries(
                PortalServer.downloads(settings.root()),
                settings.runtime(),
                Binaries.pinned(),
                progress);
    }

    /// Starts whatever does not run yet and returns when the server is ready. When it fails,
    /// everything is stopped again, unless something ran before: then only what failed is. A
    /// supervisor that watched until now retires.
    public static Stack start(StackSettings settings, Progress progress) {
        return start(settings, progress, Optional.empty());
    }

    /// For contributors: PostgreSQL and Keycloak are kept, and the server begins anew.
    static Stack startLoose(StackSettings settings, Progress progress, Loose loose) {
        return start(settings, progress, Optional.of(loose));
    }

    private static Stack start(StackSettings settings, Progress progress, Optional<Loose> loose) {
        var folder = new DataFolder(settings.home());
        folder.create();
        try (var _ = FolderLock.take(folder)) {
            Supervisor.retire(folder);
            var stack = new Stack(settings, progress, loose);
            stack.attempt(() -> stack.startAll(true));
            return stack;
        }
    }

    /// Starts again what died, as it was placed by the latest start, and waits for nothing else.
    static void revive(StackSettings settings, Progress progress) {
        var stack = new Stack(settings, progress);
        stack.attempt(() -> stack.startAll(false));
    }

    private void attempt(Runnable start) {
        try {
            start.run();
        } catch (RuntimeException failed) {
            forgetClassesOfWhatDied();
            boolean allNew = started.containsAll(children.keySet());
            stopChildren(allNew ? started : failing());
            throw failed;
        }
    }

    /// Should its archive ever be at fault, the next start does without.
    private void forgetClassesOfWhatDied() {
        var failed = step == null ? null : children.get(step);
        if (failed != null && !failed.running()) {
            sharedClasses(settings, failed.component()).ifPresent(SharedClasses::forget);
        }
    }

    private static Optional<SharedClasses> sharedClasses(
            StackSettings settings, Component component) {
        var folder = new DataFolder(settings.home());
        var binaries = binaries(settings, line -> {});
        return switch (component) {
            case DATABASE -> Optional.empty();
            case KEYCLOAK ->
                    Optional.of(Keycloak.sharedClasses(binaries.keycloak(), folder, settings));
            case PORTAL, SECOND_PORTAL ->
                    Optional.of(PortalServer.sharedClasses(binaries.liberty(), folder, settings));
        };
    }

    /// After a stop: what the servers wrote down of their classes is there for the next start.
    static void keepClasses(StackSettings settings) {
        // A second server has none of its own.
        for (var component : Component.of(1)) {
            sharedClasses(settings, component).ifPresent(SharedClasses::keep);
        }
    }

    /// Beside what ran before, only that which failed goes: the others are needed there.
    private Set<Component> failing() {
        return step != null && started.contains(step) ? EnumSet.of(step) : Set.of();
    }

    private void startAll(boolean anew) {
        var keycloak = new Keycloak(binaries.keycloak(), folder, settings, secrets);
        binaries.unpack(() -> keycloak.prepare(progress));
        adopt(anew);
        Ports.requireFree(settings, children.keySet());
        RunningSettings.remember(folder, settings);
        startDatabase(keycloak);
        if (!children.keySet().containsAll(settings.servers())) {
            requireSigningKey();
        }
        startKeycloak(keycloak);
        startServer(Component.PORTAL, anew);
        if (anew || started.contains(Component.KEYCLOAK)) {
            step = Component.KEYCLOAK;
            keycloak.awaitReady(child(Component.KEYCLOAK), wait);
            keycloak.tellPortalUrls();
            keycloak.tellMail();
            progress.say("Keycloak is ready");
        }
        for (var node : settings.servers()) {
            // Only when the first is ready: it changes the schema, and makes what a first start
            // makes.
            startServer(node, anew);
            if (anew || started.contains(node)) {
                step = node;
                server(node).awaitReady(child(node), wait);
                progress.say(node.words() + " is ready");
            }
        }
    }

    private void startServer(Component node, boolean anew) {
        if (children.containsKey(node)) {
            return;
        }
        var server = server(node);
        progress.say("Starting " + node.program() + " with the portal");
        if (anew) {
            loose.map(Loose::checkout).ifPresentOrElse(server::placeLoose, server::place);
        }
        add(loose.map(parts -> server.startLoose(parts.jvm())).orElseGet(server::start));
    }

    private PortalServer server(Component node) {
        return new PortalServer(binaries.liberty(), folder, settings, secrets, node);
    }

    /// The server refuses too, but a minute later and in its log.
    private void requireSigningKey() {
        step = Component.PORTAL;
        try (var connection = database().connect("allodium")) {
            new KeyRegister(folder.signingKey(), Clock.systemUTC()).requirePresent(connection);
        } catch (Refused lost) {
            throw new Trouble(lost.english(), lost);
        } catch (SQLException | JdbiException failed) {
            throw new Trouble("The database does not answer: " + failed.getMessage() + ".", failed);
        }
    }

    private void startKeycloak(Keycloak keycloak) {
        if (children.containsKey(Component.KEYCLOAK)) {
            return;
        }
        progress.say(
                keycloak.imported()
                        ? "Starting Keycloak"
                        : "Starting Keycloak with a new realm (about a minute)");
        if (!keycloak.imported()) {
            keycloak.prepareImport(accounts);
        }
        add(keycloak.start());
    }

    /// As a start with these `ALLODIUM_SMTP_*` would set the realm up.
    public void sendMailThrough(Map<String, String> environment) {
        new Keycloak(binaries.keycloak(), folder, settings, secrets)
                .tellMail(MailServer.of(environment));
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
        add(database.start(wait));
        database.arrangeRoles();
        if (!keycloak.imported()) {
            database.recreateKeycloakDatabase();
        }
    }

    /// The next step is not taken once somebody stops the product: nothing would stop it.
    private void add(Child child) {
        children.put(child.component(), child);
        started.add(child.component());
        step = child.component();
        wait.requireWanted();
    }

    private Child child(Component component) {
        return Objects.requireNonNull(children.get(component));
    }

    private PostgresCluster database() {
        return new PostgresCluster(
                binaries.postgresql(), folder, settings.ports().database(), secrets);
    }

    /// Takes over what runs. With other addresses than asked for, or with a realm that was never
    /// imported to its end, nothing that runs is of use to a new start.
    private void adopt(boolean anew) {
        for (var component : Component.values()) {
            Child.find(folder, component).ifPresent(child -> children.put(component, child));
        }
        var running = RunningSettings.recall(folder, settings);
        boolean sameAddresses =
                running.ports().equals(settings.ports())
                        && running.bind().equals(settings.bind())
                        && running.portalUrl().equals(settings.portalUrl());
        boolean imported = Files.exists(folder.keycloak().resolve("imported-for"));
        if (anew && (!sameAddresses || !imported)) {
            stopChildren(EnumSet.allOf(Component.class));
        } else if (loose.isPresent()) {
            stopChildren(EnumSet.of(Component.PORTAL));
        }
        if (anew) {
            stopChildren(EnumSet.complementOf(EnumSet.copyOf(settings.components())));
            stopOlderServers();
            sayWhoIsNotLinked(running);
        }
    }

    /// It goes on as it is: what the link gives is not worth a stop.
    private void sayWhoIsNotLinked(StackSettings running) {
        if (settings.nodes() > running.nodes() && children.containsKey(Component.PORTAL)) {
            progress.say(
                    "The first node was started alone: from its next start on, both find the"
                            + " answers that either has kept");
        }
    }

    /// Two builds never share a database: the newer one is about to change its schema.
    private void stopOlderServers() {
        if (!children.keySet().containsAll(settings.servers())) {
            var older = EnumSet.noneOf(Component.class);
            settings.servers().stream().filter(node -> server(node).outdated()).forEach(older::add);
            stopChildren(older);
        }
    }

    /// The first server's addresses and database passwords, for tests that look behind.
    public Map<String, String> serverEnvironment() {
        return ServerEnvironment.server(settings, Component.PORTAL, folder, secrets);
    }

    /// The unpacked server, for tests that deploy into one of their own.
    public Path liberty() {
        return binaries.liberty();
    }

    public StackSettings settings() {
        return settings;
    }

    public Accounts accounts() {
        return accounts;
    }

    public Status status() {
        return status(settings);
    }

    /// One of the database's settings as the server reports it, such as `fsync`.
    public Optional<String> databaseSetting(String name) {
        return database().setting(name);
    }

    /// Leaves a process that restarts what dies, in the place of any other.
    public void supervise() {
        new SupervisorProcess(settings).launch();
    }

    /// As a power cut would end it: for tests of recovery.
    public void kill(Component component) {
        Child.find(folder, component).ifPresent(Child::kill);
    }

    /// Stops everything, in the opposite order of starting.
    @Override
    public void close() {
        stop(settings.home(), progress);
        keepClasses(settings);
    }

    private void stopChildren(Set<Component> wanted) {
        for (var component : Arrays.asList(Component.values()).reversed()) {
            var child = wanted.contains(component) ? children.remove(component) : null;
            if (child != null) {
                progress.say("Stopping " + component.program());
                child.stop(STOP_PATIENCE);
            }
        }
    }

    /// Stops what runs on a folder, whoever started it. True when something ran.
    public static boolean stop(Path home, Progress progress) {
        return stop(home, EnumSet.allOf(Component.class), progress);
    }

    static boolean stop(Path home, Set<Component> wanted, Progress progress) {
        var folder = new DataFolder(home.toAbsolutePath().normalize());
        boolean ran = false;
        for (var component : Arrays.asList(Component.values()).reversed()) {
            var child = Child.find(folder, component);
            if (wanted.contains(component) && child.isPresent()) {
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
        var accounts =
                settings.demo() ? Accounts.load(folder).orElseGet(Accounts::none) : Accounts.none();
        return new Status(state(folder, settings), settings, accounts, Supervision.of(folder));
    }

    private static Status.State state(DataFolder folder, StackSettings settings) {
        long running =
                settings.components().stream()
                        .filter(component -> Child.find(folder, component).isPresent())
                        .count();
        boolean all = running == settings.components().size();
        if (all && settings.servers().stream().allMatch(node -> ready(settings.of(node)))) {
            return Status.State.READY;
        }
        if (all || FolderLock.isHeld(folder)) {
            return Status.State.STARTING;
        }
        return running > 0 ? Status.State.DEGRADED : Status.State.STOPPED;
    }

    private static boolean ready(StackSettings node) {
        return ReadinessReport.of(node) instanceof ReadyWait.Look.Ready;
    }
}
