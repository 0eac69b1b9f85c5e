package org.allodium.evidence.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.allodium.evidence.Bytes;
import org.allodium.evidence.KeyUse;
import org.allodium.evidence.SealedReceipt;
import org.allodium.evidence.internal.LogTable.Head;
import org.allodium.evidence.internal.LogTable.Progress;
import org.allodium.evidence.internal.LogTable.Slice;
import org.allodium.kernel.Database;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Puts what is kept into the log: group by group, each in one transaction with the checkpoint of
/// the tree that it ends. One node at a time does so, whoever holds the lease in the database; what
/// it holds in memory is a copy that any failure makes it throw away and read again.
public final class Sequencer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sequencer.class);
    private static final Duration LOOK = Duration.ofMillis(250);
    private static final Duration RENEWAL = Duration.ofSeconds(1);
    private static final Duration SWEEP = Duration.ofHours(1);
    private static final Duration CALL = Duration.ofSeconds(20);
    // What is sought at every look: rows of these days, of runs that called in this hour.
    private static final Duration RECENT = Duration.ofDays(2);
    private static final Duration AWAKE = Duration.ofHours(1);
    // A node that is halted in a transaction would keep the head's row to itself.
    private static final String LIMITS =
            "select set_config('idle_in_transaction_session_timeout', '5s', true)"
                    + " || set_config('lock_timeout', '5s', true)"
                    + " || set_config('statement_timeout', '30s', true)";

    private final Database platform;
    private final Supplier<CheckpointKey> keys;
    private final Clock clock;
    private final UUID me = UUID.randomUUID();
    private final Offers offers = new Offers();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    // Of the thread alone.
    private @Nullable Log held;
    private boolean troubled;
    private final Pace sweeping = new Pace(SWEEP);
    private final Pace looking = new Pace(LOOK);
    private final Pace renewing = new Pace(RENEWAL);
    private final Pace calling = new Pace(CALL);

    /// @param platform of role `allodium_platform`
    public Sequencer(DataSource platform, Supplier<CheckpointKey> keys, Clock clock) {
        this.platform = Database.over(platform);
        this.keys = keys;
        this.clock = clock;
        this.thread =
                Thread.ofPlatform().daemon().name("allodium-log-sequencer").unstarted(this::run);
    }

    /// The log as it is in the database, and where each run goes on in it.
    private static final class Log {
        final String origin;
        final Map<Long, Long> next = new HashMap<>();
        // Runs of which a row cannot be read; the next sweep tries them again.
        final Set<Long> aside = new HashSet<>();
        Frontier frontier;

        Log(Head head) {
            origin = head.origin();
            frontier = Frontier.of(head.size(), head.frontier().toArray());
        }
    }

    /// What is done from time to time.
    private static final class Pace {
        private final long nanos;
        private long due = System.nanoTime();

        Pace(Duration every) {
            nanos = every.toNanos();
        }

        boolean isDue() {
            boolean now = System.nanoTime() - due >= 0;
            if (now) {
                due = System.nanoTime() + nanos;
            }
            return now;
        }

        void now() {
            due = System.nanoTime();
        }
    }

    public void start() {
        thread.start();
    }

    /// Committed on this node. Never blocks, and may be forgotten.
    public void offer(long run, long first, List<SealedReceipt> receipts) {
        if (!receipts.isEmpty()) {
            offers.add(new Slice(run, first, receipts.stream().map(SealedReceipt::leaf).toList()));
        }
    }

    /// What was offered goes into the log first, if the database is there.
    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join(Duration.ofSeconds(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!closing.await(0, TimeUnit.SECONDS)) {
                attempt();
            }
            attempt();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        giveUpLease();
    }

    /// The edge of a worker's loop: whatever fails, the next turn begins with what is stored.
    private void attempt() throws InterruptedException {
        try {
            turn();
            troubled = false;
        } catch (LeaseLost lost) {
            drop();
            LOG.info("Another node sequences the log");
        } catch (RuntimeException failed) {
            drop();
            if (!troubled) {
                LOG.warn("The log waits: its receipts are kept and go in later", failed);
            }
            troubled = true;
            pause();
        }
    }

    private void turn() throws InterruptedException {
        if (calling.isDue()) {
            platform.useHandle(handle -> LogTable.awake(handle, offers.runs()));
        }
        var log = held == null ? take() : held;
        if (log == null) {
            pause();
            return;
        }
        for (var slice : offers.gather(LOOK.toNanos())) {
            sequence(log, slice);
        }
        if (sweeping.isDue()) {
            log.aside.clear();
            look(log, Instant.EPOCH, Instant.EPOCH);
        } else if (looking.isDue()) {
            var now = clock.instant();
            look(log, now.minus(RECENT), now.minus(AWAKE));
        }
        renew();
    }

    private void renew() {
        if (renewing.isDue() && !limited(handle -> LogTable.renew(handle, me))) {
            throw new LeaseLost();
        }
    }

    private @Nullable Log take() {
        var head = limited(handle -> LogTable.take(handle, me));
        if (head.isPresent()) {
            held = new Log(head.get());
            offers.want(true);
            // Whoever was here before may have left anything behind.
            sweeping.now();
            LOG.info("This node sequences the log from {} on", head.get().size());
        }
        return held;
    }

    private void drop() {
        held = null;
        offers.want(false);
    }

    /// Receipts that nobody offered here: other nodes', or those of a run that has ended.
    private void look(Log log, Instant since, Instant awakeSince) {
        long after = Long.MIN_VALUE;
        List<Progress> runs;
        do {
            long last = after;
            runs = platform.withHandle(handle -> LogTable.runs(handle, last, since, awakeSince));
            for (var run : runs) {
                if (run.isBehind() && !log.aside.contains(run.run())) {
                    log.next.put(run.run(), run.next());
                    catchUp(log, run.run(), since);
                }
                after = run.run();
            }
            // There may be many: whoever sequences must go on saying so.
            renew();
        } while (runs.size() == LogTable.RUNS && closing.getCount() > 0);
    }

    private void catchUp(Log log, long run, Instant since) {
        List<Bytes> leaves;
        do {
            long next = next(log, run).orElseThrow(LeaseLost::new);
            try {
                leaves = stored(run, next, since);
            } catch (UnreadableReceipt unreadable) {
                log.aside.add(run);
                LOG.error("Run {} cannot be read on from {}", run, next, unreadable);
                return;
            }
            if (!leaves.isEmpty()) {
                write(log, new Slice(run, next, leaves));
            }
        } while (leaves.size() == Offers.MOST_IN_GROUP);
    }

    /// Without a gap: what comes after one has not become visible yet.
    private List<Bytes> stored(long run, long next, Instant since) {
        var rows =
                platform.withHandle(
                        handle ->
                                SealedReceiptTable.following(
                                        handle, run, next, since, Offers.MOST_IN_GROUP));
        var leaves = new ArrayList<Bytes>(rows.size());
        for (var row : rows) {
            if (row.seq() != next + leaves.size()) {
                break;
            }
            leaves.add(Bytes.of(row.leaf()));
        }
        return leaves;
    }

    private void sequence(Log log, Slice slice) {
        var next = next(log, slice.run());
        if (next.isPresent() && slice.firstSeq() > next.get()) {
            catchUp(log, slice.run(), Instant.EPOCH);
            next = next(log, slice.run());
        }
        if (next.isEmpty() || slice.firstSeq() > next.get() || slice.end() <= next.get()) {
            return;
        }
        int known = Math.toIntExact(next.get() - slice.firstSeq());
        var rest = slice.leaves().subList(known, slice.leaves().size());
        for (int at = 0; at < rest.size(); at += Offers.MOST_IN_GROUP) {
            var part = rest.subList(at, Math.min(rest.size(), at + Offers.MOST_IN_GROUP));
            write(log, new Slice(slice.run(), next.get() + at, part));
        }
    }

    private Optional<Long> next(Log log, long run) {
        var known = log.next.get(run);
        if (known != null) {
            return Optional.of(known);
        }
        var stored = platform.withHandle(handle -> LogTable.next(handle, run));
        stored.ifPresent(next -> log.next.put(run, next));
        return stored;
    }

    private void write(Log log, Slice slice) {
        long size = log.frontier.size();
        var grown = log.frontier.copy();
        var full = new ArrayList<Frontier.Subtree>();
        slice.leaves().forEach(leaf -> grown.append(leaf.toArray(), full));
        var key = keys.get();
        var checkpoint =
                new Checkpoint(log.origin, grown.size(), Bytes.of(grown.root())).signedWith(key);
        limited(
                handle -> {
                    if (!LogTable.advance(handle, me, size, grown)
                            || !LogTable.advance(handle, slice)) {
                        throw new LeaseLost();
                    }
                    requireInUse(handle, key);
                    LogTable.add(handle, size, slice, clock.instant(), checkpoint);
                    LogTable.add(handle, full);
                    return true;
                });
        log.frontier = grown;
        log.next.put(slice.run(), slice.end());
    }

    /// The register decides and not the file, which follows a rotation later.
    private static void requireInUse(Handle handle, CheckpointKey key) {
        var register = new SigningKeyTable(handle);
        register.hold();
        if (!register.isInUse(key.id(), KeyUse.CHECKPOINTS)) {
            throw new KeyNotInUse(key.id());
        }
    }

    private interface Work<T> {
        T in(Handle handle);
    }

    private <T> T limited(Work<T> work) {
        return platform.inTransaction(
                handle -> {
                    handle.createQuery(LIMITS).mapTo(String.class).one();
                    return work.in(handle);
                });
    }

    private void giveUpLease() {
        try {
            platform.useHandle(handle -> LogTable.release(handle, me));
        } catch (RuntimeException away) {
            LOG.info("The log's lease runs out by itself: {}", away.getMessage());
        }
    }

    private void pause() throws InterruptedException {
        closing.await(2 * LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }
}
