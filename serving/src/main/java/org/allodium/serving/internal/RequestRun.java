package org.allodium.serving.internal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.allodium.billing.Budgets;
import org.allodium.billing.SettledRequest;
import org.allodium.billing.Settlement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/// One admitted request whose intent is durable. It ends once: settled for what was used, or, when
/// it is closed without that, released as if it had never been.
public final class RequestRun implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RequestRun.class);

    private final String id;
    private final long inputTokens;
    private final Budgets budgets;
    private final AdmissionDesk.Pass pass;
    private final AtomicBoolean ended = new AtomicBoolean();

    public RequestRun(String id, long inputTokens, Budgets budgets, AdmissionDesk.Pass pass) {
        this.id = id;
        this.inputTokens = inputTokens;
        this.budgets = budgets;
        this.pass = pass;
    }

    public String id() {
        return id;
    }

    public long inputTokens() {
        return inputTokens;
    }

    /// For recovery: so many tokens have left the house.
    public void released(long outputTokens) {
        budgets.progress(id, outputTokens);
    }

    /// Completes when usage, money and receipt are durable. A second call is a broken assumption.
    public CompletableFuture<SettledRequest> settle(
            long outputTokens, boolean fromCache, Settlement.Outcome outcome, ObjectNode facts) {
        if (!ended.compareAndSet(false, true)) {
            throw new IllegalStateException("Request " + id + " has ended already");
        }
        pass.giveBack(fromCache ? 0 : inputTokens + outputTokens);
        var settlement = new Settlement(id, inputTokens, outputTokens, fromCache, outcome, facts);
        return budgets.settle(settlement)
                .whenComplete(
                        (settled, failure) -> {
                            if (failure != null) {
                                LOG.error("Request {} is left to recovery", id, failure);
                            }
                        });
    }

    @Override
    public void close() {
        if (ended.compareAndSet(false, true)) {
            pass.giveBack(0);
            var unused =
                    budgets.release(id)
                            .whenComplete(
                                    (done, failure) -> {
                                        if (failure != null) {
                                            LOG.error("Intent {} was not released", id, failure);
                                        }
                                    });
        }
    }
}
