package org.allodium.sovereignty;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.allodium.sovereignty.PlacementRequest.Activity;
import org.allodium.tenancy.TenantId;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// What a decision takes that nobody made before, of fifty pools by two thousand facts under the
/// policies of platform, organisation and project.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(3)
public class DecisionBench {
    private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");

    /// Of the organisation and its project. With a consent no decision stands for a second one.
    @Param({"national", "national-strict", "consent"})
    String policy;

    private FactSnapshot snapshot;
    private PolicyStack stack;
    private PlacementRequest request;

    @Setup
    public void world() {
        snapshot = FactSnapshot.of(1, LargeCountry.facts());
        var offer = FictionalCountry.read().policies();
        boolean consenting = policy.equals("consent");
        var chosen = offer.find(consenting ? "national" : policy).orElseThrow();
        var own = consenting ? chosen.with(List.of(consent()), 1, NOW) : chosen;
        var open = offer.find("open-allied").orElseThrow();
        stack =
                new PolicyStack(1, List.of(), offer.policies(), offer.dataClasses())
                        .under(PolicyStack.Scope.PLATFORM, open)
                        .under(PolicyStack.Scope.ORGANISATION, own)
                        .under(PolicyStack.Scope.PROJECT, chosen);
        request =
                new PlacementRequest(
                        new TenantId(new UUID(0, 1)),
                        null,
                        null,
                        LargeCountry.pools(),
                        Activity.OF_EVERY_REQUEST,
                        null,
                        null,
                        "allodium-guide",
                        consenting ? Map.of(consent().id(), 0L) : Map.of());
        demand(snapshot.facts().all().size() == LargeCountry.FACTS);
        int eligible = decision().eligible().size();
        demand(eligible > 0 && eligible < LargeCountry.POOLS);
    }

    private static SpillConsent consent() {
        return new SpillConsent(
                new TreeSet<>(Set.of("pool-4")),
                new TreeSet<>(),
                new TreeSet<>(),
                1_000_000L,
                NOW.plusSeconds(3_600),
                "ada");
    }

    private static void demand(boolean holds) {
        if (!holds) {
            throw new IllegalStateException("This is not the country to measure");
        }
    }

    @Benchmark
    public Decision decision() {
        return Placement.decide(stack, snapshot, request, NOW);
    }

    /// The first one after a fact changed, which finds all facts in their places anew.
    @Benchmark
    public Decision firstDecisionAfterAChange() {
        // INVARIANT: between the two instants a fact begins, so neither finds what the other found.
        snapshot.facts().at(LargeCountry.LATEST.minusSeconds(1));
        return Placement.decide(stack, snapshot, request, NOW);
    }
}
