package org.allodium.sovereignty;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.allodium.sovereignty.PlacementRequest.Activity;
import org.allodium.tenancy.Role;
import org.allodium.tenancy.TenantId;
import org.allodium.tenancy.TenantScope;
import org.allodium.tenancy.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A decision is made once for many requests, and never for one that it does not fit.
class StandingDecisionsTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final PoolId NORRHAMN = new PoolId("norrhamn-cpu");
    private static final PoolId HARBOUR = new PoolId("harbour-cpu");
    private static final TenantId ONE = new TenantId(UUID.randomUUID());
    private static final TenantScope OFFICE =
            TenantScope.platform("office", Set.of(Role.SECURITY_OFFICER));

    private final AtomicReference<Instant> time = new AtomicReference<>(NOW);
    private TestDatabase database;
    private Residency residency;

    @BeforeEach
    void settle() {
        database = TestDatabase.fresh();
        residency = new Residency(database.platform(), clock(), database.news());
        OFFICE.run(
                () -> {
                    residency.recordFacts(FictionalCountry.read().facts());
                    residency.offerPolicies(FictionalCountry.read().policies());
                });
        owner(
                () ->
                        residency.chooseOrganisationPolicy(
                                ONE, "national", residency.organisationPolicy(ONE)));
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void standsForAMinuteAndSaysWhenItWasMade() {
        var first = decide();
        time.set(NOW.plusSeconds(59));
        assertThat(decide()).isEqualTo(first);
        assertThat(decide().hash()).isEqualTo(first.hash());
        time.set(NOW.plusSeconds(60));
        assertThat(decide().at()).isEqualTo(time.get());
        assertThat(decide().verdicts()).isEqualTo(first.verdicts());
        time.set(NOW.minusSeconds(1));
        assertThat(decide().at()).as("a clock that was set back").isEqualTo(time.get());
    }

    @Test
    void endsWithTheFactsItRestsOn() {
        assertThat(decide().permits(NORRHAMN)).isTrue();
        var ending = NOW.plusSeconds(30);
        var operators =
                FictionalCountry.read().facts().operators().stream()
                        .filter(fact -> fact.pool().equals(NORRHAMN.value()))
                        .<Fact>map(fact -> until(fact, ending))
                        .toList();
        OFFICE.run(() -> residency.recordFacts(Facts.of(operators)));
        assertThat(decide().permits(NORRHAMN)).isTrue();
        time.set(ending);
        assertThat(decide().permits(NORRHAMN)).isFalse();
    }

    private static OperatorAssignment until(OperatorAssignment fact, Instant end) {
        return new OperatorAssignment(
                fact.pool(),
                fact.entity(),
                fact.role(),
                fact.accessImpossibleBy(),
                fact.validFrom(),
                end);
    }

    @Test
    void endsWithAConsent() {
        var ending = NOW.plusSeconds(30);
        var consent =
                new SpillConsent(
                        new TreeSet<>(Set.of(HARBOUR.value())),
                        new TreeSet<>(),
                        new TreeSet<>(),
                        null,
                        ending,
                        "owner");
        assertThat(decide().permits(HARBOUR)).isFalse();
        owner(() -> residency.consentToSpill(ONE, consent));
        assertThat(decide().permits(HARBOUR)).isTrue();
        time.set(ending);
        assertThat(decide().permits(HARBOUR)).isFalse();
    }

    @Test
    void answersItsOwnQuestionAlone() {
        assertThat(decide().permits(NORRHAMN)).isTrue();
        assertThat(decide(HARBOUR, Activity.OF_EVERY_REQUEST).permits(NORRHAMN)).isFalse();
        assertThat(decide(NORRHAMN, Set.of(Activity.MAIL)).hash()).isNotEqualTo(decide().hash());
        var facility = FictionalCountry.read().facts().facility("norrhamn").orElseThrow();
        OFFICE.run(() -> residency.withdrawFact(facility));
        assertThat(decide().permits(NORRHAMN)).isFalse();
    }

    private Decision decide() {
        return TenantScope.of(ONE, "owner", Set.of(Role.OWNER))
                .get(
                        () ->
                                residency.decide(
                                        question(
                                                List.of(NORRHAMN, HARBOUR),
                                                Activity.OF_EVERY_REQUEST)));
    }

    private Decision decide(PoolId pool, Set<Activity> activities) {
        return TenantScope.of(ONE, "owner", Set.of(Role.OWNER))
                .get(() -> residency.decide(question(List.of(pool), activities)));
    }

    private static PlacementRequest question(List<PoolId> pools, Set<Activity> activities) {
        return new PlacementRequest(ONE, null, null, pools, activities, null, null);
    }

    private static void owner(Runnable act) {
        TenantScope.of(ONE, "owner", Set.of(Role.OWNER)).run(act::run);
    }

    private Clock clock() {
        return new Clock() {
            @Override
            public Instant instant() {
                return time.get();
            }

            @Override
            public ZoneOffset getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(java.time.ZoneId zone) {
                return this;
            }
        };
    }
}
