package org.allodium.serving;

import static java.util.stream.Collectors.toMap;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.allodium.billing.Budgets;
import org.allodium.billing.Fate;
import org.allodium.billing.Intent;
import org.allodium.billing.Once;
import org.allodium.billing.Outflow;
import org.allodium.billing.ReserveOutcome;
import org.allodium.billing.SettledRequest;
import org.allodium.billing.Settlement;
import org.allodium.evidence.Receipt;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Money;
import org.allodium.kernel.Refused;
import org.allodium.kernel.Sentence;
import org.allodium.tenancy.TenantId;

/// Holds and charges money in a map. A request that is settled or released twice is an error.
public class InMemoryBudgets extends Budgets {
    public final List<Intent> reserved = new CopyOnWriteArrayList<>();
    public final List<Settlement> settled = new CopyOnWriteArrayList<>();
    public final List<String> released = new CopyOnWriteArrayList<>();
    public final List<Long> progress = new CopyOnWriteArrayList<>();
    public final List<Settlement> concluded = new CopyOnWriteArrayList<>();
    public final List<Release> permits = new CopyOnWriteArrayList<>();
    public int awaitedMarks;
    public boolean refusesClosingRows;
    public Runnable beforeOpening = () -> {};
    public Runnable afterSettling = () -> {};

    /// The run of the node that asks; all requests are of run 0.
    public long present;

    /// Completes when intents are durable.
    public CompletableFuture<Void> opening = CompletableFuture.completedFuture(null);

    private final Map<String, Intent> open = new LinkedHashMap<>();
    public Runnable onProgress = () -> {};
    public long spilledBefore;
    public boolean spillUnknown;
    private final Map<String, SettledRequest> kept = new LinkedHashMap<>();
    private final Instant settledAt = Instant.parse("2026-11-01T00:00:00Z");
    private Money available = Money.euro("1000");

    public void onlyAvailable(String euro) {
        available = Money.euro(euro);
    }

    public int stillOpen() {
        return open.size();
    }

    /// What running requests may still say counts, as with the real ones.
    @Override
    public synchronized Map<String, Long> spilled(TenantId tenant, Set<String> consents) {
        if (spillUnknown) {
            throw away();
        }
        return consents.stream().collect(toMap(id -> id, this::spilled));
    }

    private static Refused away() {
        return new Refused(
                ErrorCode.OVERLOADED, Sentence.asSaid("The accounts cannot be reached."));
    }

    private long spilled(String consent) {
        return spilledBefore
                + open.values().stream()
                        .filter(request -> request.charge().spillCaps().containsKey(consent))
                        .mapToLong(request -> request.charge().tokens())
                        .sum();
    }

    @Override
    public synchronized CompletableFuture<ReserveOutcome> reserve(Intent request) {
        for (var cap : request.charge().spillCaps().entrySet()) {
            long needed = request.charge().tokens();
            if (spilled(cap.getKey()) + needed > cap.getValue()) {
                return CompletableFuture.completedFuture(
                        new ReserveOutcome.SpillSpent(
                                cap.getKey(), cap.getValue(), spilled(cap.getKey()), needed));
            }
        }
        if (request.charge().ceiling().compareTo(available) > 0) {
            return CompletableFuture.completedFuture(
                    new ReserveOutcome.BudgetSpent(available, request.charge().ceiling()));
        }
        reserved.add(request);
        open.put(request.requestId(), request);
        return CompletableFuture.completedFuture(new ReserveOutcome.Reserved(request.requestId()));
    }

