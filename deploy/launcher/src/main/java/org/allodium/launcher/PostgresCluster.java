package org.allodium.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.jdbi.v3.core.JdbiException;

/// PostgreSQL: one durable cluster per data folder, on loopback only.
final class PostgresCluster {
    private static final String SUPERUSER = "postgres";
    private static final Duration START_PATIENCE = Duration.ofSeconds(90);
    private static final int START_TRIES = 10;

    private final Path binaries;
    private final DataFolder folder;
    private final int port;
    private final Secrets secrets;

    PostgresCluster(Path binaries, DataFolder folder, int port, Secrets secrets) {
        this.binaries = binaries;
        this.folder = folder;
        this.port = port;
        this.secrets = secrets;
    }

    boolean exists() {
        return Files.exists(folder.database().resolve("PG_VERSION"));
    }

    /// Makes the cluster under a draft name first, so that a killed start leaves nothing half made.
    void createCluster() {
        folder.requireSpace(300L << 20, "the database");
        var draft = folder.home().resolve("db.draft");
        DataFolder.delete(draft);
        var password = folder.secrets().resolve("superuser.draft");
        DataFolder.writePrivate(
                password, secrets.databaseSuperuser().getBytes(StandardCharsets.US_ASCII));
        try {
            var words = new ArrayList<>(asOrdinaryUser(draft));
            words.addAll(
                    List.of(
                            binaries.resolve("bin/initdb").toString(),
                            "-D",
                            draft.toString(),
                            "-U",
                            SUPERUSER,
                            "--pwfile=" + password,
                            "--auth=scram-sha-256",
                            "--encoding=UTF8",
                            "--locale=C",
                            "--locale-provider=builtin",
                            "--builtin-locale=C.UTF-8"));
            var process =
                    new ProcessBuilder(words)
                            .redirectErrorStream(true)
                            .redirectOutput(
                                    ProcessBuilder.Redirect.appendTo(folder.log("db").toFile()))
                            .start();
            if (process.waitFor() != 0) {
                throw new Trouble(
                        "PostgreSQL could not create its database in "
                                + folder.home()
                                + "; the reason stands at the end of "
                                + folder.log("db")
                                + ".");
            }
            DataFolder.delete(folder.database());
            Files.move(draft, folder.database());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new Trouble("Interrupted.", interrupted);
        } finally {
            DataFolder.delete(password);
        }
    }

    /// Starts the server and waits until it answers. After a kill its old backends may hold the
    /// shared memory for some seconds, so an early end is tried again.
    Child start(ReadyWait wait) {
        clearStaleLock();
        for (int tries = 0; tries < START_TRIES; tries++) {
            var child = Child.start(folder, Component.DATABASE, command(), folder.log("db"));
            if (Waiting.until(START_PATIENCE, () -> !child.running() || answers())
                    && child.running()) {
                return child;
            }
            child.stop(Duration.ofSeconds(5));
            wait.requireWanted();
            Waiting.pause(1000);
        }
        throw new Trouble(
                "PostgreSQL did not start: %s (./allodium logs db shows more)."
                        .formatted(LastWords.of(folder, Component.DATABASE)));
    }

    boolean answers() {
        try (var connection = connect("postgres")) {
            return connection.isValid(2);
        } catch (SQLException notYet) {
            return false;
        }
    }

    Connection connect(String database) throws SQLException {
        var login = new Properties();
        login.setProperty("user", SUPERUSER);
        login.setProperty("password", secrets.databaseSuperuser());
        login.setProperty("connectTimeout", "3");
        login.setProperty("socketTimeout", "60");
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/" + database, login);
    }

    /// Roles and databases as the product expects them; repeating it changes nothing.
    void arrangeRoles() {
        try (var connection = connect("postgres");
                var statement = connection.createStatement()) {
            var passwords =
                    Map.of(
                            "allodium_owner", secrets.databaseOwner(),
                            "allodium_app", secrets.databaseApp(),
                            "allodium_platform", secrets.databasePlatform(),
                            "keycloak", secrets.databaseKeycloak());
            for (var role : passwords.entrySet()) {
                if (!found(
                        connection,
                        "select 1 from pg_roles where rolname = :name",
                        role.getKey())) {
                    statement.execute("create role " + role.getKey());
                }
                // Names and passwords are our own, of letters, digits, '-' and '_'.
                statement.execute(
                        "alter role %s login nosuperuser nobypassrls nocreaterole nocreatedb password '%s'"
                                .formatted(role.getKey(), role.getValue()));
            }
            createDatabase(connection, "allodium", "allodium_owner");
            createDatabase(connection, "keycloak", "keycloak");
            statement.execute(
                    "grant connect on database allodium to allodium_app, allodium_platform");
        } catch (SQLException | JdbiException failed) {
            throw new Trouble(
                    "The database's roles could not be arranged: " + failed.getMessage() + ".",
                    failed);
        }
    }

