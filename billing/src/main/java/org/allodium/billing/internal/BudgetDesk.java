package org.allodium.billing.internal;

import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.allodium.billing.Fate;
import org.allodium.billing.Intent;
import org.allodium.billing.Outflow;
import org.allodium.billing.ReserveOutcome;
import org.allodium.billing.SettledRequest;
import org.allodium.billing.Settlement;
import org.allodium.billing.internal.Ongoing.Running;
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

/// The streams of money in flight (leases, traces, closings), and the readers that wait for them.
/// One desk is one run of one node: it closes what an earlier run left before it takes anything.
public final class BudgetDesk implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BudgetDesk.class);
    private static final int QUEUE = 8_192;
    private static final Duration LOST_AFTER = Duration.ofMinutes(2);

    /// How long a lease lies unused before it goes back.
    static final Duration IDLE = Duration.ofSeconds(2);

    private final Database database;
    private final Clock clock;
    private final Run run;
    private final Life life;
    private final Recovery recovery;
    private final Marks marks;
    private final Ongoing ongoing;
    private final Pots pots = new Pots();
    private final GroupWriter<LeaseCommand> leases;
    private final GroupWriter<Trace> traces;
    private final GroupWriter<Closing> closings;
    private final Deadlines deadlines;
    private final Reserving reserving;
    private final Takeover takeover;
    private final Recall recall;
    private volatile boolean open;
    private CompletableFuture<Void> returning = CompletableFuture.completedFuture(null);

    /// @param node what this machine is called among those that share the database
    public BudgetDesk(DataSource platform, Receipts receipts, Clock clock, String node) {
        this(platform, receipts, clock, node, System::nanoTime);
    }

    BudgetDesk(
            DataSource platform, Receipts receipts, Clock clock, String node, LongSupplier nanos) {
        this.database = Database.over(platform);
        this.run = new Run(node);
        this.life = new Life(database, run, nanos);
        this.clock = clock;
        this.marks = new Marks(clock);
        this.ongoing = new Ongoing(marks);
        this.deadlines = new Deadlines();
        this.recovery = new Recovery(database, run);
        this.takeover = new Takeover(database, clock, run, ongoing, pots, this::settle);
        this.recall = new Recall(run);
        this.leases =
                new GroupWriter<>(
                        "lease", platform, new LeaseGroup(run, clock, pots, recall), QUEUE);
        this.reserving = new Reserving(clock, run, ongoing, pots, deadlines, leases::offer);
        this.traces = new GroupWriter<>("trace", platform, new TraceGroup(run, marks), QUEUE);
        this.closings =
                new GroupWriter<>(
                        "settle",
                        platform,
                        new ClosingGroup(run, clock, receipts, ongoing, pots),
                        QUEUE);
    }

    /// Closes what earlier runs left; until it could, it refuses, and [#sweep] tries again.
    public void start() {
        leases.start();
        traces.start();
        closings.start();
        open = true;
        try {
            takeOver();
        } catch (JdbiException | TimeoutException e) {
            LOG.error("Open intents of an earlier run are not closed yet: refusing until then", e);
        }
    }

    private void takeOver() throws TimeoutException {
        if (!takeover.isComplete()) {
            takeover.go();
            Ongoing.await(giveBack(Instant.MAX), Marks.PATIENCE);
        }
    }

    public CompletableFuture<ReserveOutcome> reserve(Intent intent) {
        return open && takeover.isComplete() && life.state() == Life.State.LIVES
                ? reserving.reserve(intent)
                : CompletableFuture.failedFuture(busy(Sentence.of("billing.accounts-behind")));
    }

    /// Completes when the longer ceiling is durable, if the request was opened.
    public CompletableFuture<ReserveOutcome> extend(String requestId, long moreOutputTokens) {
        var running = ongoing.find(requestId).orElse(null);
        var first = running == null ? null : running.asked;
        if (running == null || first == null) {
            return CompletableFuture.failedFuture(unknown());
        }
        return reserving
                .extend(running, first, moreOutputTokens)
                .thenCompose(
                        outcome ->
                                outcome instanceof ReserveOutcome.Reserved
                                                && running.opening != null
                                        ? open(requestId).thenApply(durable -> outcome)
                                        : CompletableFuture.completedFuture(outcome));
    }

    public CompletableFuture<Void> open(String requestId) {
        var running = ongoing.find(requestId);
        var intent = running.map(found -> found.intent).orElse(null);
        if (intent == null) {
            return CompletableFuture.failedFuture(unknown());
        }
        var row = new Trace.Opening(intent, clock.instant().plus(Marks.PATIENCE));
        running.get().opening = row;
        return write(row).thenRun(() -> running.get().opened = true);
    }

    private CompletableFuture<Void> write(Trace.SlotRow row) {
        var written = deadlines.watch(row);
        if (!traces.offer(row)) {
            row.over.complete(null);
            Replies.fail(row.future, busy(Sentence.of("billing.closings-full")));
        }
        return written;
    }

    /// Blocks only when thousands of settlements wait for the database already.
    public CompletableFuture<SettledRequest> settle(Settlement settlement) {
        var id = settlement.requestId();
        ongoing.answered(id);
        var running = ongoing.find(id).filter(found -> found.intent != null);
        if (running.isEmpty()) {
            var command = new Closing.Settle(settlement, null);
            put(command);
            return command.future;
        }
        var first = close(running.get(), intent -> new Closing.Settle(settlement, intent));
        return first instanceof Closing.Settle settle
                ? settle.future
                : CompletableFuture.failedFuture(unknown());
    }

    public CompletableFuture<Void> release(String requestId) {
        ongoing.answered(requestId);
        var running = ongoing.find(requestId).filter(found -> found.intent != null);
        if (running.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        boolean written = running.get().mayBeWritten();
        return switch (close(running.get(), intent -> new Closing.Release(intent, written))) {
            case Closing.Release release -> release.future;
            case Closing.Settle settle -> settle.future.handle((done, failure) -> null);
            case Closing.Clear _ -> CompletableFuture.completedFuture(null);
        };
    }

    /// Sends the first closing of a request on its way; a later one comes to nothing.
    private Closing close(Running running, Function<OpenIntent, Closing> with) {
        var made = new AtomicBoolean();
        var first =
                running.close(
                        intent -> {
                            made.set(true);
                            return with.apply(intent);
                        });
        if (made.get()) {
            put(first, running);
        }
        return first;
    }

    public Outflow outflow(String requestId) {
        return ongoing.find(requestId)
                .<Outflow>map(running -> new Leaving(requestId, running, life, marks))
                .orElse(Leaving.NOTHING);
    }

    /// 0 before the run has begun and when it is over.
    public long number() {
        return life.state() == Life.State.OVER ? 0 : run.number();
    }

    /// Says to the other nodes that this one lives. False when it did not in time, and one of them
    /// has taken over: then another desk must begin.
    public boolean live() {
        life.renew();
        marks.tell();
        return life.state() != Life.State.OVER;
    }

    /// Takes over from nodes that are gone. May take as long as their settlements.
    public void lookAround() throws TimeoutException {
        if (open && life.isSettledIn()) {
            takeover.look();
        }
    }

    /// Another run has taken over: nothing here is true any more. Whoever waits hears so.
    public void abandon() {
        halt();
        deadlines.expire(Instant.MAX);
    }

    public CompletableFuture<Void> conclude(Settlement settlement) {
        var running = ongoing.find(settlement.requestId());
        var intent = running.map(found -> found.intent).orElse(null);
        if (intent == null) {
            return CompletableFuture.failedFuture(unknown());
        }
        var deadline = clock.instant().plus(Marks.PATIENCE);
        var row = new Trace.ClosingRow(intent, running.get().opening, settlement, deadline);
        running.get().concluding = row;
        return write(row);
    }

    /// Several times a second: marks what left, tells who waited too long, gives back what rests.
    public void beat() {
        marks.gather().filter(mark -> !traces.offer(mark)).ifPresent(full -> marks.refused());
        var now = clock.instant();
        deadlines.expire(now);
        reserving.tryAgain(recall);
        if (takeover.isComplete() && returning.isDone()) {
            returning = giveBack(now.minus(IDLE));
        }
    }

    /// Another node refuses a request unless it gets what lies idle here: news of [Recall#TOPIC].
    public void recalled(String news) {
        Recall.tenant(news, run.number()).ifPresent(reserving::giveBackAll);
    }

    CompletableFuture<Void> giveBack(Instant idleSince) {
        return reserving.giveBack(idleSince);
    }

    /// By grant, what is leased of the tenant's money and not held by any request.
    public Map<UUID, BigDecimal> idle(TenantId tenant) {
        return pots.wallet(tenant.value()).idle(Instant.MAX);
    }

    public Map<String, Long> spilled(TenantId tenant, Set<String> consents) {
        try {
            return Spilled.of(pots.wallet(tenant.value()), database, tenant, consents);
        } catch (JdbiException e) {
            throw Replies.explain(e);
        }
    }

    public Optional<SettledRequest> awaitSettled(
            TenantId tenant, String requestId, Duration atMost) {
        closings.hurry();
        return SettledWait.await(
                ongoing.end(tenant, requestId),
                () -> fate(tenant, requestId),
                () -> read(handle -> UsageLog.find(handle, tenant.value(), requestId)),
                atMost);
    }

    public Fate fate(TenantId tenant, String requestId) {
        return ongoing.end(tenant, requestId).isPresent()
                ? Fate.OPEN
                : read(handle -> UsageLog.fate(handle, tenant.value(), requestId));
    }

    public void awaitQuiescence(TenantId tenant, Duration atMost) {
        closings.hurry();
        Ongoing.await(ongoing.allAnsweredOf(tenant), atMost);
    }

    /// From time to time: finishes a recovery that could not be done at the start, and clears what
    /// was written on a connection that died in the middle of its commit.
    public void sweep() {
        try {
            takeOver();
            for (var lost : recovery.ownOpen(clock.instant().minus(LOST_AFTER))) {
                if (!ongoing.knows(lost.requestId())) {
                    LOG.warn("Request {} was opened without an answer: cleared", lost.requestId());
                    put(lost);
                }
            }
        } catch (JdbiException | TimeoutException e) {
            LOG.warn("The sweep of open intents will be tried again", e);
        } catch (NameTaken other) {
            LOG.error("{}. This one refuses until it has gone", other.getMessage());
        }
    }

    /// Ends in order: no more intents, then all closings that are known, then the leases.
    @Override
    public void close() {
        open = false;
        traces.close();
        marks.end();
        // What waited for them is on its way to be settled.
        Ongoing.await(ongoing.allAnswered(), Duration.ofSeconds(2));
        closings.close();
        Ongoing.await(giveBack(Instant.MAX), Marks.PATIENCE);
        leases.close();
        end();
    }

    /// A run that cannot say that it has ended is one that is gone: the next takes over from it.
    private void end() {
        try {
            if (takeover.isComplete()) {
                run.end(database, clock.instant());
            }
        } catch (JdbiException e) {
            LOG.warn("The end of this run is not recorded", e);
        }
    }

    /// Ends as a killed process does. For tests of recovery.
    void halt() {
        open = false;
        leases.halt();
        traces.halt();
        closings.halt();
        marks.end();
    }

    private <T> T read(HandleCallback<T, RuntimeException> reading) {
        try {
            return database.withHandle(reading);
        } catch (JdbiException e) {
            throw Replies.explain(e);
        }
    }

    /// When nothing of the request is on its way to its slot.
    private void put(Closing command, Running running) {
        var quiet = running.quiet();
        if (quiet.isDone()) {
            put(command);
        } else {
            var unused = quiet.thenRunAsync(() -> put(command), Thread::startVirtualThread);
        }
    }

    private void put(Closing command) {
        try {
            closings.put(command);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw busy(Sentence.of("billing.settlement-interrupted"));
        }
    }

    private static Refused unknown() {
        return Refused.of(ErrorCode.NOT_FOUND, "billing.no-reservation");
    }

    private static Refused busy(Sentence why) {
        return new Refused(ErrorCode.OVERLOADED, why);
    }
}
