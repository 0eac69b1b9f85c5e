package org.allodium.billing.internal;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.Timer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.allodium.kernel.Database;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One thread and one connection that turn many callers' commands into few commits: whatever has
/// gathered while the last commit was under way goes into the next. An idle writer commits a lone
/// command at once.
final class GroupWriter<C> implements AutoCloseable {
    static final int MAX_BATCH = 512;
    private static final Logger LOG = LoggerFactory.getLogger(GroupWriter.class);
    private static final Duration IDLE_TICK = Duration.ofMillis(50);
    private static final Duration UNQUESTIONED = Duration.ofMillis(500);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    // Short: while one stream still rests, the others' answers end and are not settled.
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(400);
    static final int QUICK_TRIES = 5;
    // A writer finds every row by its key. Plans live as long as its connection, and one that was
    // made while a table was small would read that table from end to end ever after. One plan for
    // each statement: for arrays PostgreSQL would else make another each time, which takes longer
    // than the statement.
    private static final Map<String, String> PLANNING =
            Map.of(
                    "enable_seqscan", "off",
                    "enable_hashjoin", "off",
                    "enable_mergejoin", "off",
                    "plan_cache_mode", "force_generic_plan");

    // Classes of SQLSTATE: values, constraints, statements and rights, functions of our own.
    private static final List<String> PERMANENT = List.of("22", "23", "42", "P0");

    private final String stream;
    private final DataSource platform;
    private final CommitGroup<C> group;
    private final BlockingQueue<C> queue;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Semaphore hurry = new Semaphore(0);
    private final Thread thread;
    private final DistributionSummary batchSize;
    private final Timer latency;
    private volatile boolean halted;
    private @Nullable Connection connection;
    // On that connection: to make one for each group takes a tenth of what the group takes.
    private @Nullable Handle handle;
    private long lastUse;
    private boolean committing;
    private boolean refusing;

    GroupWriter(String stream, DataSource platform, CommitGroup<C> group, int capacity) {
        this.stream = stream;
        this.platform = platform;
        this.group = group;
        this.queue = new ArrayBlockingQueue<>(capacity);
        this.batchSize =
                DistributionSummary.builder("allodium.billing.commit.batch.size")
                        .tag("stream", stream)
                        .register(Metrics.globalRegistry);
        this.latency =
                Timer.builder("allodium.billing.commit.latency")
                        .tag("stream", stream)
                        .register(Metrics.globalRegistry);
        this.thread = Thread.ofPlatform().name("billing-" + stream).daemon().unstarted(this::work);
    }

    void start() {
        thread.start();
    }

    /// False when the queue is full or the writer is closing: the caller must refuse.
    boolean offer(C command) {
        return closing.getCount() > 0 && queue.offer(command);
    }

    /// Waits for room: the caller is slowed to the speed of the database.
    void put(C command) throws InterruptedException {
        while (!queue.offer(command, 1, TimeUnit.SECONDS)) {
            if (!thread.isAlive()) {
                throw new IllegalStateException("The writer " + stream + " has ended");
            }
        }
    }

    /// Somebody waits for what is queued: its group goes at once.
    void hurry() {
        hurry.release();
    }

    /// Writes what is queued, if the database lets it, and ends.
    @Override
    public void close() {
        closing.countDown();
        hurry();
        try {
            if (!thread.join(Duration.ofSeconds(20))) {
                halt();
            }
        } catch (InterruptedException e) {
            halt();
            Thread.currentThread().interrupt();
        }
    }

    /// Ends as a killed process would: whatever is queued is lost.
    void halt() {
        halted = true;
        closing.countDown();
        hurry();
        thread.interrupt();
    }

    private void work() {
        var batch = new ArrayList<C>(MAX_BATCH);
        try {
            while (!halted && (closing.getCount() > 0 || !queue.isEmpty())) {
                var first = queue.poll(IDLE_TICK.toMillis(), TimeUnit.MILLISECONDS);
                if (first != null) {
                    batch.add(first);
                    linger();
                    queue.drainTo(batch, MAX_BATCH - 1);
                    commit(List.copyOf(batch));
                    batch.clear();
                }
            }
        } catch (InterruptedException e) {
            LOG.warn("The writer {} was stopped before its queue was empty", stream);
        } finally {
            disconnect();
        }
    }

    /// Lets others join a group for which nobody waits, and no more than there is room for.
    private void linger() throws InterruptedException {
        long nanos = group.linger().toNanos();
        if (nanos > 0 && queue.size() < MAX_BATCH - 1) {
            hurry.tryAcquire(nanos, TimeUnit.NANOSECONDS);
        }
        hurry.drainPermits();
    }

