package org.allodium.sovereignty;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Executors;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.sovereignty.PlacementRequest.Activity;
import org.allodium.tenancy.ProjectId;
import org.allodium.tenancy.Role;
import org.allodium.tenancy.TenantDatabase;
import org.allodium.tenancy.TenantId;
import org.allodium.tenancy.TenantScope;
import org.allodium.tenancy.TestDatabase;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ResidencyTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final PoolId NORRHAMN = new PoolId("norrhamn-cpu");
    private static final PoolId HARBOUR = new PoolId("harbour-cpu");
    private static final TenantId ONE = new TenantId(UUID.randomUUID());
    private static final TenantId OTHER = new TenantId(UUID.randomUUID());
    private static final TenantScope OFFICE =
            TenantScope.platform("office", Set.of(Role.SECURITY_OFFICER));

    private TestDatabase database;
    private Residency residency;

    @BeforeEach
    void settle() {
        database = TestDatabase.fresh();
        residency = residency();
        OFFICE.run(
                () -> {
                    residency.recordFacts(FictionalCountry.read().facts());
                    residency.offerPolicies(FictionalCountry.read().policies());
                });
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void nothingIsPermittedBeforeAnythingIsOnRecord() {
        try (var empty = TestDatabase.fresh()) {
            var decision =
                    decide(new Residency(empty.platform(), clock(), empty.news()), ONE, null);
            assertThat(decision.permits(NORRHAMN)).isFalse();
            assertThat(decision.requestFailure()).isPresent();
        }
    }

    @Test
    void aChoiceBindsTheNextRequestEverywhereAndRaisesTheEpoch() {
        var elsewhere = residency();
        choose(ONE, "open-allied");
        choose(OTHER, "open-allied");
        assertThat(decide(elsewhere, ONE, null).permits(HARBOUR)).isTrue();
        long before = epoch();
        choose(ONE, "national-strict");
        assertThat(epoch()).isGreaterThan(before);
        assertThat(decide(elsewhere, ONE, null).permits(HARBOUR)).isFalse();
        assertThat(decide(elsewhere, ONE, null).epoch()).isEqualTo(epoch());
        assertThat(decide(elsewhere, OTHER, null).permits(HARBOUR)).isTrue();
        assertThat(residency.organisationPolicy(ONE)).contains("national-strict");
    }

    @Test
    void anOrganisationThatChoseNothingStaysAtHomeUntilItChooses() {
        var silent = decide(residency, ONE, null);
        assertThat(residency.organisationPolicy(ONE)).isEmpty();
        assertThat(silent.eligible()).containsExactly(NORRHAMN);
        assertThat(silent.policyVersion()).isEqualTo("open-allied@1+national-strict@1");
        assertThat(decide(residency, ONE, "open-allied").requestFailure().orElseThrow().rule())
                .isEqualTo(Rule.POLICY_WIDENING);
        choose(ONE, "open-allied");
        assertThat(decide(residency, ONE, null).permits(HARBOUR)).isTrue();
    }

    @Test
    void whatAProjectChoseOpensNothingForAnOrganisationThatChoseNothing() throws SQLException {
        var project = new ProjectId(UUID.randomUUID());
        // As recorded before the strictest became what silence means.
        try (var connection = database.platform().getConnection();
                var past = connection.createStatement()) {
            past.execute("insert into sovereignty.change values (3, now(), 'owner', 'chose')");
            past.execute(
                    "insert into sovereignty.policy_use values (3, 'PROJECT', '%s', '%s', 'open-allied', '[]', now())"
                            .formatted(ONE, project));
        }
        var request =
                new PlacementRequest(
                        ONE, project, null, List.of(NORRHAMN, HARBOUR), Set.of(), null, null);
        assertThat(owner(ONE).get(() -> residency.decide(request)).eligible())
                .containsExactly(NORRHAMN);
    }

    @Test
    void saysWhatAPolicyExcludesBeforeItIsChosen() {
        assertThat(residency.excludedBy("open-allied")).isEmpty();
        assertThat(residency.excludedBy("national-strict"))
                .extracting(PoolPlace::pool)
                .containsExactly(HARBOUR);
    }

    @Test
    void aWithdrawnFactDeniesTheNextRequest() {
        var facility = FictionalCountry.read().facts().facility("norrhamn").orElseThrow();
        OFFICE.run(() -> residency.withdrawFact(facility));
        assertThat(decide(residency, ONE, null).permits(NORRHAMN)).isFalse();
        OFFICE.run(() -> residency.recordFacts(Facts.of(List.of(facility))));
        assertThat(decide(residency, ONE, null).permits(NORRHAMN)).isTrue();
    }

    @Test
    void aLowerScopeOnlyTightens() {
        choose(ONE, "national");
        var project = new ProjectId(UUID.randomUUID());
        var refusal =
                catchThrowableOfType(
                        Refused.class,
                        () ->
                                owner(ONE)
                                        .run(
                                                () ->
                                                        residency.chooseProjectPolicy(
                                                                ONE, project, "open-allied")));
        assertThat(refusal.code()).isEqualTo(ErrorCode.POLICY_WIDENING);
        owner(ONE).run(() -> residency.chooseProjectPolicy(ONE, project, "national-strict"));
        assertThat(decide(residency, ONE, "national").requestFailure()).isEmpty();
        assertThat(decide(residency, ONE, "open-allied").requestFailure().orElseThrow().rule())
                .isEqualTo(Rule.POLICY_WIDENING);
    }

    @Test
    void refusesNamesThatNobodyKnows() {
        var refusal =
                catchThrowableOfType(Refused.class, () -> decide(residency, ONE, "no-such-policy"));
        assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(refusal.field()).contains("x-residency");
    }

    @Test
    void aConsentOpensTheNeighbourUntilAnotherPolicyIsChosen() {
        choose(ONE, "national");
        owner(ONE)
                .run(
                        () ->
                                residency.consentToSpill(
                                        ONE,
                                        new SpillConsent(
                                                new TreeSet<>(Set.of("harbour-cpu")),
                                                new TreeSet<>(),
                                                new TreeSet<>(),
                                                null,
                                                NOW.plusSeconds(60),
                                                "owner")));
        assertThat(decide(residency, ONE, null).permits(HARBOUR)).isTrue();
        choose(ONE, "national");
        assertThat(decide(residency, ONE, null).permits(HARBOUR)).isFalse();
    }

    @Test
    void asksHowMuchSpilledOnlyWhereAConsentHasACap() {
        var asked = new ArrayList<Set<String>>();
        var request = new PlacementRequest(ONE, null, null, List.of(HARBOUR), Set.of(), null, null);
        choose(ONE, "national");
        assertThat(decideAsking(request, asked, 0).permits(HARBOUR)).isFalse();
        assertThat(asked).isEmpty();

        var consent = capped(100);
        owner(ONE).run(() -> residency.consentToSpill(ONE, consent));
        assertThat(decideAsking(request, asked, 99).permits(HARBOUR)).isTrue();
        assertThat(decideAsking(request, asked, 100).permits(HARBOUR)).isFalse();
        assertThat(asked).containsExactly(Set.of(consent.id()), Set.of(consent.id()));
        assertThat(decide(residency, ONE, null).permits(HARBOUR)).as("unknown").isFalse();
    }

    private Decision decideAsking(PlacementRequest request, List<Set<String>> asked, long spilled) {
        return owner(ONE)
                .get(
                        () ->
                                residency.decide(
                                        request,
                                        consents -> {
                                            asked.add(consents);
                                            return consents.stream()
                                                    .collect(toMap(id -> id, id -> spilled));
                                        }));
    }

    private static SpillConsent capped(long tokens) {
        return new SpillConsent(
                new TreeSet<>(Set.of("harbour-cpu")),
                new TreeSet<>(),
                new TreeSet<>(),
                tokens,
                NOW.plusSeconds(60),
                "owner");
    }

    @Test
    void showsWhereAPoolIsAndWhoStandsBehindIt() {
        assertThat(residency.places()).hasSize(3);
        assertThat(residency.place(HARBOUR))
                .contains(
                        new PoolPlace(
                                HARBOUR,
                                "Harbour City",
                                "XB",
                                "harbour-compute",
                                "Harbour Compute",
                                "XB",
                                "XC",
                                false));
        assertThat(residency.place(NORRHAMN).orElseThrow().national()).isTrue();
        assertThat(residency.place(new PoolId("none"))).isEmpty();
        assertThat(residency.policyChoices())
                .extracting(PolicyChoice::name)
                .containsExactly("open-allied", "national", "national-strict");
        choose(ONE, "national-strict");
        assertThat(residency.reach(ONE))
                .contains(
                        new PolicyReach(
                                "national-strict",
                                Set.of("XA"),
                                Optional.of(Set.of("XA")),
                                Optional.of(Set.of("XA")),
                                false));
        assertThat(residency.reach(OTHER)).isEqualTo(residency.reach(ONE));
    }

    @Test
    void aTenantActsForItselfAlone() {
        assertThat(refusalOf(OTHER, "national", Optional.empty()).code())
                .isEqualTo(ErrorCode.NOT_FOUND);
        assertThatThrownBy(() -> owner(ONE).run(() -> residency.recordFacts(Facts.of(List.of()))))
                .isInstanceOf(Refused.class);
    }

    /// Two administrators have the page open: the second is told, and what the first chose stands.
    @Test
    void theSecondOfTwoChoicesOverwritesNothing() {
        choose(ONE, "national");
        var seen = Optional.of("national");
        owner(ONE).run(() -> residency.chooseOrganisationPolicy(ONE, "national-strict", seen));
        long epoch = epoch();
        for (var stale : List.of(seen, Optional.<String>empty())) {
            assertThat(refusalOf(ONE, "national", stale).code())
                    .isEqualTo(ErrorCode.EDITED_MEANWHILE);
        }
        assertThat(epoch()).isEqualTo(epoch);
        owner(ONE)
                .run(
                        () ->
                                assertThat(residency.organisationPolicy(ONE))
                                        .contains("national-strict"));
    }

    private Refused refusalOf(TenantId tenant, String policy, Optional<String> seen) {
        return catchThrowableOfType(
                Refused.class,
                () ->
                        owner(ONE)
                                .run(
                                        () ->
                                                residency.chooseOrganisationPolicy(
                                                        tenant, policy, seen)));
    }

    @Test
    void epochsFollowOneAnotherUnderManyWriters() throws Exception {
        long before = epoch();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 20; i++) {
                threads.submit(() -> choose(new TenantId(UUID.randomUUID()), "national"));
            }
        }
        assertThat(epoch()).isEqualTo(before + 20);
    }

    @Test
    void nobodyRewritesTheRecord() throws SQLException {
        for (var source : List.of(database.app(), database.platform())) {
            for (String table : List.of("change", "fact", "offer", "policy_use")) {
                for (String sql : List.of("update %s set epoch = 0", "delete from %s")) {
                    try (var connection = source.getConnection();
                            var statement = connection.createStatement()) {
                        assertThatThrownBy(
                                        () ->
                                                statement.execute(
                                                        sql.formatted("sovereignty." + table)))
                                .isInstanceOf(SQLException.class)
                                .hasMessageContaining("permission denied");
                    }
                }
            }
        }
    }

    @Test
    void aTenantSeesItsOwnChoicesOnly() throws SQLException {
        choose(ONE, "national");
        choose(OTHER, "national");
        try (var connection = database.app().getConnection()) {
            assertThat(choices(connection)).isZero();
        }
        var own =
                new TenantDatabase(database.app())
                        .inTransaction(ONE, handle -> choices(handle.getConnection()));
        assertThat(own).isEqualTo(1);
    }

    private static int choices(java.sql.Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("select count(*) from sovereignty.policy_use")) {
            row.next();
            return row.getInt(1);
        }
    }

    private void choose(TenantId tenant, String policy) {
        owner(tenant)
                .run(
                        () ->
                                residency.chooseOrganisationPolicy(
                                        tenant, policy, residency.organisationPolicy(tenant)));
    }

    private static Decision decide(Residency residency, TenantId tenant, @Nullable String header) {
        var request =
                new PlacementRequest(
                        tenant,
                        null,
                        null,
                        List.of(NORRHAMN, HARBOUR),
                        Activity.OF_EVERY_REQUEST,
                        header,
                        null);
        return owner(tenant).get(() -> residency.decide(request));
    }

    private static TenantScope owner(TenantId tenant) {
        return TenantScope.of(tenant, "owner", Set.of(Role.OWNER));
    }

    private Residency residency() {
        return new Residency(database.platform(), clock(), database.news());
    }

    /// Every decision says by which.
    private long epoch() {
        return decide(residency, ONE, null).epoch();
    }

    private static Clock clock() {
        return Clock.fixed(NOW, ZoneOffset.UTC);
    }
}
