package org.allodium.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import org.allodium.it.product.Api;
import org.allodium.it.product.Books;
import org.allodium.it.product.Command;
import org.allodium.it.product.Crowd;
import org.allodium.it.product.Logs;
import org.allodium.it.product.Processes;
import org.allodium.it.product.Product;
import org.allodium.it.product.Waiting;
import org.allodium.launcher.Component;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// `./allodium down` ends everything, whatever goes on at that moment.
class DownIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir Path folder;

    /// What the supervisor is about.
    enum Moment {
        THE_SERVER_HAS_JUST_DIED,
        THE_SERVER_IS_BEING_STARTED,
        THE_NEXT_RESTART_IS_AWAITED
    }

    @AfterEach
    void comeBack() {
        Product.restart();
    }

    @Test
    void leavesNoProcessWhileTheServerIsBeingStarted() throws Exception {
        leavesNoProcess(Moment.THE_SERVER_IS_BEING_STARTED);
    }

    @ParameterizedTest
    @Tag("long")
    @EnumSource(names = "THE_SERVER_IS_BEING_STARTED", mode = EnumSource.Mode.EXCLUDE)
    void leavesNoProcessAroundARestart(Moment moment) throws Exception {
        leavesNoProcess(moment);
    }

    private void leavesNoProcess(Moment moment) throws Exception {
        Product.supervise();
        bringAbout(moment);
        int status = Command.allodium(folder, "down");
        assertThat(status).as(said()).isZero();
        assertThat(said()).contains("Allodium is stopped");
        assertThat(Processes.in(Product.home())).isEmpty();
        assertThat(Product.home().resolve("run/stopping")).doesNotExist();
        assertThat(Command.allodium(folder, "status")).isZero();
        assertThat(said()).contains("Allodium is stopped");
    }

    /// As a server leaves them that is killed while it clears them; it must come back all the same.
    private static void halfClearCaches() throws Exception {
        var workarea = Product.home().resolve("liberty/servers/allodium/workarea");
        try (var all = Files.walk(workarea)) {
            var caches = all.filter(path -> path.endsWith("cacheAdapt/allodium")).toList();
            assertThat(caches).isNotEmpty();
            for (var cache : caches) {
                Files.move(cache.resolve(".overlay"), cache.resolve("left"));
            }
        }
    }

    private static void bringAbout(Moment moment) throws Exception {
        switch (moment) {
            case THE_SERVER_HAS_JUST_DIED -> Product.kill(Component.PORTAL);
            case THE_SERVER_IS_BEING_STARTED -> {
                var before = pid();
                Product.kill(Component.PORTAL);
                Waiting.until(PATIENCE, "a new server", () -> !pid().equals(before));
            }
            case THE_NEXT_RESTART_IS_AWAITED -> {
                for (int death = 1; death <= 3; death++) {
                    Product.kill(Component.DATABASE);
                    long restarts = death;
                    Waiting.until(PATIENCE, "restart " + death, () -> restarts() == restarts);
                }
                // The fourth restart comes eight seconds after the third.
                Product.kill(Component.DATABASE);
            }
        }
    }

    @Test
    void settlesWhatClientsHaveAndLeavesNoCrashUnderLoad() throws Exception {
        try (var crowd = new Crowd(24)) {
            crowd.awaitEvents(400);
            assertThat(Command.allodium(folder, "down")).as(said()).isZero();
            crowd.gather();
            assertThat(Processes.in(Product.home())).isEmpty();
            Logs.assertNoCrash();
            halfClearCaches();
            Product.restart();
            assertThat(crowd.whole).isNotEmpty();
            var whole = Books.receipts(crowd.whole);
            for (var id : crowd.whole) {
                assertThat(whole).as("receipts, settled before the end").containsKey(id);
                assertThat(whole.get(id).path("outcome").asString()).as(id).isEqualTo("completed");
                assertThat(whole.get(id).has("delivery")).as("recovery settled %s", id).isFalse();
            }
            var partly = Books.receipts(crowd.partly);
            for (var id : crowd.partly) {
                assertThat(partly).as("receipts, settled before the end").containsKey(id);
                assertThat(partly.get(id).path("outcome").asString()).as(id).isEqualTo("failed");
            }
        }
        Books.assertInBalance();
        assertThat(Api.as("standard").chat("allodium-guide", "Hello again", 8).status())
                .isEqualTo(200);
    }

    /// As the supervisor's diary counts them; there is none before its first entry.
    private static long restarts() throws IOException {
        var diary = Product.home().resolve("run/supervisor.json");
        if (!Files.exists(diary)) {
            return 0;
        }
        var entry = Pattern.compile("\"component\":\"" + Component.DATABASE.label());
        return entry.matcher(Files.readString(diary)).results().count();
    }

    private static String pid() throws IOException {
        var file = Product.home().resolve("run/portal.pid");
        return Files.exists(file) ? Files.readString(file) : "";
    }

    private String said() throws IOException {
        var out = folder.resolve("out");
        return Files.exists(out) ? Files.readString(out) : "";
    }
}
