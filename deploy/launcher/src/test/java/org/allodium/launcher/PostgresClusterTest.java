package org.allodium.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The real server, on a folder of its own.
class PostgresClusterTest {
    @TempDir Path home;

    @Test
    void keepsEveryCommitWhenItIsKilled() throws Exception {
        var folder = new DataFolder(home);
        folder.create();
        var binaries =
                new Binaries(home, home.resolve("runtime"), Binaries.pinned(), Progress.silent());
        binaries.unpackPostgresql();
        var database =
                new PostgresCluster(
                        binaries.postgresql(), folder, freePort(), Secrets.loadOrMake(folder));
        database.createCluster();
        var child = database.start(new ReadyWait(folder, Progress.silent()));
        try {
            database.arrangeRoles();
            database.arrangeRoles();
            assertThat(database.setting("fsync")).contains("on");
            assertThat(database.setting("synchronous_commit")).contains("on");
            assertThat(powersOfOurRoles(database)).isEqualTo(0);
            execute(database, "create table kept (n int)");
            execute(database, "insert into kept values (7)");
            child.kill();
            child = database.start(new ReadyWait(folder, Progress.silent()));
            assertThat(number(database, "select n from kept")).isEqualTo(7);
        } finally {
            child.stop(Duration.ofSeconds(20));
        }
        assertThat(folder.database().resolve("postmaster.pid")).doesNotExist();
        assertThat(Files.exists(home.resolve("db.draft"))).isFalse();
    }

    private static int powersOfOurRoles(PostgresCluster database) throws Exception {
        return number(
                database,
                "select count(*) from pg_roles where rolname like 'allodium%' and (rolsuper or rolbypassrls or rolcreaterole)");
    }

    private static void execute(PostgresCluster database, String sql) throws Exception {
        try (var connection = database.connect("allodium");
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static int number(PostgresCluster database, String sql) throws Exception {
        try (var connection = database.connect("allodium");
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private static int freePort() throws Exception {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
