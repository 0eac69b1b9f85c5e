package org.allodium.sovereignty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.allodium.sovereignty.PlacementRequest.Activity;
import org.allodium.sovereignty.PolicyStack.Scope;
import org.allodium.tenancy.TenantId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The demo country under its three policies.
class PlacementTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final PoolId NORRHAMN = new PoolId("norrhamn-cpu");
    private static final PoolId SYDAL = new PoolId("sydal-cpu");
    private static final PoolId HARBOUR = new PoolId("harbour-cpu");
    private static final List<PoolId> ALL = List.of(NORRHAMN, SYDAL, HARBOUR);
    private static final CountryFile DEMO = FictionalCountry.read();
    private static final FactSnapshot SNAPSHOT = FactSnapshot.of(1, DEMO.facts());

    @Test
    void theStandardPolicyReachesTheNeighbour() {
        assertThat(decide(stack("open-allied"), request(null, null)).eligible()).isEqualTo(ALL);
    }

    @Test
    void theStrictPolicyStaysAtHomeAndSaysWhy() {
        var decision = decide(stack("national-strict"), request(null, null));
        assertThat(decision.eligible()).containsExactly(NORRHAMN, SYDAL);
        assertThat(decision.permits(HARBOUR)).isFalse();
        assertThat(decision.permitsReuse(HARBOUR)).isFalse();
        var failures = decision.verdicts().get(2).failures();
        assertThat(failures)
                .extracting(RuleFailure::rule)
                .startsWith(Rule.PLACE_PROCESS)
                .contains(Rule.PLACE_STORE, Rule.OPERATOR_SEAT, Rule.OPERATOR_CONTROL)
                .isSorted();
        assertThat(failures)
                .extracting(failure -> failure.explanation().english())
                .contains(
                        "Harbour City is in XB, outside the perimeter NATIONAL (XA).",
                        "Harbour Compute has its headquarters in XB, outside the perimeter"
                                + " NATIONAL (XA).")
                .anySatisfy(
                        text ->
                                assertThat(text)
                                        .contains("Meridian Holdings (XC)")
                                        .startsWith("Harbour Compute is controlled from outside"));
    }

    @Test
    void theCallerMayTightenButNotWiden() {
        var open = stack("open-allied");
        assertThat(decide(open, request("national-strict", null)).eligible())
                .containsExactly(NORRHAMN, SYDAL);
        assertThat(decide(open, request("open-allied", null)).eligible()).isEqualTo(ALL);
        var widened = decide(stack("national-strict"), request("open-allied", null));
        assertThat(widened.eligible()).isEmpty();
        assertThat(widened.permits(NORRHAMN)).isFalse();
        assertThat(widened.requestFailure().orElseThrow().rule()).isEqualTo(Rule.POLICY_WIDENING);
    }

    @Test
    void theClassOfTheDataTightens() {
        var open = stack("open-allied");
        assertThat(decide(open, request(null, "confidential")).eligible())
                .containsExactly(NORRHAMN, SYDAL);
        assertThat(decide(open, request(null, "public")).eligible()).isEqualTo(ALL);
        assertThat(decide(open, request(null, "secret")).requestFailure()).isPresent();
    }

    @Test
    void withoutAPolicyTheStrictestApplies() {
        var none = new PolicyStack(1, List.of(), DEMO.policies().policies(), Map.of());
        assertThat(decide(none, request(null, null)).eligible()).containsExactly(NORRHAMN, SYDAL);
        var nothing = new PolicyStack(1, List.of(), List.of(), Map.of());
        assertThat(decide(nothing, request(null, null)).requestFailure().orElseThrow().rule())
                .isEqualTo(Rule.POLICY_MISSING);
    }

    @Test
    void anUnknownPoolIsDenied() {
        var verdict = verdict(stack("open-allied"), new PoolId("elsewhere"), NOW);
        assertThat(verdict.first().orElseThrow().rule()).isEqualTo(Rule.FACT_UNKNOWN);
    }

    @Test
    void aLapsedAttestationDenies() {
        var later = Instant.parse("2031-01-01T00:00:00Z");
        assertThat(verdict(stack("open-allied"), NORRHAMN, later).first().orElseThrow().rule())
                .isEqualTo(Rule.FACT_UNKNOWN);
    }

    @Test
    void aConsentOpensOnlyItsOwnPolicyForItsTime() {
        var until = NOW.plusSeconds(60);
        var consent = consent(Set.of("harbour-cpu"), Set.of(), null, until);
        var national = policy("national");
        var stack = stack("open-allied").under(Scope.ORGANISATION, consenting(national, consent));
        var decision = decide(stack, request(null, null));
        assertThat(decision.permits(HARBOUR)).isTrue();
        assertThat(decision.verdicts().get(2).spill()).isTrue();
        assertThat(decision.eligible()).as("home first").containsExactly(NORRHAMN, SYDAL);
        assertThat(Placement.decide(stack, SNAPSHOT, request(null, null), until).permits(HARBOUR))
                .as("when it has ended")
                .isFalse();
        assertThat(verdict(stack, HARBOUR, until).failures())
                .extracting(RuleFailure::rule)
                .contains(Rule.SPILL);
        var refusedAbove =
                stack("national").under(Scope.ORGANISATION, consenting(national, consent));
        assertThat(decide(refusedAbove, request(null, null)).permits(HARBOUR))
                .as("the platform did not consent")
                .isFalse();
    }

    @Test
    void onlyWhereHomeHasNothingAConsentDecides() {
        var consent = consent(Set.of(), Set.of("XB"), null, NOW.plusSeconds(60));
        var stack =
                stack("open-allied")
                        .under(Scope.ORGANISATION, consenting(policy("national"), consent));
        assertThat(decide(stack, request(List.of(HARBOUR), null, null)).eligible())
                .containsExactly(HARBOUR);
    }

    @Test
    void aCapThatCannotBeReckonedGivesNothing() {
        var consent = consent(Set.of("harbour-cpu"), Set.of(), 1000L, NOW.plusSeconds(60));
        var stack =
                stack("open-allied")
                        .under(Scope.ORGANISATION, consenting(policy("national"), consent));
        assertThat(decide(stack, request(null, null)).permits(HARBOUR)).isFalse();
        assertThat(decide(stack, spilled("another", 0)).permits(HARBOUR)).isFalse();
        assertThat(decide(stack, spilled(consent.id(), 1000)).permits(HARBOUR)).isFalse();
        var within = decide(stack, spilled(consent.id(), 999));
        assertThat(within.permits(HARBOUR)).isTrue();
        assertThat(within.verdicts().get(2).caps()).containsExactly(entry(consent.id(), 1000L));
    }

    @Test
    void aConsentWithoutACapIsUsedFirst() {
        var capped = consent(Set.of("harbour-cpu"), Set.of(), 1000L, NOW.plusSeconds(60));
        var free = consent(Set.of(), Set.of("XB"), null, NOW.plusSeconds(60));
        var policy = policy("national").with(List.of(capped, free), 2, NOW);
        var stack = stack("open-allied").under(Scope.ORGANISATION, policy);
        var verdict = decide(stack, spilled(capped.id(), 0)).verdicts().get(2);
        assertThat(verdict.spill()).isTrue();
        assertThat(verdict.caps()).isEmpty();
    }

    @Test
    void whatIsLookedUpElsewhereNeedsBothPlaces() {
        var candidates = Map.of(HARBOUR, NORRHAMN, NORRHAMN, HARBOUR, SYDAL, SYDAL);
        var open = decide(stack("open-allied"), retrieving(candidates));
        assertThat(open.eligible()).isEqualTo(ALL);
        assertThat(open.verdicts())
                .extracting(PoolVerdict::retrieval)
                .containsExactly(HARBOUR, SYDAL, NORRHAMN);

        var strict = decide(stack("national-strict"), retrieving(candidates));
        assertThat(strict.eligible()).containsExactly(SYDAL);
        assertThat(strict.verdicts().getFirst().failures())
                .extracting(failure -> failure.explanation().english())
                .contains(
                        "It looks passages up on harbour-cpu: Harbour City is in XB, outside the"
                                + " perimeter NATIONAL (XA).");
        assertThat(decide(stack("national-strict"), retrieving(Map.of())).eligible())
                .containsExactly(NORRHAMN, SYDAL);
    }

    @Test
    void anEncoderOfWhichNothingIsKnownPermitsNothing() {
        var nowhere = retrieving(Map.of(NORRHAMN, new PoolId("nowhere-cpu")));
        assertThat(decide(stack("open-allied"), nowhere).permits(NORRHAMN)).isFalse();
    }

    /// A consent that opens the neighbour for the encoder is used up as it would be for the model.
    @Test
    void anEncoderBehindAConsentSpillsToo() {
        var consent = consent(Set.of(), Set.of("XB"), 10L, NOW.plusSeconds(60));
        var stack =
                stack("open-allied")
                        .under(Scope.ORGANISATION, consenting(policy("national"), consent));
        var request = retrieving(Map.of(NORRHAMN, HARBOUR)).knowing(Map.of(consent.id(), 9L));
        var verdict = decide(stack, request).verdicts().getFirst();
        assertThat(verdict.spill()).isTrue();
        assertThat(verdict.caps()).containsOnlyKeys(consent.id());
        var spent = retrieving(Map.of(NORRHAMN, HARBOUR)).knowing(Map.of(consent.id(), 10L));
        assertThat(decide(stack, spent).permits(NORRHAMN)).isFalse();
    }

    private static PlacementRequest retrieving(Map<PoolId, PoolId> retrieval) {
        return new PlacementRequest(
                new TenantId(new UUID(0, 1)),
                null,
                null,
                ALL,
                Activity.OF_EVERY_REQUEST,
                null,
                null,
                "any",
                Map.of(),
                retrieval);
    }

    @Test
    void replaysFromStoredText() {
        var stack = stack("national-strict");
        var decision = decide(stack, request("national-strict", "confidential"));
        var again =
                Placement.decide(
                        PolicyStack.fromJson(stack.toJson()),
                        FactSnapshot.fromJson(SNAPSHOT.toJson()),
                        request("national-strict", "confidential"),
                        NOW);
        assertThat(again).isEqualTo(decision);
        assertThat(again.hash()).isEqualTo(decision.hash());
    }

    /// If this fails, decisions on record can no longer be replayed: the form must stay. These are
    /// from before the installation's own sinks were on record and named.
    @Test
    void keepsTheDigestsOfThisYear() {
        var earlier =
                FactSnapshot.of(
                        1,
                        Facts.of(
                                DEMO.facts().all().stream()
                                        .filter(fact -> !fact.key().startsWith("installation"))
                                        .toList()));
        assertThat(earlier.id())
                .isEqualTo("77ecc0295e612d06c066cb5c1ca815c2e3a797f78a31ad27c9fb8b8b83d01af9");
        var request =
                new PlacementRequest(
                        new TenantId(new UUID(0, 1)),
                        null,
                        null,
                        ALL,
                        Set.of(Activity.PROCESS, Activity.CACHE, Activity.KV_CACHE, Activity.LOG),
                        null,
                        null);
        assertThat(Placement.decide(stack("national-strict"), earlier, request, NOW).hash())
                .isEqualTo("ba420038dbe1c8c1b7c0861caa2d2d7a7c031ac643352509aa330b13dd8a4914");
    }

    /// What is said of a place later is what was judged.
    @Test
    void saysWhereItsPoolsStoodByTheFactsItRestsOn() {
        var decision = decide(stack("open-allied"), request(null, null));
        assertThat(decision.places()).extracting(PoolPlace::pool).isEqualTo(ALL);
        var harbour = decision.place(HARBOUR).orElseThrow();
        assertThat(harbour.country()).isEqualTo("XB");
        assertThat(harbour.controlledFrom()).isEqualTo("XC");
        assertThat(harbour.national()).isFalse();
        assertThat(decision.place(NORRHAMN).orElseThrow().national()).isTrue();
        var onlyThere = decide(stack("open-allied"), request(List.of(HARBOUR), null, null));
        assertThat(onlyThere.place(NORRHAMN)).as("not asked for").isEmpty();
        var far = new PoolId("far-cpu");
        var encoded = decide(stack("open-allied"), retrieving(Map.of(HARBOUR, far)));
        assertThat(encoded.place(far)).as("of which nothing is known").isEmpty();
    }

    @Test
    void theOrderOfRecordingDoesNotMatter() {
        var reversed = Facts.of(DEMO.facts().all().reversed());
        assertThat(FactSnapshot.of(7, reversed).id()).isEqualTo(SNAPSHOT.id());
    }

    private static Decision decide(PolicyStack stack, PlacementRequest request) {
        return Placement.decide(stack, SNAPSHOT, request, NOW);
    }

    private static PoolVerdict verdict(PolicyStack stack, PoolId pool, Instant at) {
        return Placement.decide(stack, SNAPSHOT, request(List.of(pool), null, null), at)
                .verdicts()
                .getFirst();
    }

    private static PolicyStack stack(String name) {
        return new PolicyStack(
                        1, List.of(), DEMO.policies().policies(), DEMO.policies().dataClasses())
                .under(Scope.PLATFORM, policy(name));
    }

    private static ResidencyPolicy policy(String name) {
        return DEMO.policies().find(name).orElseThrow();
    }

    private static ResidencyPolicy consenting(ResidencyPolicy policy, SpillConsent consent) {
        return policy.with(List.of(consent), 2, NOW);
    }

    private static SpillConsent consent(
            Set<String> pools, Set<String> countries, @Nullable Long cap, Instant until) {
        return new SpillConsent(
                new TreeSet<>(pools), new TreeSet<>(countries), new TreeSet<>(), cap, until, "ada");
    }

    private static PlacementRequest spilled(String consent, long tokens) {
        return new PlacementRequest(
                new TenantId(UUID.randomUUID()),
                null,
                null,
                ALL,
                Set.of(),
                null,
                null,
                "any",
                Map.of(consent, tokens));
    }

    private static PlacementRequest request(
            @Nullable String residency, @Nullable String dataClass) {
        return request(ALL, residency, dataClass);
    }

    private static PlacementRequest request(
            List<PoolId> pools, @Nullable String residency, @Nullable String dataClass) {
        return new PlacementRequest(
                new TenantId(new UUID(0, 1)),
                null,
                null,
                pools,
                Activity.OF_EVERY_REQUEST,
                residency,
                dataClass);
    }
}
