package org.allodium.billing.internal;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

/// Begins a run: takes over from earlier ones of its node, closes what they left open, and then
/// lets people in. Later it does the same for other nodes that are gone.
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
    private final Set<Long> adopted = new HashSet<>();
    // Left something that cannot be closed: whoever comes after this run tries again.
    private final Set<Long> stuck = new HashSet<>();
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

    /// Begins the run. To be tried again when it fails; what it did stays done.
    synchronized void go() throws TimeoutException {
        if (complete) {
            return;
        }
        run.begin(database, clock.instant());
        takeOver(true);
        complete = true;
    }

    /// From other nodes of which nothing was heard for too long, while this one goes on.
    synchronized void look() throws TimeoutException {
        if (complete && recovery.isSomeoneGone(stuck)) {
            takeOver(false);
        }
    }

    private void takeOver(boolean start) throws TimeoutException {
        var gone = new ArrayList<>(recovery.takeOver(start));
        gone.removeAll(stuck);
        var left = left();
        adopt(gone, left);
        for (var future : left.stream().map(this::close).toList()) {
            await(future);
        }
        for (long other : gone) {
            if (!recovery.forget(other, clock.instant())) {
                stuck.add(other);
            }
        }
        if (!left.isEmpty()) {
            LOG.warn("Closed {} requests that another run left open", left.size());
        }
        closing.clear();
    }

    private List<Recovery.Ending> left() {
        var endings = new ArrayList<Recovery.Ending>();
        var last = "";
        for (var page = recovery.leftOpen(last); !page.isEmpty(); page = recovery.leftOpen(last)) {
            page.stream()
                    .flatMap(left -> left.ending().stream())
                    .filter(ending -> !stuck.contains(ending.intent().slot().run()))
                    .forEach(endings::add);
            last = page.getLast().requestId();
        }
        return endings;
    }

    /// What the runs' open requests hold comes with their leases, at once: nobody may take it.
    private void adopt(List<Long> gone, List<Recovery.Ending> left) {
        var fresh = new HashSet<>(gone);
        fresh.removeAll(adopted);
        if (fresh.isEmpty()) {
            return;
        }
        var moved = recovery.moved(fresh);
        var held =
                left.stream()
                        .map(Recovery.Ending::intent)
                        .filter(intent -> fresh.contains(intent.slot().run()))
                        .toList();
        pots.adopt(moved, held);
        adopted.addAll(fresh);
    }

    /// Once, however often this must be tried.
    private CompletableFuture<SettledRequest> close(Recovery.Ending ending) {
        return closing.computeIfAbsent(ending.intent().requestId(), absent -> begin(ending));
    }

    private CompletableFuture<SettledRequest> begin(Recovery.Ending ending) {
        var intent = ending.intent();
        ongoing.begin(intent.requestId(), new TenantId(intent.tenant()))
                .ifPresent(running -> running.intent = intent);
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