    @Override
    public synchronized CompletableFuture<SettledRequest> settle(Settlement settlement) {
        var request = close(settlement.requestId());
        settled.add(settlement);
        var price = request.charge().price();
        var cost =
                settlement.fromCache()
                        ? price.cachedAnswer()
                        : price.of(settlement.inputTokens(), settlement.outputTokens());
        var done =
                new SettledRequest(
                        settlement.requestId(),
                        settledAt,
                        request.payer().project().toString(),
                        "key",
                        price.model(),
                        settlement.making().site().map(Receipt.Site::pool).orElse(""),
                        settlement.inputTokens(),
                        settlement.outputTokens(),
                        settlement.fromCache(),
                        settlement.outcome(),
                        cost,
                        List.of());
        kept.put(settlement.requestId(), done);
        afterSettling.run();
        return CompletableFuture.completedFuture(done);
    }

    @Override
    public synchronized CompletableFuture<Void> release(String requestId) {
        close(requestId);
        released.add(requestId);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> open(String requestId) {
        beforeOpening.run();
        return isFirst(requestId) ? opening : keyInUse();
    }

    /// Of each key, the request that has it.
    private final Map<String, Once.Holder> holders = new LinkedHashMap<>();

    private synchronized boolean isFirst(String requestId) {
        var once = open.get(requestId).once();
        if (once.isEmpty()) {
            return true;
        }
        var key = once.get().key();
        var mine = new Once.Holder(requestId, once.get().body(), Instant.MAX, 0, true);
        var holder = holders.getOrDefault(key, mine).requestId();
        boolean first =
                holder.equals(requestId)
                        || once.get().replaces().filter(holder::equals).isPresent();
        if (first) {
            holders.put(key, mine);
        }
        return first;
    }

    private static CompletableFuture<Void> keyInUse() {
        return CompletableFuture.failedFuture(
                new Refused(
                        ErrorCode.IDEMPOTENCY_KEY_IN_USE, Sentence.asSaid("Another one has it.")));
    }

    @Override
    public synchronized Optional<Once.Holder> holder(TenantId tenant, String key) {
        return Optional.ofNullable(holders.get(key));
    }

    @Override
    public long run() {
        return present;
    }

    @Override
    public Outflow outflow(String requestId) {
        return new Outflow() {
            @Override
            public Release permit() {
                return permits.isEmpty() ? Release.GO : permits.removeFirst();
            }

            @Override
            public Release await() {
                var now = permit();
                while (now == Release.PAUSE) {
                    awaitedMarks++;
                    now = permit();
                }
                return now;
            }

            @Override
            public void released(long outputTokens) {
                progress.add(outputTokens);
                onProgress.run();
            }
        };
    }

    @Override
    public synchronized CompletableFuture<Void> conclude(Settlement settlement) {
        if (refusesClosingRows) {
            return CompletableFuture.failedFuture(away());
        }
        if (!isFirst(settlement.requestId())) {
            return keyInUse();
        }
        concluded.add(settlement);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public Optional<SettledRequest> awaitSettled(
            TenantId tenant, String requestId, Duration atMost) {
        return Optional.ofNullable(kept.get(requestId));
    }

    /// What is said to have become of requests; of the others it is known.
    public final Map<String, Fate> fates = new LinkedHashMap<>();

    @Override
    public synchronized Fate fate(TenantId tenant, String requestId) {
        boolean isSettled = settled.stream().anyMatch(one -> one.requestId().equals(requestId));
        var known = open.containsKey(requestId) ? Fate.OPEN : Fate.UNKNOWN;
        return fates.getOrDefault(requestId, isSettled ? Fate.SETTLED : known);
    }

    /// As recovery settles what a crash ended before anything left.
    public void interrupted(String requestId) {
        fates.put(requestId, Fate.SETTLED);
        kept.put(
                requestId,
                new SettledRequest(
                        requestId,
                        settledAt,
                        "project",
                        "key",
                        "guide",
                        "",
                        0,
                        0,
                        false,
                        Settlement.Outcome.INTERRUPTED,
                        Money.euro("0"),
                        List.of()));
    }

    private Intent close(String requestId) {
        var request = open.remove(requestId);
        if (request == null) {
            throw new IllegalStateException(requestId + " is closed already, or never was");
        }
        return request;
    }
}
