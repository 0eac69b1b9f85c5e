package org.allodium.it.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.allodium.it.product.Api;
import org.allodium.it.product.Books;
import org.allodium.it.product.Logs;
import org.allodium.it.product.Processes;
import org.allodium.it.product.Waiting;
import org.allodium.launcher.Component;
import org.junit.jupiter.api.Test;

/// Each attack once, or again and again for a while: a minute in the long form, five in the profile
/// `attack`. At the end the very same server process lives, the books are in balance and no log
/// holds a secret.
class AttackIT {
    private static final Duration SPAN =
            Duration.ofSeconds(Integer.getInteger("allodium.attack.seconds", 0));

    private static final int STREAMS = 12;
    // Others of the attacks may hold places still.
    private static final int SPEAKING = 4;

    interface Attack {
        void strike() throws Exception;
    }

    private static final Map<String, Attack> ATTACKS = attacks();

    private static Map<String, Attack> attacks() {
        var attacks = new LinkedHashMap<String, Attack>();
        attacks.put("stalled bodies", Attacks::stalledBodies);
        attacks.put("stalled headers", Attacks::stalledHeaders);
        attacks.put("stalled readers", Attacks::stalledReaders);
        attacks.put("dear forms", Attacks::dearForms);
        attacks.put("huge prompts", Attacks::hugePrompts);
        attacks.put("packed bomb", Attacks::packedBomb);
        attacks.put("wrong keys", Attacks::wrongKeys);
        attacks.put("hang-ups", Attacks::hangUps);
        attacks.put("hostile models", Attacks::hostileModels);
        attacks.put("frozen database", AttackIT::frozenDatabase);
        return attacks;
    }

    @Test
    void theServerOutlivesItsAttackersAndItsBooksBalance() throws Exception {
        long server = ServerProcess.pid();
        long end = System.nanoTime() + SPAN.toNanos();
        do {
            for (var attack : ATTACKS.entrySet()) {
                System.out.println("  Attack: " + attack.getKey());
                attack.getValue().strike();
                assertThat(ServerProcess.pid()).as(attack.getKey()).isEqualTo(server);
            }
        } while (System.nanoTime() < end);
        Waiting.until(
                Duration.ofSeconds(60),
                "the server is ready",
                () -> Api.portal("/health/ready").status() == 200);
        Attacks.assertServes();
        Books.awaitAllClosed(Duration.ofSeconds(60));
        Books.assertInBalance();
        Logs.assertHoldNone(List.of(Attacks.PROMPT));
        Logs.assertNoCrash();
    }

    /// The database stands still while streams run: they are cut before it moves on, and then each
    /// has its receipt.
    private static void frozenDatabase() throws Exception {
        long before = receipts();
        try (var crowd = Executors.newVirtualThreadPerTaskExecutor()) {
            var speaking = new CountDownLatch(SPEAKING);
            var streams =
                    IntStream.range(0, STREAMS)
                            .mapToObj(i -> crowd.submit(() -> stream(speaking)))
                            .toList();
            // What nothing has left of is released without a trace: they must have said something.
            assertThat(speaking.await(60, TimeUnit.SECONDS)).as("streams run").isTrue();
            Processes.signal(Component.DATABASE, "STOP");
            try {
                Waiting.until(
                        Duration.ofSeconds(60),
                        "running streams are cut",
                        () -> streams.stream().anyMatch(Future::isDone));
            } finally {
                Processes.signal(Component.DATABASE, "CONT");
            }
        }
        Books.awaitAllClosed(Duration.ofSeconds(60));
        Books.assertInBalance();
        assertThat(receipts()).isGreaterThanOrEqualTo(before + SPEAKING);
        Waiting.until(
                Duration.ofSeconds(60),
                "the server is ready",
                () -> Api.portal("/health/ready").status() == 200);
    }

    private static void stream(CountDownLatch speaking) {
        var said = new AtomicBoolean();
        Api.as("standard")
                .listen(
                        "/chat/completions",
                        "{\"model\":\"allodium-guide\",\"stream\":true,\"max_tokens\":400,"
                                + "\"ignore_eos\":true,"
                                + "\"messages\":[{\"role\":\"user\",\"content\":\""
                                + Attacks.PROMPT
                                + "\"}]}",
                        line -> {
                            if (says(line) && said.compareAndSet(false, true)) {
                                speaking.countDown();
                            }
                        });
    }

    private static boolean says(String line) {
        return line.contains("\"content\":\"") && !line.contains("\"content\":\"\"");
    }

    private static long receipts() throws Exception {
        return Books.one("select count(*) from evidence.sealed_receipt").longValueExact();
    }
}