    /// For a first import of the realm that was cut off: a half-made schema is worth nothing.
    void recreateKeycloakDatabase() {
        try (var connection = connect("postgres");
                var statement = connection.createStatement()) {
            statement.execute("drop database if exists keycloak with (force)");
            createDatabase(connection, "keycloak", "keycloak");
        } catch (SQLException | JdbiException failed) {
            throw new Trouble(
                    "Keycloak's database could not be made anew: " + failed.getMessage() + ".",
                    failed);
        }
    }

    private static void createDatabase(Connection connection, String name, String owner)
            throws SQLException {
        if (found(connection, "select 1 from pg_database where datname = :name", name)) {
            return;
        }
        try (var statement = connection.createStatement()) {
            statement.execute("create database " + name + " owner " + owner);
            statement.execute("revoke all on database " + name + " from public");
        }
    }

    private static boolean found(Connection connection, String query, String name) {
        return org.allodium.kernel.Database.on(connection)
                .createQuery(query)
                .bind("name", name)
                .mapTo(Integer.class)
                .findOne()
                .isPresent();
    }

    private Child.Command command() {
        var words = new ArrayList<>(asOrdinaryUser(folder.database()));
        words.addAll(
                List.of(
                        binaries.resolve("bin/postgres").toString(),
                        "-D",
                        folder.database().toString()));
        for (var setting :
                List.of(
                        "listen_addresses=127.0.0.1",
                        "port=" + port,
                        "unix_socket_directories=",
                        "max_connections=100",
                        "shared_buffers=64MB",
                        "fsync=on",
                        "synchronous_commit=on",
                        "full_page_writes=on",
                        "log_statement=none",
                        "log_min_error_statement=panic",
                        "timezone=UTC")) {
            words.add("-c");
            words.add(setting);
        }
        return new Child.Command(words, ServerEnvironment.base(), folder.home());
    }

    /// A lock file that a killed server left is taken away; one whose server lives is ours too,
    /// since it uses this very folder, and that server is ended first.
    private void clearStaleLock() {
        var lock = folder.database().resolve("postmaster.pid");
        if (!Files.exists(lock)) {
            return;
        }
        try {
            var pid = Long.parseLong(Files.readAllLines(lock).getFirst().strip());
            var owner = ProcessHandle.of(pid).filter(this::servesThisFolder);
            if (owner.isPresent()) {
                Child.signal(pid, "INT");
                Waiting.until(Duration.ofSeconds(20), () -> !owner.get().isAlive());
            }
            Files.deleteIfExists(lock);
        } catch (IOException | NumberFormatException broken) {
            DataFolder.delete(lock);
        }
    }

    private boolean servesThisFolder(ProcessHandle process) {
        return process.info()
                .arguments()
                .map(List::of)
                .filter(words -> words.contains(folder.database().toString()))
                .isPresent();
    }

    /// PostgreSQL refuses to run as root. A user namespace takes root's powers away and leaves the
    /// files where they are; where namespaces are forbidden, the cluster is handed to `nobody`.
    private List<String> asOrdinaryUser(Path data) {
        if (!"root".equals(System.getProperty("user.name"))) {
            return List.of();
        }
        if (succeeds("unshare", "-U", "true")) {
            return List.of("unshare", "-U");
        }
        if (succeeds(
                "setpriv",
                "--reuid=65534",
                "--regid=65534",
                "--clear-groups",
                "test",
                "-x",
                binaries.resolve("bin/postgres").toString())) {
            try {
                Files.createDirectories(data);
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
            if (succeeds("chown", "-R", "65534:65534", data.toString())) {
                return List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
            }
        }
        throw new Trouble(
                "PostgreSQL refuses to run as root, and neither a user namespace nor the user nobody can be used here: run ./allodium as an ordinary user.");
    }

    private static boolean succeeds(String... words) {
        try {
            return new ProcessBuilder(words)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException absent) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    Optional<String> setting(String name) {
        try (var connection = connect("postgres")) {
            return org.allodium.kernel.Database.on(connection)
                    .createQuery("select current_setting(:name)")
                    .bind("name", name)
                    .mapTo(String.class)
                    .findOne();
        } catch (SQLException | JdbiException failed) {
            throw new Trouble("The database does not answer: " + failed.getMessage() + ".", failed);
        }
    }
}
