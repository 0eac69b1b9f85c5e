package org.allodium.sovereignty;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.allodium.sovereignty.PlacementRequest.Activity;
import org.allodium.tenancy.TenantId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever keeps something of a request is judged with it, whichever pool answers.
class SinksTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final PoolId NORRHAMN = new PoolId("norrhamn-cpu");
    private static final PoolId HARBOUR = new PoolId("harbour-cpu");
    private static final CountryFile DEMO = FictionalCountry.read();

    static Stream<Activity> indispensable() {
        return Stream.of(
                Activity.REQUEST_LOG,
                Activity.METRICS,
                Activity.RECEIPT,
                Activity.LEDGER,
                Activity.DIRECTORY);
    }

    static Stream<Activity> standing() {
        return Stream.of(Activity.TRACE, Activity.BACKUP);
    }

    static Stream<Activity> spared() {
        return Stream.of(Activity.ANSWER_CACHE, Activity.KEPT_ANSWER);
    }

    @Test
    void betweenThemTheSinksOfEveryRequestTakeEveryCategory() {
        assertThat(Activity.OF_EVERY_REQUEST)
                .extracting(Activity::category)
                .containsAll(EnumSet.allOf(DataCategory.class));
    }

    @ParameterizedTest
    @MethodSource("indispensable")
    void aSinkThatIsUnknownDenies(Activity sink) {
        var verdict = verdict(without(sink));
        assertThat(verdict.failures()).extracting(RuleFailure::rule).contains(Rule.FACT_UNKNOWN);
        assertThat(verdict.first().orElseThrow().explanation().english())
                .startsWith("It is unknown where this installation has its");
    }

    @ParameterizedTest
    @MethodSource("indispensable")
    void aSinkAbroadDenies(Activity sink) {
        var verdict = verdict(abroad(sink, sink.category()));
        assertThat(verdict.failures())
                .extracting(RuleFailure::rule)
                .contains(Rule.PLACE_STORE, Rule.OPERATOR_SEAT, Rule.OPERATOR_CONTROL);
        assertThat(verdict.first().orElseThrow().explanation().english()).contains("Harbour City");
    }

    @ParameterizedTest
    @MethodSource("standing")
    void aSinkThatNotEveryInstallationHasIsJudgedWhereItIsOnRecord(Activity sink) {
        assertThat(verdict(DEMO.facts()).eligible()).isTrue();
        assertThat(verdict(abroad(sink, sink.category())).eligible()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(DataCategory.class)
    void aBackupAbroadOfAnyCategoryDenies(DataCategory category) {
        assertThat(verdict(abroad(Activity.BACKUP, category)).eligible()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("spared")
    void aSinkThatTheRequestCanDoWithoutIsLeftOut(Activity sink) {
        assertThat(decide("national-strict", DEMO.facts()).allows(sink)).isTrue();
        for (var facts : List.of(without(sink), abroad(sink, sink.category()))) {
            var decision = decide("national-strict", facts);
            assertThat(decision.permits(NORRHAMN)).isTrue();
            assertThat(decision.allows(sink)).isFalse();
        }
    }

    @Test
    void whoOperatesTheInstallationIsJudged() {
        var facts = new ArrayList<>(DEMO.facts().all());
        facts.removeIf(
                fact -> fact instanceof OperatorAssignment a && a.pool().equals("installation"));
        assertThat(verdict(Facts.of(facts)).first().orElseThrow().rule())
                .isEqualTo(Rule.FACT_UNKNOWN);
        facts.add(
                new OperatorAssignment(
                        "installation",
                        "harbour-compute",
                        OperatorAssignment.Role.PLATFORM_OPERATOR,
                        null,
                        NOW.minusSeconds(1),
                        null));
        assertThat(verdict(Facts.of(facts)).failures())
                .extracting(RuleFailure::rule)
                .contains(Rule.OPERATOR_SEAT, Rule.OPERATOR_CONTROL);
    }

    @Test
    void nobodyAttestingToTheInstallationDenies() {
        var facts = new ArrayList<>(DEMO.facts().all());
        facts.removeIf(fact -> fact.key().equals("installation/OPERATION"));
        assertThat(verdict(Facts.of(facts)).eligible()).isFalse();
    }

    @Test
    void aConsentToAPoolOpensNoSinkOfTheInstallation() {
        var consent =
                new SpillConsent(
                        new java.util.TreeSet<>(List.of("harbour-cpu")),
                        new java.util.TreeSet<>(),
                        new java.util.TreeSet<>(),
                        null,
                        NOW.plusSeconds(60),
                        "owner");
        var national =
                DEMO.policies().find("national").orElseThrow().with(List.of(consent), 1, NOW);
        var stack =
                new PolicyStack(1, List.of(), DEMO.policies().policies(), java.util.Map.of())
                        .under(PolicyStack.Scope.ORGANISATION, national);
        assertThat(decide(stack, DEMO.facts(), HARBOUR).permits(HARBOUR)).isTrue();
        assertThat(
                        decide(stack, abroad(Activity.REQUEST_LOG, DataCategory.TELEMETRY), HARBOUR)
                                .permits(HARBOUR))
                .isFalse();
    }

    @Test
    void theSameFactsAndQuestionGiveTheSameDigestAgain() {
        var first = decide("open-allied", without(Activity.ANSWER_CACHE));
        var again =
                decide(
                        "open-allied",
                        FactSnapshot.fromJson(
                                        FactSnapshot.of(1, without(Activity.ANSWER_CACHE)).toJson())
                                .facts());
        assertThat(again).isEqualTo(first);
        assertThat(again.hash()).isEqualTo(first.hash());
        assertThat(first.hash()).isNotEqualTo(decide("open-allied", DEMO.facts()).hash());
    }

    private static Facts without(Activity sink) {
        return Facts.of(
                DEMO.facts().all().stream()
                        .filter(
                                fact ->
                                        !(fact instanceof ProcessingActivity a
                                                && a.kind() == sink
                                                && a.pool().equals("installation")))
                        .toList());
    }

    private static Facts abroad(Activity sink, DataCategory category) {
        return Facts.of(
                Stream.concat(
                                without(sink).all().stream(),
                                Stream.of(
                                        new ProcessingActivity(
                                                "installation", sink, category, "harbour-city")))
                        .collect(Collectors.toList()));
    }

    private static PoolVerdict verdict(Facts facts) {
        return decide("national-strict", facts).verdicts().getFirst();
    }

    private static Decision decide(String policy, Facts facts) {
        var offered = DEMO.policies().policies();
        return decide(
                new PolicyStack(1, List.of(), offered, java.util.Map.of())
                        .under(
                                PolicyStack.Scope.ORGANISATION,
                                DEMO.policies().find(policy).orElseThrow()),
                facts,
                NORRHAMN);
    }

    private static Decision decide(PolicyStack stack, Facts facts, PoolId pool) {
        var activities = EnumSet.copyOf(Activity.OF_EVERY_REQUEST);
        activities.add(Activity.ANSWER_CACHE);
        activities.add(Activity.KEPT_ANSWER);
        return Placement.decide(
                stack,
                FactSnapshot.of(1, facts),
                new PlacementRequest(
                        new TenantId(new UUID(0, 1)),
                        null,
                        null,
                        List.of(pool),
                        activities,
                        null,
                        null),
                NOW);
    }
}
