package org.allodium.sovereignty;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import org.allodium.sovereignty.Attestation.Criterion;
import org.allodium.sovereignty.LegalEntity.Form;
import org.allodium.sovereignty.PlacementRequest.Activity;
import org.allodium.sovereignty.PolicyStack.Scope;
import org.jspecify.annotations.Nullable;

/// What must hold in every world, checked by reckoning that shares no code with the decision.
class PlacementPropertiesTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final List<String> COUNTRIES = List.of("XA", "XB", "XC");
    private static final List<PoolId> POOLS = Stream.of("p0", "p1", "p2").map(PoolId::new).toList();

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
                for (var operator : hands(world.facts(), pool)) {
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
        var tighter = world.stack().under(Scope.KEY, policy(new Random(seed), "more"));
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
        return Arbitraries.longs().map(seed -> world(new Random(seed)));
    }

    private static World world(Random random) {
        // Most worlds are mostly in order, or hardly anything would be permitted in any.
        int disorder = random.nextInt(4);
        var facts = new ArrayList<Fact>();
        for (int i = 0; i < 5; i++) {
            addEntity(facts, random, "e" + i, disorder);
        }
        addShares(facts, random);
        for (int i = 0; i < 3; i++) {
            String country = disorder == 0 ? "XA" : COUNTRIES.get(random.nextInt(3));
            facts.add(new Facility("f" + i, "f" + i, country, null, "e" + random.nextInt(5)));
            attest(facts, random, "f" + i, Criterion.PLACE, disorder);
            addPool(facts, random, "p" + i, disorder);
        }
        var stack = new PolicyStack(1, List.of(), List.of(), Map.of());
        stack = stack.under(Scope.PLATFORM, policy(random, "platform"));
        if (random.nextBoolean()) {
            stack = stack.under(Scope.ORGANISATION, policy(random, "organisation"));
        }
        var activities = new HashSet<Activity>();
        for (var activity : Activity.values()) {
            if (random.nextBoolean()) {
                activities.add(activity);
            }
        }
        var request =
                new PlacementRequest(new UUID(0, 1), null, null, POOLS, activities, null, null);
        return new World(Facts.of(facts), stack, request);
    }

    private static void addEntity(List<Fact> facts, Random random, String id, int disorder) {
        String seat = disorder == 0 ? "XA" : COUNTRIES.get(random.nextInt(3));
        var form = random.nextInt(3) == 0 ? Form.COMPANY : Form.PUBLIC_BODY;
        String second = random.nextInt(12) < disorder ? null : seat;
        facts.add(new LegalEntity(id, id, form, null, seat, second, seat));
        attest(facts, random, id, Criterion.SEAT, disorder);
        attest(facts, random, id, Criterion.CONTROL, disorder);
    }

    private static void addShares(List<Fact> facts, Random random) {
        for (int holder = 0; holder < 5; holder++) {
            for (int held = 0; held < 5; held++) {
                if (holder != held && random.nextInt(5) == 0) {
                    var share = BigDecimal.valueOf(random.nextInt(101));
                    facts.add(
                            new ControlRelation(
                                    "e" + holder,
                                    "e" + held,
                                    share,
                                    random.nextInt(6) == 0 ? null : share,
                                    random.nextInt(12) == 0,
                                    false,
                                    false,
                                    NOW.minusSeconds(1),
                                    null));
                }
            }
        }
    }

    private static void addPool(List<Fact> facts, Random random, String pool, int disorder) {
        facts.add(new PoolFacts(pool, "f" + random.nextInt(3)));
        attest(facts, random, pool, Criterion.OPERATION, disorder);
        for (int i = 0; i < 1 + random.nextInt(2); i++) {
            facts.add(
                    new OperatorAssignment(
                            pool,
                            "e" + random.nextInt(5),
                            OperatorAssignment.Role.values()[i],
                            random.nextInt(6) == 0 ? "no keys, no access" : null,
                            NOW.minusSeconds(1),
                            null));
        }
        for (var kind : Activity.values()) {
            if (random.nextInt(16) >= disorder) {
                var category = DataCategory.values()[random.nextInt(DataCategory.values().length)];
                facts.add(new ProcessingActivity(pool, kind, category, "f" + random.nextInt(3)));
            }
        }
    }

    private static void attest(
            List<Fact> facts, Random random, String subject, Criterion criterion, int disorder) {
        if (random.nextInt(16) < disorder) {
            return;
        }
        var until = random.nextInt(16) < disorder ? NOW : NOW.plusSeconds(1);
        facts.add(
                new Attestation(
                        subject + "/" + criterion,
                        subject,
                        criterion,
                        Attestation.Kind.AUDIT,
                        "auditor",
                        NOW.minusSeconds(1),
                        until,
                        "00",
                        true));
    }

    private static ResidencyPolicy policy(Random random, String name) {
        var places = new TreeMap<DataCategory, Perimeter>();
        for (var category : DataCategory.values()) {
            places.put(category, perimeter(random));
        }
        return new ResidencyPolicy(
                name,
                places,
                random.nextBoolean() ? perimeter(random) : null,
                random.nextBoolean() ? perimeter(random) : null,
                ControlThresholds.USUAL,
                List.of(),
                1,
                NOW.minusSeconds(1));
    }

    private static Perimeter perimeter(Random random) {
        var countries = new TreeSet<>(COUNTRIES.subList(0, 1 + random.nextInt(3)));
        return new Perimeter("P" + countries.size(), countries);
    }

    // ---- the independent reckoning ----

    private static Set<ProcessingActivity> happening(World world, PoolId pool) {
        var found = new HashSet<ProcessingActivity>();
        for (var activity : world.facts().activities()) {
            if (activity.pool().equals(pool.value())
                    && (activity.kind() == Activity.PROCESS
                            || world.request().activities().contains(activity.kind()))) {
                found.add(activity);
            }
        }
        return found;
    }

    private static Set<String> facilities(World world, PoolId pool) {
        var found = new HashSet<String>();
        happening(world, pool).forEach(activity -> found.add(activity.facility()));
        found.add(world.facts().pool(pool).orElseThrow().facility());
        return found;
    }

    private static Set<String> hands(Facts facts, PoolId pool) {
        var found = new HashSet<String>();
        for (var assignment : facts.operators()) {
            if (assignment.pool().equals(pool.value()) && assignment.technicalAccess()) {
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
                .containsAll(world.request().activities());
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
        hands(facts, pool).forEach(hand -> needed.add(facts.entity(hand).orElseThrow()));
        var kinds = new HashSet<Activity>();
        for (var activity : happening(world, pool)) {
            if (kinds.add(activity.kind())
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
                        case OPERATION -> attestation.subject().equals(pool.value());
                        case PLACE -> places.contains(attestation.subject());
                        case SEAT -> seat && hands(facts, pool).contains(attestation.subject());
                        case CONTROL ->
                                control && hands(facts, pool).contains(attestation.subject());
                    };
            if (used) {
                needed.add(attestation);
            }
        }
        return needed;
    }
}
