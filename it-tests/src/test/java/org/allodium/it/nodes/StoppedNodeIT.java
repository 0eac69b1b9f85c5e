package org.allodium.it.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.allodium.it.product.Books;
import org.allodium.it.product.Crowd;
import org.allodium.it.product.EvidenceLog;
import org.allodium.it.product.LongAnswer;
import org.allodium.it.product.Processes;
import org.allodium.it.product.Product;
import org.allodium.it.product.Waiting;
import org.allodium.launcher.Component;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A node that stands still for longer than its lease, and wakes up when the other one has taken
/// over: it sends nothing more, settles nothing, and begins anew.
@ExtendWith(TwoNodes.class)
class StoppedNodeIT {
    private static final int STREAMS = 4;
    private static final int CLIENTS = 4;
    private static final int ROUNDS = 12;
    private static final Duration TAKEN_OVER = Duration.ofSeconds(20);

    @Test
    void whoWakesTooLateSendsNothingMoreAndRejoins() throws Exception {
        var victim = TwoNodes.SECOND;
        long run = run(victim);
        try (var streams = new OpenStreams(STREAMS, TwoNodes.address(victim))) {
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
            streams.awaitEnd(TwoNodes.CLOSED);
            for (int n = 0; n < STREAMS; n++) {
                var heard = streams.heard(n);
                assertThat(heard.pieces() - before.get(n))
                        .as("pieces that left after it woke up")
                        .isLessThanOrEqualTo(1);
                assertThat(heard.isWhole()).isFalse();
            }
            assertInterrupted(streams);
        }
        TwoNodes.awaitServes(victim);
        assertThat(run(victim)).as("its new run").isGreaterThan(run);
        TwoNodes.assertSound();
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
        var other = TwoNodes.api(TwoNodes.FIRST);
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
        try (var crowds = new Crowds()) {
            crowds.awaitEvents(200);
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
            assertThat(crowds.wholeWhen(stopped)).isPositive();
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
            try (var crowds = new Crowds()) {
                crowds.awaitEvents(100 + random.nextInt(400));
                var stopped = TwoNodes.ALL.get(random.nextInt(2));
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
                System.out.printf(
                        "  round %d: %s stood still, %d answers whole%n",
                        round + 1, stopped.program(), crowds.wholeWhen(stopped));
            }
        }
    }

    /// Clients at each node.
    private static final class Crowds implements AutoCloseable {
        private final Crowd first = TwoNodes.crowd(CLIENTS, TwoNodes.FIRST);
        private final Crowd second = TwoNodes.crowd(CLIENTS, TwoNodes.SECOND);

        void awaitEvents(int number) {
            first.awaitEvents(number);
            second.awaitEvents(number);
        }

        /// How many answers are whole when this node serves again; all is sound then.
        int wholeWhen(Component stopped) throws Exception {
            TwoNodes.awaitServes(stopped);
            first.gather();
            second.gather();
            TwoNodes.assertSound(TwoNodes.FIRST, first, second);
            return first.whole.size() + second.whole.size();
        }

        @Override
        public void close() {
            first.close();
            second.close();
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
                    sequencing().orElseThrow().equals("node-1") ? TwoNodes.FIRST : TwoNodes.SECOND;
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

    /// The number of the run that this node lives by.
    private static long run(Component node) throws Exception {
        return Books.one(
                        "select max(run) from billing.run where ended_at is null and node = '%s'"
                                .formatted(node == TwoNodes.FIRST ? "node-1" : "node-2"))
                .longValueExact();
    }
}