    private void commit(List<C> batch) throws InterruptedException {
        var commands = batch;
        for (int attempt = 1; !halted; attempt++) {
            try {
                var attempted = commands;
                latency.recordCallable(() -> transaction(attempted));
                becameDurable(commands);
                return;
            } catch (Exception e) { // The edge of the worker loop: no command may end the thread.
                rollback();
                if (isTransient(e)) {
                    if (attempt >= (isQuick(e) ? QUICK_TRIES : 1)) {
                        commands = refuseImpatient(commands, e);
                    }
                    if (commands.isEmpty()) {
                        return;
                    }
                    pause(attempt, e);
                } else if (commands.size() == 1) {
                    group.refused(commands.getFirst(), e, false);
                    return;
                } else {
                    // One of them is at fault: alone, each answers for itself.
                    for (C command : commands) {
                        commit(List.of(command));
                    }
                    return;
                }
            }
        }
    }

    /// Whatever goes wrong in telling, nothing of it is tried again: it is durable.
    private void becameDurable(List<C> commands) {
        batchSize.record(commands.size());
        refusing = false;
        try {
            group.durable(commands);
        } catch (RuntimeException e) { // The edge of the worker loop.
            LOG.error("What the {} stream made durable was not told to all", stream, e);
        }
    }

    /// Told once and not for each of the thousands that ask while the database is away. Returns
    /// those that wait for it.
    private List<C> refuseImpatient(List<C> commands, Exception cause) {
        var patient = commands.stream().filter(group::patient).toList();
        if (patient.size() < commands.size()) {
            if (!refusing) {
                LOG.error("The {} stream could not commit: refusing until it can", stream, cause);
            }
            refusing = true;
            for (var command : commands) {
                if (!group.patient(command)) {
                    group.refused(command, cause, committing);
                }
            }
        }
        return patient;
    }

    private @Nullable Void transaction(List<C> commands) throws SQLException {
        committing = false;
        dropIfDead();
        var on = handle == null ? connect() : handle;
        boolean alone = group.isOneStatement(commands);
        on.getConnection().setAutoCommit(alone);
        committing = alone;
        group.write(on, commands);
        if (!alone) {
            committing = true;
            on.getConnection().commit();
        }
        lastUse = System.nanoTime();
        return null;
    }

    private Handle connect() throws SQLException {
        var open = platform.getConnection();
        connection = open;
        open.setAutoCommit(false);
        open.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        plan(open, "set %s = %s");
        var on = Database.on(open);
        handle = on;
        return on;
    }

    /// After a pause the database may be another one than before: the first request of the day is
    /// not to be refused for it.
    private void dropIfDead() throws SQLException {
        boolean rested = System.nanoTime() - lastUse > UNQUESTIONED.toNanos();
        if (connection != null && rested && !connection.isValid(1)) {
            disconnect();
        }
    }

    /// A deadlock or a lost race clears up at once; a lost database may take long.
    private void pause(int attempt, Exception cause) throws InterruptedException {
        if (isQuick(cause)) {
            return;
        }
        if (attempt == 1 || attempt % 20 == 0) {
            LOG.warn("The {} stream waits for the database (attempt {})", stream, attempt, cause);
        }
        long millis = FIRST_PAUSE.toMillis() << Math.min(attempt - 1, 10);
        if (closing.await(Math.min(millis, LONGEST_PAUSE.toMillis()), TimeUnit.MILLISECONDS)
                && attempt >= QUICK_TRIES) {
            // Closing and still no database: recovery at the next start will find the intents.
            halted = true;
        }
    }

    private void rollback() {
        try {
            if (connection != null) {
                endTransaction(connection);
                if (connection.isValid(1)) {
                    return;
                }
            }
        } catch (SQLException e) {
            LOG.debug("The connection of the {} stream is gone", stream, e);
        }
        disconnect();
    }

    private void disconnect() {
        try (var gone = connection) {
            connection = null;
            handle = null;
            if (gone != null) {
                endTransaction(gone);
                gone.setAutoCommit(false);
                plan(gone, "reset %s");
            }
        } catch (SQLException | JdbiException e) {
            LOG.debug("The connection of the {} stream did not close", stream, e);
        }
    }

    private static void endTransaction(Connection connection) throws SQLException {
        if (!connection.getAutoCommit()) {
            connection.rollback();
        }
    }

    private static void plan(Connection connection, String how) throws SQLException {
        var handle = Database.on(connection);
        PLANNING.forEach((setting, value) -> handle.execute(how.formatted(setting, value)));
        connection.commit();
    }

    private static boolean isQuick(Exception e) {
        return Database.cause(e).filter(sql -> state(sql).startsWith("40")).isPresent();
    }

    /// Bad values, broken constraints and errors of our own are permanent; all else may pass.
    private static boolean isTransient(Exception e) {
        return Database.cause(e)
                .map(GroupWriter::state)
                .filter(state -> PERMANENT.stream().noneMatch(state::startsWith))
                .isPresent();
    }

    private static String state(SQLException e) {
        return e.getSQLState() == null ? "" : e.getSQLState();
    }
}
