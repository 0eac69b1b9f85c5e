package org.allodium.tenancy;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/// A PostgreSQL with the product's three roles and a migrated template. A mortal one can be killed,
/// and comes back with what was durable.
public final class TestServer implements AutoCloseable {
    private final @Nullable Path folder;
    private EmbeddedPostgres postgres;

    private TestServer(@Nullable Path folder, EmbeddedPostgres postgres) {
        this.folder = folder;
        this.postgres = postgres;
    }

    /// Quick, and forgotten with this JVM.
    static TestServer start() {
        return prepared(null, builder());
    }

    /// Durable as in production, as far as the death of processes goes.
    public static TestServer mortal(Path folder) {
        return prepared(folder, mortal(folder, 0));
    }

    private static EmbeddedPostgres.Builder builder() {
        return EmbeddedPostgres.builder()
                .setServerConfig("max_connections", "300")
                .setServerConfig("shared_buffers", "64MB");
    }

    /// @param port 0 for any that is free
    private static EmbeddedPostgres.Builder mortal(Path folder, int port) {
        var builder =
                builder()
                        .setDataDirectory(folder)
                        .setCleanDataDirectory(false)
                        .setServerConfig("synchronous_commit", "on");
        return port == 0 ? builder : builder.setPort(port);
    }

    private static TestServer prepared(@Nullable Path folder, EmbeddedPostgres.Builder builder) {
        var server = new TestServer(folder, running(builder));
        for (String role : new String[] {"owner", "app", "platform"}) {
            server.execute("create role allodium_" + role + " login password 'test'");
        }
        server.execute("create database allodium_template owner allodium_owner");
        Schema.migrate(server.dataSource("allodium_template", "allodium_owner"));
        return server;
    }

    private static EmbeddedPostgres running(EmbeddedPostgres.Builder builder) {
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void execute(String sql) {
        try (var connection = postgres.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    DataSource dataSource(String database, String role) {
        return dataSource(port(), database, role);
    }

    /// From another process than the one that started the server.
    public static PGSimpleDataSource dataSource(int port, String database, String role) {
        var source = new PGSimpleDataSource();
        source.setServerNames(new String[] {"127.0.0.1"});
        source.setPortNumbers(new int[] {port});
        source.setDatabaseName(database);
        source.setUser(role);
        source.setPassword("test");
        return source;
    }

    public int port() {
        return postgres.getPort();
    }

    /// kill -9 on the postmaster and all its children: nothing is written any more.
    public void kill() {
        signal("STOP");
        var all = processes();
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(process -> process.onExit().join());
    }

    /// Nothing is refused and nothing is answered until [#thaw].
    public void freeze() {
        signal("STOP");
    }

    public void thaw() {
        signal("CONT");
    }

    /// After [#kill], on the same folder and port.
    public void restart() {
        int port = port();
        close();
        postgres = running(mortal(folder(), port));
    }

    private void signal(String name) {
        var command = new ArrayList<>(List.of("kill", "-" + name));
        processes().forEach(process -> command.add(Long.toString(process.pid())));
        try {
            new ProcessBuilder(command).inheritIO().start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// The postmaster first: it would replace its children.
    private List<ProcessHandle> processes() {
        var all = new ArrayList<ProcessHandle>();
        var postmaster = ProcessHandle.of(recordedPid()).orElseThrow();
        all.add(postmaster);
        postmaster.descendants().forEach(all::add);
        return all;
    }

    // The process that was started has handed over to a postmaster of its own.
    private long recordedPid() {
        try (var lines = Files.lines(folder().resolve("postmaster.pid"))) {
            return Long.parseLong(lines.findFirst().orElseThrow().strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path folder() {
        return Objects.requireNonNull(folder, "Only a mortal server is killed");
    }

    @Override
    public void close() {
        try {
            postgres.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
