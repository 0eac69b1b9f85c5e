package org.allodium.billing.internal;

import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.allodium.billing.SettledRequest;
import org.allodium.billing.Settlement;
import org.allodium.kernel.Database;
import org.allodium.tenancy.TenantId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Begins a run: takes over from those that are gone, closes what they left open, and only then
/// lets anybody in.
final class Takeover {
    private static final Logger LOG = LoggerFactory.getLogger(Takeover.class);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Database database;
    private final Clock clock;
    private final Run run;
    private final Recovery recovery;
    private final Ongoing ongoing;
    private final Pots pots;
    private final Function<Settlement, CompletableFuture<SettledRequest>> settle;
    private final Map<String, CompletableFuture<SettledRequest>> closing = new HashMap<>();
    private boolean adopted;
    private volatile boolean complete;

    /// @param settle how a request that is under way is settled
    Takeover(
            Database database,
            Clock clock,
            Run run,
            Ongoing ongoing,
            Pots pots,
            Function<Settlement, CompletableFuture<SettledRequest>> settle) {
        this.database = database;
        this.clock = clock;
        this.run = run;
        this.recovery = new Recovery(database, run);
        this.ongoing = ongoing;
        this.pots = pots;
        this.settle = settle;
    }

    boolean isComplete() {
        return complete;
    }

    /// To be tried again when it fails; what it did stays done.
    synchronized void go() throws TimeoutException {
        if (complete) {
            return;
        }
        run.begin(database, clock.instant());
        var gone = recovery.gone();
        if (!adopted) {
            recovery.adoptLeases(gone, pots);
            adopted = true;
        }
        String last = "";
        int closed = 0;
        for (var page = recovery.leftOpen(last); !page.isEmpty(); page = recovery.leftOpen(last)) {
            var endings = page.stream().flatMap(left -> left.ending().stream()).toList();
            for (var future : endings.stream().map(this::close).toList()) {
                await(future);
            }
            closed += endings.size();
            last = page.getLast().requestId();
        }
        for (long other : gone) {
            recovery.forget(other, clock.instant());
        }
        if (closed > 0) {
            LOG.warn("Closed {} requests that an earlier run left open", closed);
        }
        closing.clear();
        complete = true;
    }

    /// Once, however often this must be tried.
    private CompletableFuture<SettledRequest> close(Recovery.Ending ending) {
        return closing.computeIfAbsent(ending.intent().requestId(), absent -> begin(ending));
    }

    private CompletableFuture<SettledRequest> begin(Recovery.Ending ending) {
        var intent = ending.intent();
        ongoing.begin(intent.requestId(), new TenantId(intent.tenant()))
                .ifPresent(
                        running -> {
                            pots.adopt(intent);
                            running.intent = intent;
                        });
        return settle.apply(ending.settlement());
    }

    private static void await(CompletableFuture<SettledRequest> future) throws TimeoutException {
        try {
            future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            LOG.error("An interrupted request could not be closed; its money stays held", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TimeoutException("Interrupted");
        }
    }
}
