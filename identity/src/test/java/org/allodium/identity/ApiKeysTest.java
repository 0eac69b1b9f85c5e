package org.allodium.identity;

import static org.allodium.identity.IdentityFixture.as;
import static org.allodium.identity.IdentityFixture.owner;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.sovereignty.DataCategory;
import org.allodium.sovereignty.Facts;
import org.allodium.sovereignty.PlacementRequest.Activity;
import org.allodium.sovereignty.ProcessingActivity;
import org.allodium.tenancy.Project;
import org.allodium.tenancy.Role;
import org.allodium.tenancy.Tenant;
import org.allodium.tenancy.TenantScope;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ApiKeysTest {
    private static IdentityFixture rooms;
    private static Tenant tenant;
    private static Project project;
    private static Tenant other;
    private static Project foreign;

    @BeforeAll
    static void start() {
        rooms = IdentityFixture.withoutKeycloak();
        tenant = rooms.tenancy.organisation("Key Keepers");
        project = rooms.project(tenant, "Weather");
        other = rooms.tenancy.organisation("Other People");
        foreign = rooms.project(other, "Elsewhere");
    }

    @AfterAll
    static void close() {
        rooms.close();
    }

    @Test
    void theIssuedKeyIsTheCallerOfItsProject() {
        var issued = issue("first", Set.of("allodium-guide"));
        assertThat(issued.secret()).matches("sk-alo-[A-Za-z0-9_-]{43}");
        assertThat(issued.row().prefix()).isEqualTo(issued.secret().substring(0, 11));
        var caller = accepted(issued.secret());
        assertThat(caller.tenant()).isEqualTo(tenant.id());
        assertThat(caller.project()).isEqualTo(project.id());
        assertThat(caller.key()).contains(issued.row().id());
        assertThat(caller.keyName()).isEqualTo("first");
        assertThat(caller.mayUse("allodium-guide")).isTrue();
        assertThat(caller.mayUse("another")).isFalse();
    }

    @Test
    void keepsTheHashAndNeverTheKey() throws SQLException {
        var issued = issue("hashed", Set.of());
        try (var connection = rooms.database.platform().getConnection();
                var statement =
                        connection.prepareStatement(
                                "select key_hash, k::text from identity.api_key k where id = ?")) {
            statement.setObject(1, issued.row().id().value());
            try (var rows = statement.executeQuery()) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getBytes(1))
                        .hasSize(32)
                        .isNotEqualTo(issued.secret().getBytes(StandardCharsets.US_ASCII));
                assertThat(rows.getString(2)).doesNotContain(issued.secret().substring(12));
            }
        }
        assertThat(issued.toString()).doesNotContain(issued.secret());
    }

    @Test
    void rotationEndsTheOldKeyAtOnceAndKeepsNameAndRights() {
        var old = issue("rotated", Set.of("m"));
        accepted(old.secret());
        var fresh = rooms.in(owner(tenant), () -> rooms.keys.rotate(tenant.id(), old.row().id()));
        assertThat(rejection(old.secret())).contains("revoked");
        assertThat(fresh.row().name()).isEqualTo("rotated");
        assertThat(fresh.row().allowedModels()).containsExactly("m");
        assertThat(accepted(fresh.secret()).keyName()).isEqualTo("rotated");
        assertThat(
                        refusal(
                                        () ->
                                                rooms.in(
                                                        owner(tenant),
                                                        () ->
                                                                rooms.keys.rotate(
                                                                        tenant.id(),
                                                                        old.row().id())))
                                .code())
                .isEqualTo(ErrorCode.CONFLICT);
    }

    @Test
    void revocationBindsTheVeryNextRequest() {
        var issued = issue("revoked", Set.of());
        accepted(issued.secret());
        rooms.run(owner(tenant), () -> rooms.keys.revoke(tenant.id(), issued.row().id()));
        assertThat(rejection(issued.secret())).contains("revoked");
        assertThat(list(tenant, project))
                .filteredOn(row -> row.id().equals(issued.row().id()))
                .singleElement()
                .matches(row -> row.revokedAt().isPresent());
    }

    @Test
    void anExpiredKeyIsRefusedAndItsNameIsFreeAgain() {
        var issued = issue("short", Duration.ofDays(1), Set.of());
        rooms.clock.pass(Duration.ofDays(1));
        assertThat(rejection(issued.secret())).contains("expired");
        assertThat(accepted(issue("short", Set.of()).secret()).keyName()).isEqualTo("short");
    }

    @Test
    void aRefusalOfAKeyThatWasKnownSaysWhoseItIsAndOneOfAnUnknownKeyDoesNot() {
        var issued = issue("watched", Set.of());
        rooms.run(owner(tenant), () -> rooms.keys.revoke(tenant.id(), issued.row().id()));
        var known = known(issued.secret()).orElseThrow();
        assertThat(known.tenant()).isEqualTo(tenant.id());
        assertThat(known.key()).contains(issued.row().id());
        assertThat(known.keyName()).isEqualTo("watched");
        assertThat(known.flaw()).isEqualTo(Flaw.KEY_REVOKED);
        var last = issued.secret().charAt(issued.secret().length() - 1);
        var other = issued.secret().substring(0, issued.secret().length() - 1);
        assertThat(known(other + (last == 'a' ? 'b' : 'a'))).isEmpty();
    }

    private static Optional<Authentication.Known> known(String secret) {
        return ((Authentication.Rejected) rooms.callers.authenticate("Bearer " + secret, null))
                .known();
    }

    @Test
    void twoLiveKeysOfAProjectNeverShareAName() {
        var first = issue("only", Set.of());
        var refusal = refusal(() -> issue("only", Set.of()));
        assertThat(refusal.code()).isEqualTo(ErrorCode.CONFLICT);
        assertThat(refusal.field()).contains("name");
        rooms.run(owner(tenant), () -> rooms.keys.revoke(tenant.id(), first.row().id()));
        issue("only", Set.of());
    }

    @Test
    void namesTheFieldThatIsWrong() {
        assertThat(refusal(() -> issue(" ", Set.of())).field()).contains("name");
        assertThat(refusal(() -> issue("x".repeat(81), Set.of())).field()).contains("name");
        for (var life : List.of(Duration.ofHours(23), Duration.ofDays(731), Duration.ZERO)) {
            assertThat(refusal(() -> issue("bounds", life, Set.of())).field()).contains("validFor");
        }
        assertThat(refusal(() -> issue("models", Set.of(""))).field()).contains("allowedModels");
    }

    @Test
    void refusesAForeignProject() {
        var command =
                new IssueKey(
                        tenant.id(), foreign.id(), "sneaky", IssueKey.DEFAULT_VALIDITY, Set.of());
        assertThat(refusal(() -> rooms.in(owner(tenant), () -> rooms.keys.issue(command))).code())
                .isEqualTo(ErrorCode.NOT_FOUND);
    }

    @Test
    void anotherTenantNeitherListsNorEndsTheKey() {
        var issued = issue("private", Set.of());
        var id = issued.row().id();
        for (var named : List.of(tenant, other)) {
            assertThat(
                            refusal(
                                            () ->
                                                    rooms.run(
                                                            owner(other),
                                                            () ->
                                                                    rooms.keys.revoke(
                                                                            named.id(), id)))
                                    .code())
                    .isEqualTo(ErrorCode.NOT_FOUND);
            assertThat(
                            refusal(
                                            () ->
                                                    rooms.in(
                                                            owner(other),
                                                            () ->
                                                                    rooms.keys.rotate(
                                                                            named.id(), id)))
                                    .code())
                    .isEqualTo(ErrorCode.NOT_FOUND);
            assertThat(
                            refusal(
                                            () ->
                                                    rooms.in(
                                                            owner(other),
                                                            () ->
                                                                    rooms.keys.list(
                                                                            named.id(),
                                                                            project.id())))
                                    .code())
                    .isEqualTo(ErrorCode.NOT_FOUND);
        }
        assertThat(list(other, foreign)).isEmpty();
        accepted(issued.secret());
    }

    @Test
    void aMemberKeepsTheirOwnKeysOnlyAndAnAdminAll() {
        var ann = rooms.member(tenant, "Ann Member", Role.MEMBER);
        var admin = rooms.member(tenant, "Adam Admin", Role.ADMIN);
        var ownersKey = issue("the owner's", Set.of());
        var scope = as(tenant, ann, Role.MEMBER);
        var annsKey = rooms.in(scope, () -> rooms.keys.issue(command("ann's", Set.of())));
        assertThat(rooms.in(scope, () -> rooms.keys.list(tenant.id(), project.id())))
                .extracting(ApiKeyRow::name)
                .containsExactly("ann's");
        assertThat(
                        refusal(
                                        () ->
                                                rooms.run(
                                                        scope,
                                                        () ->
                                                                rooms.keys.revoke(
                                                                        tenant.id(),
                                                                        ownersKey.row().id())))
                                .code())
                .isEqualTo(ErrorCode.NOT_FOUND);
        rooms.run(
                as(tenant, admin, Role.ADMIN),
                () -> rooms.keys.revoke(tenant.id(), annsKey.row().id()));
        assertThat(rejection(annsKey.secret())).contains("revoked");
    }

    @Test
    void aKeyEndsWithItsMakersMembershipUntilSomebodyRotatesIt() {
        var ben = rooms.member(tenant, "Ben Leaver", Role.MEMBER);
        var issued =
                rooms.in(
                        as(tenant, ben, Role.MEMBER),
                        () -> rooms.keys.issue(command("ben's", Set.of())));
        accepted(issued.secret());
        rooms.run(
                owner(tenant),
                () ->
                        rooms.tenancy.tenants.changeRole(
                                tenant.id(), ben.subject(), Role.BILLING_VIEWER, Role.MEMBER));
        assertThat(rejection(issued.secret())).contains("no longer a member");
        rooms.run(
                owner(tenant),
                () -> rooms.tenancy.tenants.removeMember(tenant.id(), ben.subject()));
        assertThat(rejection(issued.secret())).contains("no longer a member");
        var fresh =
                rooms.in(owner(tenant), () -> rooms.keys.rotate(tenant.id(), issued.row().id()));
        accepted(fresh.secret());
    }

    @Test
    void notesTheLastUseAtMostOnceAMinute() {
        var issued = issue("used", Set.of());
        assertThat(lastUse(issued)).isNull();
        accepted(issued.secret());
        var first = lastUse(issued);
        assertThat(first).isEqualTo(rooms.clock.instant());
        rooms.clock.pass(Duration.ofSeconds(59));
        accepted(issued.secret());
        assertThat(lastUse(issued)).isEqualTo(first);
        rooms.clock.pass(Duration.ofSeconds(1));
        accepted(issued.secret());
        assertThat(lastUse(issued)).isEqualTo(rooms.clock.instant());
    }

    @Test
    void notesNoUseWhereNobodyKnowsWhereThatIsKept() {
        var directory =
                new ProcessingActivity(
                        ProcessingActivity.INSTALLATION.value(),
                        Activity.DIRECTORY,
                        DataCategory.TECHNICAL_DATA,
                        "norrhamn");
        var office = TenantScope.platform("office", Set.of(Role.SECURITY_OFFICER));
        var issued = issue("unnoted", Set.of());
        office.run(() -> rooms.residency.withdrawFact(directory));
        accepted(issued.secret());
        assertThat(lastUse(issued)).isNull();
        office.run(() -> rooms.residency.recordFacts(Facts.of(List.of(directory))));
        rooms.clock.pass(Duration.ofMinutes(1));
        accepted(issued.secret());
        assertThat(lastUse(issued)).isEqualTo(rooms.clock.instant());
    }

    @Test
    void takesOverKeysInTheDemoOnly() {
        var refusal =
                refusal(
                        () ->
                                rooms.in(
                                        owner(tenant),
                                        () ->
                                                rooms.keys.adopt(
                                                        command("demo", Set.of()),
                                                        "sk-alo-" + "a".repeat(43))));
        assertThat(refusal.code()).isEqualTo(ErrorCode.PERMISSION_DENIED);
        assertThat(rejection("sk-alo-" + "a".repeat(43))).contains("not known");
    }

    private static java.time.Instant lastUse(IssuedKey issued) {
        return list(tenant, project).stream()
                .filter(row -> row.id().equals(issued.row().id()))
                .findFirst()
                .flatMap(ApiKeyRow::lastUsedAt)
                .orElse(null);
    }

    private static List<ApiKeyRow> list(Tenant of, Project in) {
        return rooms.in(owner(of), () -> rooms.keys.list(of.id(), in.id()));
    }

    private static IssueKey command(String name, Set<String> models) {
        return new IssueKey(tenant.id(), project.id(), name, IssueKey.DEFAULT_VALIDITY, models);
    }

    private static IssuedKey issue(String name, Set<String> models) {
        return issue(name, IssueKey.DEFAULT_VALIDITY, models);
    }

    private static IssuedKey issue(String name, Duration life, Set<String> models) {
        return rooms.in(
                owner(tenant),
                () ->
                        rooms.keys.issue(
                                new IssueKey(tenant.id(), project.id(), name, life, models)));
    }

    private static Caller accepted(String secret) {
        var answer = rooms.callers.authenticate("Bearer " + secret, null);
        assertThat(answer).isInstanceOf(Authentication.Authenticated.class);
        return ((Authentication.Authenticated) answer).caller();
    }

    private static String rejection(String secret) {
        var answer = rooms.callers.authenticate("Bearer " + secret, null);
        assertThat(answer).isInstanceOf(Authentication.Rejected.class);
        return ((Authentication.Rejected) answer).reason().english();
    }

    private static Refused refusal(ThrowingCallable work) {
        var thrown = catchThrowableOfType(Refused.class, work);
        assertThat(thrown).isNotNull();
        return thrown;
    }
}
