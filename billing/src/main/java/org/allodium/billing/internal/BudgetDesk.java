package org.allodium.billing.internal;

import java.sql.SQLTransientConnectionException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.sql.DataSource;
import org.allodium.billing.Budgets.Release;
import org.allodium.billing.Fate;
import org.allodium.billing.Intent;
import org.allodium.billing.ReserveOutcome;
import org.allodium.billing.SettledRequest;
import org.allodium.billing.Settlement;
import org.allodium.evidence.Receipts;
import org.allodium.kernel.Database;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.kernel.Sentence;
import org.allodium.tenancy.TenantId;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The three streams of money in flight (intents, traces, closings), and the readers that wait for
/// them. One desk is one run of one node: what an earlier run left open, a new desk closes before
/// it accepts anything.
public final class BudgetDesk implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BudgetDesk.class);
    private static final int QUEUE = 8_192;
    private static final Duration RECOVERY_PATIENCE = Duration.ofSeconds(60);
    private static final Duration LOST_AFTER = Duration.ofMinutes(2);

    private final Database database;
    private final Clock clock;
    private final Recovery recovery;
    private final Marks marks;
    private final Ongoing ongoing;
    private final GroupWriter<ReserveCommand> reservations;
    private final GroupWriter<Trace> traces;
    private final GroupWriter<Closing> closings;
    private final Set<ReserveCommand> reserving = ConcurrentHashMap.newKeySet();
    private final Set<Trace.ClosingRow> concluding = ConcurrentHashMap.newKeySet();
    private volatile boolean recovered;

    public BudgetDesk(DataSource platform, Receipts receipts, Clock clock) {
        var node = UUID.randomUUID();
        this.database = Database.over(platform);
        this.clock = clock;
        this.marks = new Marks(clock);
        this.ongoing = new Ongoing(marks);
        this.recovery = new Recovery(database, node);
        this.reservations =
                new GroupWriter<>(
                        "reserve",
                        platform,
                        new ReservationGroup(node, clock, ongoing, this::notReserved),
                        QUEUE);
        this.traces = new GroupWriter<>("trace", platform, new TraceGroup(node, marks), QUEUE);
        this.closings =
                new GroupWriter<>(
                        "settle", platform, new ClosingGroup(clock, receipts, ongoing), QUEUE);
    }

    /// Starts the writers and closes what earlier runs left. While the database cannot be reached
    /// the desk refuses; [#sweep] tries again.
    public void start() {
        reservations.start();
        traces.start();
        closings.start();
        try {
            recover();
        } catch (JdbiException | TimeoutException e) {
            LOG.error("Open intents of an earlier run are not closed yet: refusing until then", e);
        }
    }

    public CompletableFuture<ReserveOutcome> reserve(Intent intent) {
        var command = new ReserveCommand(intent, clock.instant().plus(Marks.PATIENCE));
        if (!recovered) {
            return CompletableFuture.failedFuture(busy(Sentence.of("billing.accounts-behind")));
        }
        if (!ongoing.begin(intent.requestId(), intent.tenant())) {
            return CompletableFuture.failedFuture(
                    Refused.of(ErrorCode.CONFLICT, "billing.request-under-way"));
        }
        reserving.add(command);
        var answer = command.future.whenComplete((done, failure) -> reserving.remove(command));
        if (!reservations.offer(command)) {
            reserving.remove(command);
            ongoing.ended(intent.requestId(), null);
            Meters.reservation("full").increment();
            return CompletableFuture.failedFuture(busy(Sentence.of("billing.accounts-full")));
        }
        return answer;
    }

    /// Blocks only when thousands of settlements wait for the database already.
    public CompletableFuture<SettledRequest> settle(Settlement settlement) {
        var command = new Closing.Settle(settlement);
        ongoing.answered(settlement.requestId());
        close(command);
        return command.future;
    }

    public CompletableFuture<Void> release(String requestId) {
        var command = new Closing.Release(requestId);
        ongoing.answered(requestId);
        close(command);
        return command.future;
    }

    public void progress(String requestId, long outputTokensReleased) {
        if (ongoing.knows(requestId)) {
            marks.released(requestId, outputTokensReleased);
        }
    }

    public Release permit(String requestId) {
        return marks.permit(requestId);
    }

    public void awaitMark() throws InterruptedException {
        marks.await();
    }

    public CompletableFuture<Void> conclude(Settlement settlement) {
        var row = new Trace.ClosingRow(settlement, clock.instant().plus(Marks.PATIENCE));
        concluding.add(row);
        var concluded = row.future.whenComplete((done, failure) -> concluding.remove(row));
        if (!traces.offer(row)) {
            Replies.fail(row.future, busy(Sentence.of("billing.closings-full")));
        }
        return concluded;
    }

    /// Several times a second: marks what has left the house, and tells those that have waited too
    /// long for their reservations or their closing rows.
    public void beat() {
        marks.gather().filter(mark -> !traces.offer(mark)).ifPresent(full -> marks.refused());
        var now = clock.instant();
        for (var command : reserving) {
            if (now.isAfter(command.deadline) && command.answer()) {
                ongoing.ended(command.intent.requestId(), null);
                Meters.reservation("late").increment();
                Replies.fail(
                        command.future, Replies.explain(new SQLTransientConnectionException()));
            }
        }
        for (var row : concluding) {
            if (now.isAfter(row.deadline)) {
                row.giveUp();
                Replies.fail(row.future, busy(Sentence.of("billing.end-not-recorded")));
            }
        }
    }

    public Map<String, Long> spilled(TenantId tenant, Set<String> consents) {
        return read(handle -> SpillShares.of(handle, tenant.value(), consents));
    }

    public Optional<SettledRequest> awaitSettled(
            TenantId tenant, String requestId, Duration atMost) {
        var running = ongoing.end(tenant, requestId);
        if (running.isPresent() && !Ongoing.await(running.get(), atMost)) {
            return Optional.empty();
        }
        return read(handle -> UsageLog.find(handle, tenant.value(), requestId));
    }

    public Fate fate(TenantId tenant, String requestId) {
        return read(handle -> UsageLog.fate(handle, tenant.value(), requestId));
    }

    public void awaitQuiescence(TenantId tenant, Duration atMost) {
        var all = ongoing.answeredOf(tenant).toArray(CompletableFuture[]::new);
        Ongoing.await(CompletableFuture.allOf(all), atMost);
    }

    /// From time to time: finishes a recovery that could not be done at the start, and gives back
    /// what was reserved on a connection that died in the middle of its commit.
    public void sweep() {
        try {
            if (!recovered) {
                recover();
            }
            for (var requestId : recovery.ownOpen(clock.instant().minus(LOST_AFTER))) {
                if (!ongoing.knows(requestId)) {
                    LOG.warn("Request {} was reserved without an answer: released", requestId);
                    release(requestId);
                }
            }
        } catch (JdbiException | TimeoutException e) {
            LOG.warn("The sweep of open intents will be tried again", e);
        }
    }

    /// Ends in order: no more intents, then all closings that are known.
    @Override
    public void close() {
        reservations.close();
        traces.close();
        closings.close();
    }

    /// Ends as a killed process does. For tests of recovery.
    void halt() {
        reservations.halt();
        traces.halt();
        closings.halt();
    }

    private void recover() throws TimeoutException {
        String last = "";
        int closed = 0;
        for (var page = recovery.leftOpen(last); !page.isEmpty(); page = recovery.leftOpen(last)) {
            for (var future : page.stream().map(this::settle).toList()) {
                awaitRecovered(future);
            }
            closed += page.size();
            last = page.getLast().requestId();
        }
        recovery.forgetMarks();
        if (closed > 0) {
            LOG.warn("Closed {} requests that an earlier run left open", closed);
        }
        recovered = true;
    }

    private static void awaitRecovered(CompletableFuture<SettledRequest> future)
            throws TimeoutException {
        try {
            future.get(RECOVERY_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            LOG.error("An interrupted request could not be closed; its money stays held", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TimeoutException("Interrupted");
        }
    }

    private void notReserved(ReserveCommand command, boolean inDoubt) {
        String requestId = command.intent.requestId();
        ongoing.ended(requestId, null);
        if (inDoubt) {
            // If there is no room, the sweep will find it.
            closings.offer(new Closing.Release(requestId));
        }
    }

    private <T> T read(HandleCallback<T, RuntimeException> reading) {
        try {
            return database.withHandle(reading);
        } catch (JdbiException e) {
            throw Replies.explain(e);
        }
    }

    private void close(Closing command) {
        try {
            closings.put(command);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw busy(Sentence.of("billing.settlement-interrupted"));
        }
    }

    private static Refused busy(Sentence why) {
        return new Refused(ErrorCode.OVERLOADED, why);
    }
}
