package org.allodium.sovereignty.internal;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;
import static java.util.stream.Collectors.toUnmodifiableMap;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.allodium.sovereignty.Attestation;
import org.allodium.sovereignty.Attestation.Criterion;
import org.allodium.sovereignty.ControlRelation;
import org.allodium.sovereignty.ControlThresholds;
import org.allodium.sovereignty.Facility;
import org.allodium.sovereignty.Fact;
import org.allodium.sovereignty.Facts;
import org.allodium.sovereignty.LegalEntity;
import org.allodium.sovereignty.OperatorAssignment;
import org.allodium.sovereignty.Perimeter;
import org.allodium.sovereignty.PlacementRequest.Activity;
import org.allodium.sovereignty.PoolFacts;
import org.allodium.sovereignty.PoolId;
import org.allodium.sovereignty.PoolPlace;
import org.allodium.sovereignty.ProcessingActivity;
import org.jspecify.annotations.Nullable;

/// Facts as they hold in a span of time in which none begins or ends, each found by its name. What
/// follows from them alone is reckoned once. See decision 0161.
public final class FactsAt {
    private final Span span;
    private final Map<String, LegalEntity> entities;
    private final Map<String, Facility> facilities;
    private final Map<String, PoolFacts> pools;
    private final Map<String, List<OperatorAssignment>> operators;
    private final Map<String, List<ControlRelation>> holders;
    private final Map<String, List<ProcessingActivity>> activities;
    private final Map<String, Set<Criterion>> attested;
    private final Map<Terms, ControlTable> control = new ConcurrentHashMap<>();
    private final Map<Set<Activity>, Map<PoolId, Scene>> scenes = new ConcurrentHashMap<>();
    private final Map<String, Optional<PoolPlace>> places = new ConcurrentHashMap<>();

    /// From inclusive, until exclusive; absent: since ever, for ever.
    private record Span(@Nullable Instant from, @Nullable Instant until) {
        static Span around(Facts facts, Instant at) {
            var bounds = new TreeSet<Instant>();
            facts.operators().forEach(fact -> add(bounds, fact.validFrom(), fact.validTo()));
            facts.control().forEach(fact -> add(bounds, fact.validFrom(), fact.validTo()));
            facts.attestations().forEach(fact -> add(bounds, fact.issuedAt(), fact.validUntil()));
            return new Span(bounds.floor(at), bounds.higher(at));
        }

        private static void add(Set<Instant> bounds, Instant from, @Nullable Instant to) {
            bounds.add(from);
            if (to != null) {
                bounds.add(to);
            }
        }

        boolean covers(Instant at) {
            return (from == null || !at.isBefore(from)) && (until == null || at.isBefore(until));
        }
    }

    private record Terms(Perimeter perimeter, ControlThresholds thresholds) {}

    private FactsAt(Facts facts, Instant at) {
        span = Span.around(facts, at);
        entities = byKey(facts.entities());
        facilities = byKey(facts.facilities());
        pools = byKey(facts.pools());
        operators =
                facts.operators().stream()
                        .filter(fact -> fact.liveAt(at))
                        .collect(groupingBy(OperatorAssignment::pool));
        holders =
                facts.control().stream()
                        .filter(fact -> fact.liveAt(at))
                        .collect(groupingBy(ControlRelation::held));
        activities = facts.activities().stream().collect(groupingBy(ProcessingActivity::pool));
        attested =
                facts.attestations().stream()
                        .filter(fact -> fact.liveAt(at))
                        .collect(
                                groupingBy(
                                        Attestation::subject,
                                        mapping(Attestation::criterion, toSet())));
    }

    public static FactsAt of(Facts facts, Instant at) {
        return new FactsAt(facts, at);
    }

    public boolean covers(Instant at) {
        return span.covers(at);
    }

    Optional<LegalEntity> entity(String id) {
        return Optional.ofNullable(entities.get(id));
    }

    Optional<Facility> facility(String id) {
        return Optional.ofNullable(facilities.get(id));
    }

    Optional<PoolFacts> pool(PoolId pool) {
        return Optional.ofNullable(pools.get(pool.value()));
    }

    List<OperatorAssignment> operatorsOf(PoolId pool) {
        return operators.getOrDefault(pool.value(), List.of());
    }

    List<ControlRelation> holdersOf(String entity) {
        return holders.getOrDefault(entity, List.of());
    }

    /// In the order of their keys.
    List<ProcessingActivity> activitiesOf(PoolId pool) {
        return activities.getOrDefault(pool.value(), List.of());
    }

    boolean attested(String subject, Criterion criterion) {
        return attested.getOrDefault(subject, Set.of()).contains(criterion);
    }

    ControlTable control(Perimeter perimeter, ControlThresholds thresholds) {
        return control.computeIfAbsent(
                new Terms(perimeter, thresholds),
                terms -> new ControlTable(new ControlWalk(this, perimeter, thresholds)));
    }

    Optional<PoolPlace> place(PoolId pool) {
        if (!pools.containsKey(pool.value())) {
            return Optional.empty();
        }
        return places.computeIfAbsent(pool.value(), id -> Places.find(this, pool));
    }

    Scene scene(PoolId pool, Set<Activity> activities) {
        return scenes(activities).apply(pool);
    }

    /// Of each pool, for the same activities: they are looked up once for all pools.
    Function<PoolId, Scene> scenes(Set<Activity> activities) {
        var known =
                scenes.computeIfAbsent(Set.copyOf(activities), all -> new ConcurrentHashMap<>());
        return pool -> scene(known, pool, activities);
    }

    private Scene scene(Map<PoolId, Scene> scenes, PoolId pool, Set<Activity> activities) {
        var known = scenes.get(pool);
        if (known == null) {
            known = new Scene(this, pool, activities);
            // Nobody else asks about a pool that is not on record, under whatever name.
            if (pools.containsKey(pool.value()) || pool.equals(ProcessingActivity.INSTALLATION)) {
                scenes.put(pool, known);
            }
        }
        return known;
    }

    private static <F extends Fact> Map<String, F> byKey(List<F> facts) {
        return facts.stream().collect(toUnmodifiableMap(Fact::key, fact -> fact));
    }
}
