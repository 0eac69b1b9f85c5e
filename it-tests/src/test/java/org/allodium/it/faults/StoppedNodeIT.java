package org.allodium.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.allodium.it.product.Api;
import org.allodium.it.product.Books;
import org.allodium.it.product.EvidenceLog;
import org.allodium.it.product.LongAnswer;
import org.allodium.it.product.Processes;
import org.allodium.it.product.Product;
import org.allodium.it.product.Waiting;
import org.allodium.launcher.Component;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A node that stands still for longer than its lease, and wakes up when the other one has taken
/// over: it sends nothing more, settles nothing, and begins anew.
class StoppedNodeIT {
    private static final int STREAMS = 4;
    private static final int CLIENTS = 4;
    private static final int ROUNDS = 12;
    private static final Duration TAKEN_OVER = Duration.ofSeconds(20);
    private static final Duration CLOSED = Duration.ofSeconds(60);
    private static final List<Component> NODES = List.of(Component.PORTAL, Component.SECOND_PORTAL);

    @BeforeAll
    static void startTheSecond() {
        Product.startSecondNode();
    }

    @AfterAll
    static void endTheSecond() {
        Product.restart();
    }

    @Test
    void whoWakesTooLateSendsNothingMoreAndRejoins() throws Exception {
        var victim = Component.SECOND_PORTAL;
        long run = run(victim);
        try (var streams = new OpenStreams(STREAMS, Product.portal(victim) + "/v1")) {
            streams.awaitPieces(20);
            awaitMarked(run, streams.ids());
            Processes.signal(victim, "STOP");
            List<Integer> before;
            try {
                // What had left lay in the kernel.
                before = streams.awaitSilence();
                awaitTakenOver(run);
            } finally {
                Processes.signal(victim, "CONT");
            }
            streams.awaitEnd(CLOSED);
            for (int n = 0; n < STREAMS; n++) {
                var heard = streams.heard(n);
                assertThat(heard.pieces() - before.get(n))
                        .as("pieces that left after it woke up")
                        .isLessThanOrEqualTo(1);
                assertThat(heard.isWhole()).isFalse();
            }
            assertInterrupted(streams);
        }
        awaitServes(victim);
        assertThat(run(victim)).as("its new run").isGreaterThan(run);
        assertSound(List.of());
    }

    /// What a killed or stopped node has not marked nobody is charged for.
    private static void awaitMarked(long run, List<String> ids) throws Exception {
        var marked =
                "select count(distinct id) from billing.mark, unnest(request_ids) as id"
                        + " where run = %d and id in ('%s')"
                                .formatted(run, String.join("', '", ids));
        Waiting.until(
                Duration.ofSeconds(20),
                "what has left is marked",
                () -> Books.one(marked).intValue() == ids.size());
    }

    private static void assertInterrupted(OpenStreams streams) throws Exception {
        var other = api(Component.PORTAL);
        for (var id : streams.ids()) {
            assertThat(other.get("/receipts/" + id).status()).as(id).isEqualTo(200);
        }
        Books.receipts(streams.ids())
                .forEach(
                        (id, receipt) -> {
                            assertThat(receipt.path("outcome").asString()).isEqualTo("interrupted");
                            assertThat(receipt.path("usage").path("output_tokens").asLong())
                                    .as("charged for what was marked to have left")
                                    .isBetween(1L, (long) LongAnswer.TOKENS - 1);
                        });
    }

    @Test
    void theLogGoesOnWhereItsSequencerStandsStillInMidGroup() throws Exception {
        try (var first = new Crowd(CLIENTS, Product.portal(Component.PORTAL) + "/v1");
                var second = new Crowd(CLIENTS, Product.portal(Component.SECOND_PORTAL) + "/v1")) {
            first.awaitEvents(200);
            second.awaitEvents(200);
            var stopped = stopInMidGroup();
            try {
                long size = EvidenceLog.size();
                Waiting.until(
                        TAKEN_OVER,
                        "another one sequences the log",
                        () -> EvidenceLog.size() > size);
            } finally {
                Processes.signal(stopped, "CONT");
            }
            awaitServes(stopped);
            first.gather();
            second.gather();
            var whole = new ArrayList<>(first.whole);
            whole.addAll(second.whole);
            assertThat(whole).isNotEmpty();
            assertSound(whole);
        }
    }

