package org.allodium.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.allodium.it.clients.EveryOperation;
import org.allodium.it.product.Api;
import org.allodium.it.product.Books;
import org.allodium.it.product.Processes;
import org.allodium.it.product.Product;
import org.allodium.it.product.Waiting;
import org.allodium.launcher.Component;
import org.junit.jupiter.api.Test;

/// What callers are told while PostgreSQL or Keycloak is away, and how much of it is written down.
class DatabaseAwayIT {
    private static final int WAVES = 3;
    private static final int TOGETHER = 60;

    /// Decision 0115 says five seconds; the rest is for a machine with other work to do.
    private static final Duration LONGEST = Duration.ofSeconds(12);

    @Test
    void callersAreToldToComeBackAndTheLogSaysItOnce() throws Exception {
        assertThat(Api.as("standard").get("/models").status()).isEqualTo(200);
        var all = EveryOperation.ready();
        long before = log().length();
        Product.kill(Component.DATABASE);
        try {
            awaitDeafness();
            var ready = Api.portal("/health/ready");
            assertThat(ready.status()).as(ready.text()).isEqualTo(503);
            assertThat(ready.text()).contains("database", "news", "models", "keycloak");
            for (int i = 0; i < 50; i++) {
                var answer = Api.as("standard").get("/models");
                assertThat(answer.status()).as(answer.text()).isEqualTo(503);
                assertThat(answer.header("Retry-After")).isNotEmpty();
                assertThat(answer.error().path("code").asString()).isEqualTo("overloaded");
            }
            all.answers(503);
            // The next start begins a new file.
            var written = log().substring((int) before);
            assertThat(written.split("The database is away", -1)).hasSize(2);
            assertThat(written).doesNotContain("KeyLookup.find");
        } finally {
            Product.restart();
        }
    }

    /// As by SIGSTOP: connections stand, and nothing is ever answered on them.
    @Test
    void whoAsksAFrozenDatabaseIsRefusedInTimeAndServedWhenItMovesAgain() throws Exception {
        assertThat(Api.as("standard").chat("allodium-guide", "Hello", 2).status()).isEqualTo(200);
        long threads = threads();
        long before = log().length();
        Processes.signal(Component.DATABASE, "STOP");
        try {
            awaitDeafness();
            for (int wave = 0; wave < WAVES; wave++) {
                askTogether();
                assertThat(threads() - threads).as("threads more").isLessThan(100);
            }
        } finally {
            Processes.signal(Component.DATABASE, "CONT");
        }
        Waiting.until(
                Duration.ofSeconds(60),
                "it serves again",
                () -> Api.as("standard").chat("allodium-guide", "Hello", 2).status() == 200);
        var written = log().substring((int) before);
        assertThat(written.split("The database is away", -1)).as(written).hasSize(2);
        Books.awaitAllClosed(Duration.ofSeconds(60));
        Books.assertInBalance();
    }

    /// For a second at most, a node may answer from memory by what it has heard.
    private static void awaitDeafness() throws Exception {
        long begun = System.nanoTime();
        Waiting.until(
                LONGEST, "it refuses", () -> Api.as("standard").get("/models").status() == 503);
        System.out.println("  Refused after " + Duration.ofNanos(System.nanoTime() - begun));
    }

    private static void askTogether() throws Exception {
        try (var crowd = Executors.newVirtualThreadPerTaskExecutor()) {
            var asked = new ArrayList<Future<Duration>>();
            for (int i = 0; i < TOGETHER; i++) {
                boolean read = i % 3 == 0;
                asked.add(
                        crowd.submit(
                                () ->
                                        refused(
                                                () ->
                                                        read
                                                                ? Api.as("standard").get("/models")
                                                                : Api.as("standard")
                                                                        .chat(
                                                                                "allodium-guide",
                                                                                "Hello",
                                                                                2))));
            }
            var slowest = Duration.ZERO;
            for (var one : asked) {
                var took = one.get();
                slowest = took.compareTo(slowest) > 0 ? took : slowest;
            }
            System.out.println("  The last of " + TOGETHER + " was refused after " + slowest);
            assertThat(slowest).isLessThan(LONGEST);
        }
    }

    private static Duration refused(Supplier<Api.Answer> question) {
        var begun = System.nanoTime();
        var answer = question.get();
        assertThat(answer.status()).as(answer.text()).isEqualTo(503);
        assertThat(answer.header("Retry-After")).isNotEmpty();
        assertThat(answer.header("x-request-id")).isNotEmpty();
        assertThat(answer.error().path("code").asString()).isEqualTo("overloaded");
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    private static long threads() throws IOException {
        var status = Path.of("/proc/" + Processes.of(Component.PORTAL).pid() + "/status");
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("Threads:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void withoutKeycloakTheApiIsReadyAndForgedTokensAreRefused() throws Exception {
        Product.kill(Component.KEYCLOAK);
        try {
            var ready = Api.portal("/health/ready");
            assertThat(ready.status()).as(ready.text()).isEqualTo(200);
            assertThat(ready.text()).contains("keycloak").contains("\"reachable\":false");
            assertThat(Api.as("standard").get("/models").status()).isEqualTo(200);
            var forged = "eyJhbGciOiJSUzI1NiIsImtpZCI6IngifQ.eyJzdWIiOiJ4In0.AAAA";
            assertThat(Api.with(forged).get("/models").status()).isEqualTo(401);
        } finally {
            Product.restart();
        }
    }

    private static String log() throws IOException {
        return Files.readString(
                Product.home().resolve("logs/portal.log"), StandardCharsets.ISO_8859_1);
    }
}
