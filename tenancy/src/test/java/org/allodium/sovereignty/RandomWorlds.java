package org.allodium.sovereignty;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.allodium.sovereignty.Attestation.Criterion;
import org.allodium.sovereignty.LegalEntity.Form;
import org.allodium.sovereignty.PlacementRequest.Activity;
import org.allodium.sovereignty.PolicyStack.Scope;
import org.allodium.tenancy.TenantId;

/// Worlds of facts, policies and a request, from a seed; most are mostly in order.
final class RandomWorlds {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final List<String> COUNTRIES = List.of("XA", "XB", "XC");

    private RandomWorlds() {}

    static PlacementPropertiesTest.World world(Random random) {
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
        addInstallation(facts, random, disorder);
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
                new PlacementRequest(
                        new TenantId(new UUID(0, 1)),
                        null,
                        null,
                        PlacementPropertiesTest.POOLS,
                        activities,
                        null,
                        null);
        return new PlacementPropertiesTest.World(Facts.of(facts), stack, request);
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
            if (!kind.ofInstallation() && random.nextInt(16) >= disorder) {
                var category = DataCategory.values()[random.nextInt(DataCategory.values().length)];
                facts.add(new ProcessingActivity(pool, kind, category, "f" + random.nextInt(3)));
            }
        }
    }

    private static void addInstallation(List<Fact> facts, Random random, int disorder) {
        attest(facts, random, "installation", Criterion.OPERATION, disorder);
        facts.add(
                new OperatorAssignment(
                        "installation",
                        "e" + random.nextInt(5),
                        OperatorAssignment.Role.PLATFORM_OPERATOR,
                        null,
                        NOW.minusSeconds(1),
                        null));
        for (var kind : Activity.values()) {
            if (kind.ofInstallation() && random.nextInt(64) >= disorder) {
                facts.add(
                        new ProcessingActivity(
                                "installation",
                                kind,
                                kind.category(),
                                "f" + (disorder < 3 ? 0 : random.nextInt(3))));
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

    static ResidencyPolicy policy(Random random, String name) {
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
}
