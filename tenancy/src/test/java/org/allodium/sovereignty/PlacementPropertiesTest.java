package org.allodium.sovereignty;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import org.allodium.sovereignty.PlacementRequest.Activity;
import org.allodium.sovereignty.PolicyStack.Scope;
import org.jspecify.annotations.Nullable;

/// What must hold in every world, checked by reckoning that shares no code with the decision.
class PlacementPropertiesTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    static final List<PoolId> POOLS = Stream.of("p0", "p1", "p2").map(PoolId::new).toList();

    private static final Set<Activity> AT_THE_POOL =
            Set.of(Activity.PROCESS, Activity.CACHE, Activity.KV_CACHE, Activity.LOG);
    private static final Set<Activity> SPARED =
            Set.of(Activity.ANSWER_CACHE, Activity.KEPT_ANSWER, Activity.MAIL);

    record World(Facts facts, PolicyStack stack, PlacementRequest request) {
        Decision decide() {
            return Placement.decide(stack, FactSnapshot.of(1, facts), request, NOW);
        }

        Set<PoolId> permitted() {
            var decision = decide();
            return POOLS.stream().filter(decision::permits).collect(Collectors.toSet());
        }
    }

    @Property(tries = 1000)
    void whatIsPermittedSatisfiesEveryRule(@ForAll("worlds") World world) {
        var permitted = world.permitted();
        Statistics.collect(permitted.isEmpty() ? "none" : "some");
        for (var pool : permitted) {
            for (var layer : world.stack().layers()) {
                checkPlaces(world, pool, layer.policy());
                for (var operator : hands(world, pool)) {
                    checkSeat(world.facts(), operator, layer.policy().operatorSeat());
                    checkControl(world.facts(), operator, layer.policy());
                }
            }
        }
    }

    @Property(tries = 200)
    void whoeverTakesAwayAFactPermitsNothingMore(@ForAll("worlds") World world) {
        var before = world.permitted();
        for (var fact : world.facts().all()) {
            if (fact instanceof ControlRelation || fact instanceof OperatorAssignment) {
                // What they add is checked by the attestation that they are complete.
                continue;
            }
            var rest = new ArrayList<>(world.facts().all());
            rest.remove(fact);
            var after = new World(Facts.of(rest), world.stack(), world.request()).permitted();
            if (fact instanceof ProcessingActivity) {
                continue;
            }
            assertThat(before).as("without %s", fact).containsAll(after);
        }
    }

    @Property(tries = 200)
    void everyNeededFactIsNeeded(@ForAll("worlds") World world) {
        for (var pool : world.permitted()) {
            for (var fact : needed(world, pool)) {
                var rest = new ArrayList<>(world.facts().all());
                rest.remove(fact);
                var after = new World(Facts.of(rest), world.stack(), world.request());
                assertThat(after.permitted()).as("without %s", fact).doesNotContain(pool);
            }
        }
    }

    @Property(tries = 600)
    void tighteningPermitsNothingMore(@ForAll("worlds") World world, @ForAll long seed) {
        var tighter = world.stack().under(Scope.KEY, RandomWorlds.policy(new Random(seed), "more"));
        var after = new World(world.facts(), tighter, world.request()).permitted();
        assertThat(world.permitted()).containsAll(after);
    }

    @Property(tries = 300)
    void theSameGivesTheSameAlsoFromStoredText(@ForAll("worlds") World world) {
        var decision = world.decide();
        var snapshot = FactSnapshot.of(1, world.facts());
        var again =
                Placement.decide(
                        PolicyStack.fromJson(world.stack().toJson()),
                        FactSnapshot.fromJson(snapshot.toJson()),
                        world.request(),
                        NOW);
        assertThat(again).isEqualTo(decision);
        assertThat(again.hash()).isEqualTo(decision.hash());
    }

    @Provide
    Arbitrary<World> worlds() {
        return Arbitraries.longs().map(seed -> RandomWorlds.world(new Random(seed)));
    }

    // ---- the independent reckoning ----

    private static Set<ProcessingActivity> happening(World world, PoolId pool) {
        var found = new HashSet<ProcessingActivity>();
        for (var activity : world.facts().activities()) {
            boolean ours =
                    activity.pool().equals(pool.value()) || activity.pool().equals("installation");
            boolean named =
                    activity.kind() == Activity.PROCESS
                            || world.request().activities().contains(activity.kind());
            boolean standing =
                    installed(world)
                            && Set.of(Activity.TRACE, Activity.BACKUP).contains(activity.kind());
            if (ours && (named || standing) && !SPARED.contains(activity.kind())) {
                found.add(activity);
            }
        }
        return found;
    }

    private static boolean installed(World world) {
        return world.request().activities().stream()
                .anyMatch(kind -> !SPARED.contains(kind) && !AT_THE_POOL.contains(kind));
    }

    private static Set<String> facilities(World world, PoolId pool) {
        var found = new HashSet<String>();
        happening(world, pool).forEach(activity -> found.add(activity.facility()));
        found.add(world.facts().pool(pool).orElseThrow().facility());
        return found;
    }

    private static Set<String> hands(World world, PoolId pool) {
        var facts = world.facts();
        var found = new HashSet<String>();
        for (var assignment : facts.operators()) {
            boolean reaches =
                    assignment.pool().equals(pool.value())
                            || (installed(world) && assignment.pool().equals("installation"));
            if (reaches && assignment.technicalAccess()) {
                found.add(assignment.entity());
            }
        }
        return found;
    }

    private static void checkPlaces(World world, PoolId pool, ResidencyPolicy policy) {
        for (var activity : happening(world, pool)) {
            var facility = world.facts().facility(activity.facility()).orElseThrow();
            var perimeter = policy.places().get(activity.category());
            assertThat(perimeter.countries()).contains(facility.country());
        }
        assertThat(happening(world, pool))
                .extracting(ProcessingActivity::kind)
                .contains(Activity.PROCESS)
                .containsAll(
                        world.request().activities().stream()
                                .filter(kind -> !SPARED.contains(kind))
                                .toList());
    }

    private static void checkSeat(Facts facts, String operator, @Nullable Perimeter perimeter) {
        if (perimeter != null) {
            var entity = facts.entity(operator).orElseThrow();
            assertThat(perimeter.countries())
                    .contains(
                            String.valueOf(entity.registeredOffice()),
                            String.valueOf(entity.headquarters()),
                            String.valueOf(entity.mainEstablishment()));
        }
    }

    /// Every way down from an entity outside to the operator: products of shares, and chains of
    /// majority or special rights.
    private static void checkControl(Facts facts, String operator, ResidencyPolicy policy) {
        var perimeter = policy.operatorControl();
        if (perimeter == null) {
            return;
        }
        double together = 0;
        for (var entity : facts.entities()) {
            boolean outside =
                    entity.seats().stream()
                            .anyMatch(
                                    seat -> seat == null || !perimeter.countries().contains(seat));
            if (outside && !entity.id().equals(operator)) {
                double share = share(facts, entity.id(), operator, Set.of(operator), perimeter);
                assertThat(share).isLessThanOrEqualTo(24.000001);
                together += share;
                assertThat(rules(facts, entity.id(), operator, new HashSet<>())).isFalse();
            }
        }
        assertThat(together).isLessThanOrEqualTo(39.000001);
    }

    private static double share(
            Facts facts, String from, String to, Set<String> path, Perimeter perimeter) {
        double sum = 0;
        for (var relation : facts.control()) {
            if (relation.held().equals(to) && !path.contains(relation.holder())) {
                double part = relation.capital() == null ? 100 : relation.capital().doubleValue();
                if (relation.holder().equals(from)) {
                    sum += part;
                } else if (inside(facts, relation.holder(), perimeter)) {
                    var further = new HashSet<>(path);
                    further.add(relation.holder());
                    sum += part / 100 * share(facts, from, relation.holder(), further, perimeter);
                }
            }
        }
        return Math.min(100, sum);
    }

    private static boolean inside(Facts facts, String id, Perimeter perimeter) {
        return facts.entity(id).orElseThrow().seats().stream()
                .allMatch(seat -> seat != null && perimeter.countries().contains(seat));
    }

    private static boolean rules(Facts facts, String from, String to, Set<String> seen) {
        for (var relation : facts.control()) {
            boolean majority =
                    relation.vetoRight()
                            || relation.capital() == null
                            || relation.capital().doubleValue() > 50;
            if (relation.held().equals(to) && majority && seen.add(relation.holder())) {
                if (relation.holder().equals(from) || rules(facts, from, relation.holder(), seen)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static List<Fact> needed(World world, PoolId pool) {
        var facts = world.facts();
        var places = facilities(world, pool);
        var needed = new ArrayList<Fact>();
        needed.add(facts.pool(pool).orElseThrow());
        places.forEach(place -> needed.add(facts.facility(place).orElseThrow()));
        hands(world, pool).forEach(hand -> needed.add(facts.entity(hand).orElseThrow()));
        var kinds = new HashSet<Activity>();
        for (var activity : happening(world, pool)) {
            boolean named =
                    activity.kind() == Activity.PROCESS
                            || world.request().activities().contains(activity.kind());
            if (named
                    && kinds.add(activity.kind())
                    && happening(world, pool).stream()
                                    .filter(other -> other.kind() == activity.kind())
                                    .count()
                            == 1) {
                needed.add(activity);
            }
        }
        boolean seat =
                world.stack().layers().stream().anyMatch(l -> l.policy().operatorSeat() != null);
        boolean control =
                world.stack().layers().stream().anyMatch(l -> l.policy().operatorControl() != null);
        for (var attestation : facts.attestations()) {
            boolean used =
                    switch (attestation.criterion()) {
                        case OPERATION ->
                                attestation.subject().equals(pool.value())
                                        || (installed(world)
                                                && attestation.subject().equals("installation"));
                        case PLACE -> places.contains(attestation.subject());
                        case SEAT -> seat && hands(world, pool).contains(attestation.subject());
                        case CONTROL ->
                                control && hands(world, pool).contains(attestation.subject());
                    };
            if (used) {
                needed.add(attestation);
            }
        }
        return needed;
    }
}