    /// Any node at any instant, for as long as may be.
    @Test
    @Tag("long")
    void whoeverStandsStillWheneverAndForHoweverLong() throws Exception {
        long seed = Long.getLong("allodium.it.seed", System.nanoTime());
        System.out.println("  allodium.it.seed=" + seed);
        var random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            try (var first = new Crowd(CLIENTS, Product.portal(Component.PORTAL) + "/v1");
                    var second =
                            new Crowd(CLIENTS, Product.portal(Component.SECOND_PORTAL) + "/v1")) {
                first.awaitEvents(100 + random.nextInt(400));
                var stopped = NODES.get(random.nextInt(2));
                if (round % 3 == 0) {
                    stopped = stopInMidGroup();
                } else {
                    Processes.signal(stopped, "STOP");
                }
                try {
                    long until =
                            System.nanoTime()
                                    + Duration.ofMillis(200 + random.nextInt(8_000)).toNanos();
                    Waiting.until(
                            Duration.ofMinutes(1), "a while", () -> System.nanoTime() > until);
                } finally {
                    Processes.signal(stopped, "CONT");
                }
                awaitServes(stopped);
                first.gather();
                second.gather();
                var whole = new ArrayList<>(first.whole);
                whole.addAll(second.whole);
                assertSound(whole);
                System.out.printf(
                        "  round %d: %s stood still, %d answers whole%n",
                        round + 1, stopped.program(), whole.size());
            }
        }
    }

    /// Whoever sequences has moved the log's head on and waits for the place of its leaves.
    private static Component stopInMidGroup() throws Exception {
        try (var holder = Product.databaseAs("owner")) {
            holder.setAutoCommit(false);
            try (var hold = holder.createStatement()) {
                hold.execute("lock table evidence.log_group in exclusive mode");
            }
            Waiting.until(
                    Duration.ofSeconds(30),
                    "a group is about to be written",
                    () -> sequencing().isPresent());
            var sequencer =
                    sequencing().orElseThrow().equals("node-1")
                            ? Component.PORTAL
                            : Component.SECOND_PORTAL;
            Processes.signal(sequencer, "STOP");
            holder.rollback();
            return sequencer;
        }
    }

    /// The node whose connection it is. Only its own role may look.
    private static Optional<String> sequencing() throws Exception {
        try (var database = Product.database();
                var query = database.createStatement();
                var rows =
                        query.executeQuery(
                                "select application_name from pg_stat_activity"
                                        + " where wait_event_type = 'Lock'"
                                        + " and query like 'insert into evidence.log_group%'")) {
            return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
        }
    }

    private static void awaitTakenOver(long run) throws Exception {
        Waiting.until(
                TAKEN_OVER,
                "the other node has taken over",
                () ->
                        Books.one(
                                                "select count(*) from billing.run where settled = -1"
                                                        + " and ended_at is not null and run = "
                                                        + run)
                                        .signum()
                                == 1);
    }

    private static void awaitServes(Component node) throws Exception {
        Waiting.until(CLOSED, node.program() + " serves again", () -> answers(node));
    }

    private static boolean answers(Component node) {
        try {
            return api(node).chat("allodium-guide", "Hi", 2).status() == 200;
        } catch (UncheckedIOException nobodyThere) {
            return false;
        }
    }

    private static void assertSound(List<String> whole) throws Exception {
        Books.awaitAllClosed(CLOSED);
        Books.assertInBalance();
        EvidenceLog.awaitAllIn(CLOSED);
        EvidenceLog.assertWhole();
        EvidenceLog.assertProven(api(Component.PORTAL), whole);
        Books.receipts(whole)
                .forEach(
                        (id, receipt) ->
                                assertThat(receipt.path("outcome").asString())
                                        .as(id)
                                        .isEqualTo("completed"));
    }

    /// The number of the run that this node lives by.
    private static long run(Component node) throws Exception {
        return Books.one(
                        "select max(run) from billing.run where ended_at is null and node = '%s'"
                                .formatted(node == Component.PORTAL ? "node-1" : "node-2"))
                .longValueExact();
    }

    private static Api api(Component node) {
        return Api.of(Product.portal(node) + "/v1", Product.key("standard"));
    }
}
