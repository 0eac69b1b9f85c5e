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

    /// Completes when intents are durable.
    public CompletableFuture<Void> opening = CompletableFuture.completedFuture(null);

    private final Map<String, Intent> open = new LinkedHashMap<>();
    public Runnable onProgress = () -> {};
    public long spilledBefore;
    public boolean spillUnknown;
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
        return CompletableFuture.completedFuture(
                new SettledRequest(
                        settlement.requestId(),
                        Instant.EPOCH,
                        request.payer().project().toString(),
                        "key",
                        price.model(),
                        settlement.making().site().map(Receipt.Site::pool).orElse(""),
                        settlement.inputTokens(),
                        settlement.outputTokens(),
                        settlement.fromCache(),
                        settlement.outcome(),
                        cost,
                        List.of()));
    }

    @Override
    public synchronized CompletableFuture<Void> release(String requestId) {
        close(requestId);
        released.add(requestId);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> open(String requestId) {
        return opening;
    }

    @Override
    public Release permit(String requestId) {
        return permits.isEmpty() ? Release.GO : permits.removeFirst();
    }

    @Override
    public Release awaitRelease(String requestId) {
        var now = permit(requestId);
        while (now == Release.PAUSE) {
            awaitedMarks++;
            now = permit(requestId);
        }
        return now;
    }

    @Override
    public synchronized CompletableFuture<Void> conclude(Settlement settlement) {
        if (refusesClosingRows) {
            return CompletableFuture.failedFuture(away());
        }
        concluded.add(settlement);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void progress(String requestId, long outputTokensReleased) {
        progress.add(outputTokensReleased);
        onProgress.run();
    }

    @Override
    public Optional<SettledRequest> awaitSettled(
            TenantId tenant, String requestId, Duration atMost) {
        return Optional.empty();
    }

    /// What became of requests of an earlier process; those of this one are known.
    public final Map<String, Fate> fates = new LinkedHashMap<>();

    @Override
    public synchronized Fate fate(TenantId tenant, String requestId) {
        return fates.getOrDefault(requestId, Fate.UNKNOWN);
    }

    private Intent close(String requestId) {
        var request = open.remove(requestId);
        if (request == null) {
            throw new IllegalStateException(requestId + " is closed already, or never was");
        }
        return request;
    }
}
