package org.allodium.it.product;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import org.allodium.launcher.Accounts;
import org.allodium.launcher.Component;
import org.allodium.launcher.Progress;
import org.allodium.launcher.Stack;
import org.allodium.launcher.StackSettings;
import org.jspecify.annotations.Nullable;

/// The product as a newcomer has it: the WAR that ships, real PostgreSQL, real Keycloak, the demo
/// profile, own ports.
public final class Product {
    private static final Path ROOT = Path.of(System.getProperty("allodium.root", "."));
    private static final Path HOME = Path.of(System.getProperty("allodium.it.home", "target/home"));

    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();
    private static final Progress CONSOLE = line -> System.out.println("  " + line);

    private static @Nullable StackSettings settings;
    private static @Nullable Stack stack;

    private Product() {}

    static synchronized void start() {
        forgetEarlierRun();
        var ports =
                new StackSettings.Ports(freePortForTwo(), freePort(), freePort(), freePortForTwo());
        settings =
                new StackSettings(
                        ROOT,
                        HOME,
                        ROOT.resolve(".allodium/runtime"),
                        "127.0.0.1",
                        ports,
                        "http://localhost:" + ports.portal(),
                        true,
                        Map.of("ALLODIUM_SERVING_LINK_PORT", "" + freePortForTwo()));
        stack = Stack.start(settings, CONSOLE);
        new ContainerServer(ROOT, HOME.resolveSibling("container"))
                .layOut(stack.liberty(), freePort(), stack.serverEnvironment());
    }

    static synchronized void stop() {
        if (stack != null) {
            stack.close();
            stack = null;
        }
    }

    /// Ends a component as a power cut would, for tests of recovery; [#restart] brings it back.
    public static void kill(Component component) {
        running().kill(component);
    }

    /// `./allodium up` on the same folder.
    public static synchronized void restart() {
        stack = Stack.start(settings(), CONSOLE);
    }

    /// From now on a second server stands beside the first, over the same database; the first
    /// begins anew for it. [#restart] brings back whichever has died.
    /// @param further settings beside those of all tests
    public static synchronized void startTwoNodes(Map<String, String> further) {
        running().kill(Component.PORTAL);
        var own = settings();
        var extra = new HashMap<>(own.extra());
        extra.putAll(further);
        settings =
                new StackSettings(
                        own.root(),
                        own.home(),
                        own.runtime(),
                        own.bind(),
                        own.ports(),
                        own.portalUrl(),
                        own.demo(),
                        2,
                        extra);
        restart();
    }

    /// What a node says of itself, where only this machine reaches it.
    public static String metrics(Component node) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(settings().of(node).metricsUrl())).build();
        try (var http = HttpClient.newHttpClient()) {
            return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    /// Where a node's portal is.
    public static String portal(Component node) {
        return settings().of(node).portalUrl();
    }

    /// Stops it for work that wants the machine for itself.
    public static synchronized <T> T without(Callable<T> work) throws Exception {
        stop();
        try {
            return work.call();
        } finally {
            restart();
        }
    }

    /// Runs what another checkout has built, on the same folder, until the work is done.
    public static synchronized <T> T serving(Path checkout, Callable<T> work) throws Exception {
        var own = settings();
        stop();
        settings =
                new StackSettings(
                        checkout,
                        own.home(),
                        own.runtime(),
                        own.bind(),
                        own.ports(),
                        own.portalUrl(),
                        own.demo(),
                        own.extra());
        try {
            restart();
            return work.call();
        } finally {
            stop();
            settings = own;
            restart();
        }
    }

    /// What `./allodium up --detach` leaves behind; ends with the next [#restart].
    public static void supervise() {
        running().supervise();
    }

    /// As if the product had been started with these `ALLODIUM_SMTP_*`; empty ends it.
    public static void sendMailThrough(Map<String, String> smtp) {
        running().sendMailThrough(smtp);
    }

    public static String portal() {
        return settings().portalUrl();
    }

    public static String api() {
        return settings().apiUrl();
    }

    /// Where only this machine reaches the server.
    public static String management() {
        return settings().managementUrl();
    }

    public static String issuer() {
        return settings().issuer();
    }

    public static Path home() {
        return settings().home();
    }

    public static Path root() {
        return settings().root();
    }

    /// A demo key by purpose: standard, strict, small, spent, startup.
    public static String key(String purpose) {
        return running().accounts().keys().stream()
                .filter(key -> key.purpose().equals(purpose))
                .findFirst()
                .orElseThrow()
                .key();
    }

    public static Accounts.User user(String username) {
        return running().accounts().users().stream()
                .filter(user -> user.username().equals(username))
                .findFirst()
                .orElseThrow();
    }

    public static Map<String, String> serverEnvironment() {
        return running().serverEnvironment();
    }

    /// The database behind the product, as the role that sees all tenants.
    public static Connection database() throws SQLException {
        return databaseAs("platform");
    }

    /// As `allodium_app`, held to this tenant by the database.
    public static Connection database(UUID tenant) throws SQLException {
        var connection = databaseAs("app");
        try (var hold = connection.prepareStatement("select set_config('app.tenant', ?, false)")) {
            hold.setString(1, tenant.toString());
            hold.execute();
        }
        return connection;
    }

    /// @param role app, platform or owner
    public static Connection databaseAs(String role) throws SQLException {
        var environment = serverEnvironment();
        return DriverManager.getConnection(
                "jdbc:postgresql://%s:%s/%s"
                        .formatted(
                                environment.getOrDefault("ALLODIUM_DB_HOST", "127.0.0.1"),
                                environment.get("ALLODIUM_DB_PORT"),
                                environment.getOrDefault("ALLODIUM_DB_NAME", "allodium")),
                "allodium_" + role,
                environment.get("ALLODIUM_DB_" + role.toUpperCase(Locale.ROOT) + "_PASSWORD"));
    }

    private static Stack running() {
        if (stack == null) {
            throw new IllegalStateException("The product runs in integration tests only");
        }
        return stack;
    }

    private static StackSettings settings() {
        if (settings == null) {
            throw new IllegalStateException("The product runs in integration tests only");
        }
        return settings;
    }

    private static void forgetEarlierRun() {
        Stack.stop(HOME, CONSOLE);
        if (!Files.exists(HOME)) {
            return;
        }
        try (var files = Files.walk(HOME)) {
            for (var file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException stuck) {
            throw new UncheckedIOException(stuck);
        }
    }

    /// The second node's is ten higher.
    public static int freePortForTwo() {
        while (true) {
            int port = freePort();
            try (var second = new ServerSocket(port + 10, 1, InetAddress.getLoopbackAddress())) {
                if (GIVEN.add(second.getLocalPort())) {
                    return port;
                }
            } catch (IOException | IllegalArgumentException taken) {
                GIVEN.add(port);
            }
        }
    }

    /// Never the same twice: a port that was closed again may be offered again at once.
    static int freePort() {
        while (true) {
            try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                if (GIVEN.add(socket.getLocalPort())) {
                    return socket.getLocalPort();
                }
            } catch (IOException none) {
                throw new UncheckedIOException(none);
            }
        }
    }
}
