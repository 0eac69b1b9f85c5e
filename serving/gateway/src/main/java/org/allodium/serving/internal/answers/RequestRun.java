package org.allodium.serving.internal.answers;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.allodium.billing.Budgets;
import org.allodium.billing.Outflow;
import org.allodium.billing.SettledRequest;
import org.allodium.billing.Settlement;
import org.allodium.billing.Settlement.Outcome;
import org.allodium.evidence.Receipt.Making;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.serving.Drain;
import org.allodium.serving.internal.admission.AdmissionDesk;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One admitted request that holds its money. It ends once: settled for what was used, or, when
/// it is closed without that, settled as failed for what had left the house; if nothing had, it is
/// released as if it had never been.
public final class RequestRun implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RequestRun.class);

    private final String id;
    private final long inputTokens;
    private final Budgets budgets;
    private final AdmissionDesk.Permit permit;
    private final Drain.Ticket ticket;
    private final AtomicBoolean ended = new AtomicBoolean();
    private @Nullable Outflow outflow;
    private volatile long left;
    private volatile Making making = Making.UNKNOWN;
    private volatile CompletableFuture<Void> opening = CompletableFuture.completedFuture(null);

    /// @param ticket closed when the end is durable
    public RequestRun(
            String id,
            long inputTokens,
            Budgets budgets,
            AdmissionDesk.Permit permit,
            Drain.Ticket ticket) {
        this.id = id;
        this.inputTokens = inputTokens;
        this.budgets = budgets;
        this.permit = permit;
        this.ticket = ticket;
    }

    public String id() {
        return id;
    }

    public long inputTokens() {
        return inputTokens;
    }

    /// What the receipt says of the place, however the request ends from here on.
    public void madeAt(Making here) {
        making = here;
    }

    /// It is about to run: its intent is on its way to the database. Does not wait.
    public void open() {
        opening = budgets.open(id);
    }

    /// Nothing of an answer may leave before; refuses where the intent does not become durable.
    public void awaitOpen() {
        try {
            opening.join();
        } catch (CompletionException e) {
            demandFirst(e);
            throw Refused.of(ErrorCode.OVERLOADED, "serving.intent-not-recorded")
                    .because(e.getCause());
        }
    }

    /// Another request has its key, and runs.
    private static void demandFirst(CompletionException failure) {
        if (failure.getCause() instanceof Refused why
                && why.code() == ErrorCode.IDEMPOTENCY_KEY_IN_USE) {
            throw why;
        }
    }

    /// Blocks while what has left is not durable; false when it does not become so in time.
    public boolean mayRelease() {
        try {
            return outflow().await() == Budgets.Release.GO;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// So many tokens have left the house.
    public void released(long outputTokens) {
        left = outputTokens;
        outflow().released(outputTokens);
    }

    private Outflow outflow() {
        var known = outflow;
        if (known == null) {
            known = budgets.outflow(id);
            outflow = known;
        }
        return known;
    }

    /// Ends a whole answer: returns when its closing row is durable, so that its last byte may
    /// leave. Throws when that takes too long; the request is not ended then.
    public CompletableFuture<SettledRequest> conclude(
            long outputTokens, boolean fromCache, Making made) {
        var settlement =
                new Settlement(id, inputTokens, outputTokens, fromCache, Outcome.COMPLETED, made);
        try {
            budgets.conclude(settlement).join();
        } catch (CompletionException e) {
            demandFirst(e);
            throw Refused.of(ErrorCode.OVERLOADED, "serving.end-not-recorded")
                    .because(e.getCause());
        }
        return settle(settlement);
    }

    /// Completes when usage, money and receipt are durable. A second call is a broken assumption.
    public CompletableFuture<SettledRequest> settle(
            long outputTokens, Outcome outcome, Making made) {
        return settle(new Settlement(id, inputTokens, outputTokens, false, outcome, made));
    }

    /// Ends a request that nobody waits for any more, for the part of its input that was computed.
    public void cancel(long inputTokensComputed, Making made) {
        var unused =
                settle(new Settlement(id, inputTokensComputed, 0, false, Outcome.CANCELLED, made));
    }

    private CompletableFuture<SettledRequest> settle(Settlement settlement) {
        if (!ended.compareAndSet(false, true)) {
            throw new IllegalStateException("Request " + id + " has ended already");
        }
        permit.settled();
        permit.giveBack(
                settlement.fromCache() ? 0 : settlement.inputTokens() + settlement.outputTokens());
        return budgets.settle(settlement)
                .whenComplete(
                        (settled, failure) -> {
                            ticket.close();
                            if (failure != null) {
                                LOG.error("Request {} is left to recovery", id, failure);
                            }
                        });
    }

    @Override
    public void close() {
        if (ended.get()) {
            return;
        }
        if (left > 0) {
            var unused = settle(left, Outcome.FAILED, making);
        } else {
            release();
        }
    }

    private void release() {
        if (ended.compareAndSet(false, true)) {
            permit.giveBack(0);
            var unused =
                    budgets.release(id)
                            .whenComplete(
                                    (done, failure) -> {
                                        ticket.close();
                                        if (failure != null) {
                                            LOG.error("Intent {} was not released", id, failure);
                                        }
                                    });
        }
    }
}
