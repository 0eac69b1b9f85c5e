package org.allodium.identity;

import static org.allodium.identity.IdentityFixture.owner;
import static org.allodium.identity.IdentityFixture.ownerOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jwt.JWTClaimsSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.allodium.identity.Authentication.Authenticated;
import org.allodium.identity.Authentication.Forbidden;
import org.allodium.identity.Authentication.Rejected;
import org.allodium.identity.internal.OperationsToken;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.tenancy.Project;
import org.allodium.tenancy.Role;
import org.allodium.tenancy.TenancyFixture;
import org.allodium.tenancy.Tenant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTokenTest {
    private static FakeIssuer issuer;
    private static IdentityFixture rooms;
    private static Tenant tenant;
    private static Project oldest;
    private static Project second;

    @BeforeAll
    static void start() {
        issuer = new FakeIssuer();
        rooms = new IdentityFixture(IdentityFixture.config(issuer.keycloak()));
        tenant = rooms.tenancy.organisation("Token Bearers");
        oldest = rooms.project(tenant, "Zebra");
        second = rooms.project(tenant, "Aardvark");
    }

    @AfterAll
    static void close() {
        rooms.close();
        issuer.close();
    }

    @Test
    void aMemberCallsInTheirOrganisationsOldestProject() {
        var caller = accepted(ask(claims(tenant.slug()), null));
        assertThat(caller.tenant()).isEqualTo(tenant.id());
        assertThat(caller.project()).isEqualTo(oldest.id());
        assertThat(caller.subject()).isEqualTo(ownerOf(tenant).subject());
        assertThat(caller.roles()).containsExactly(Role.OWNER);
        assertThat(caller.key()).isEmpty();
    }

    @Test
    void readsBothFormsOfTheOrganisationClaim() {
        accepted(ask(claims(Map.of(tenant.slug(), Map.of("id", "x"))), null));
        accepted(ask(claims(List.of(tenant.slug())), null));
    }

    @Test
    void theProjectHeaderChoosesByIdOrName() {
        assertThat(accepted(ask(claims(tenant.slug()), "Aardvark")).project())
                .isEqualTo(second.id());
        assertThat(accepted(ask(claims(tenant.slug()), second.id().toString())).project())
                .isEqualTo(second.id());
        var other = rooms.project(rooms.tenancy.organisation("Not Mine"), "Theirs");
        assertThat(ask(claims(tenant.slug()), other.id().toString())).isInstanceOf(Forbidden.class);
    }

    @Test
    void aKeyBelongsToItsOwnProject() {
        var issued =
                rooms.in(
                        owner(tenant),
                        () ->
                                rooms.keys.issue(
                                        new IssueKey(
                                                tenant.id(),
                                                oldest.id(),
                                                "bound",
                                                IssueKey.DEFAULT_VALIDITY,
                                                Set.of())));
        var header = "Bearer " + issued.secret();
        accepted(rooms.callers.authenticate(header, "Zebra"));
        assertThat(rooms.callers.authenticate(header, "Aardvark")).isInstanceOf(Forbidden.class);
    }

    @Test
    void ourRecordsDecideTheRoleAndATokensGroupsNever() {
        var viewer = rooms.member(tenant, "Vera Viewer", Role.BILLING_VIEWER);
        assertThat(ask(claims(viewer.subject(), tenant.slug()), null))
                .isInstanceOf(Forbidden.class);
        assertThat(
                        catchThrowableOfType(
                                        Refused.class,
                                        () ->
                                                rooms.callers.ofPerson(
                                                        viewer.subject(), tenant.id(), oldest.id()))
                                .code())
                .isEqualTo(ErrorCode.PERMISSION_DENIED);
    }

    @Test
    void aRemovedMemberIsRejectedAtTheNextRequest() {
        var member = rooms.member(tenant, "Max Member", Role.MEMBER);
        accepted(ask(claims(member.subject(), tenant.slug()), null));
        rooms.run(
                owner(tenant),
                () -> rooms.tenancy.tenants.removeMember(tenant.id(), member.subject()));
        assertThat(reason(ask(claims(member.subject(), tenant.slug()), null)))
                .contains("no longer, a member");
    }

    @Test
    void wantsExactlyOneOrganisation() {
        assertThat(reason(ask(claims(List.of(tenant.slug(), "not-mine")), null)))
                .contains("several organisations", "organization:<identifier>");
        assertThat(reason(ask(claims(List.of()), null))).contains("no organisation");
        assertThat(reason(ask(claims("nobody-has-this"), null))).contains("not");
    }

    @Test
    void refusesWhatWasMadeForAnotherPlaceTimeOrPurpose() {
        assertThat(reason(ask(claims(tenant.slug()).issuer("http://elsewhere/realms/x"), null)))
                .contains("issuer");
        assertThat(reason(ask(claims(tenant.slug()).claim("azp", "another-app"), null)))
                .contains("audience");
        assertThat(reason(ask(claims(tenant.slug()).claim("typ", "ID"), null))).contains("kind");
        assertThat(reason(ask(claims(tenant.slug()).claim("typ", null), null))).contains("kind");
        assertThat(
                        reason(
                                ask(
                                        claims(tenant.slug())
                                                .expirationTime(
                                                        java.util.Date.from(
                                                                rooms.clock
                                                                        .instant()
                                                                        .minus(
                                                                                Duration.ofMinutes(
                                                                                        5)))),
                                        null)))
                .contains("expired");
        accepted(
                ask(
                        claims(tenant.slug())
                                .claim("azp", "another-app")
                                .audience(List.of("allodium-api")),
                        null));
    }

    @Test
    void refusesUnsignedAndForeignSignatures() {
        var claims = claims(tenant.slug()).build();
        assertThat(reason(answer(FakeIssuer.unsigned(claims), null))).contains("malformed");
        assertThat(reason(answer(issuer.signWithForeignKey(claims), null))).contains("signature");
        var token = issuer.sign(claims);
        assertThat(reason(answer(token.substring(0, token.lastIndexOf('.') + 1), null)))
                .contains("malformed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Basic abc",
                "Bearer",
                "Bearer sk-alo-short",
                "Bearer sk-proj-0123456789012345678901234567890123456789",
                "Bearer a b",
                "Bearer schlüssel",
                "sk-alo-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
            })
    void saysWhatTheHeaderShouldHoldAndDoesNotRepeatIt(String header) {
        var reason = reason(rooms.callers.authenticate(header, null));
        assertThat(reason).contains("neither an Allodium API key nor an access token");
    }

    @Test
    void asksForAKeyWhereThereIsNone() {
        assertThat(reason(rooms.callers.authenticate(null, null))).contains("No API key");
        assertThat(reason(rooms.callers.authenticate("  ", null))).contains("No API key");
    }

    @Test
    void staffAreKnownByTheirRolesHere() {
        var person = TenancyFixture.person("Paula Officer");
        rooms.run(
                TenancyFixture.platform(Role.ADMINISTRATOR),
                () -> rooms.tenancy.staff.assign(person, Set.of(Role.PROGRAMME_OFFICER)));
        var header = "Bearer " + issuer.sign(claims(person.subject(), List.of()).build());
        assertThat(rooms.staffCallers.authenticate(header, false))
                .isEqualTo(
                        new StaffAuthentication.Authenticated(
                                person.subject(), Set.of(Role.PROGRAMME_OFFICER)));
        var owner = "Bearer " + issuer.sign(claims(tenant.slug()).build());
        assertThat(rooms.staffCallers.authenticate(owner, true))
                .isInstanceOf(StaffAuthentication.Forbidden.class);
        assertThat(rooms.staffCallers.authenticate(null, true))
                .isInstanceOf(StaffAuthentication.Rejected.class);
    }

    @Test
    void theOperationsTokenIsWorthSomethingOnThisMachineOnly(@TempDir Path folder)
            throws IOException {
        var token = "operations-" + UUID.randomUUID();
        var file = Files.writeString(folder.resolve("token"), token + "\n");
        var callers = new StaffCallers();
        callers.tokens = rooms.staffCallers.tokens;
        callers.staff = rooms.staffCallers.staff;
        callers.operations = new OperationsToken(Optional.of(file));
        assertThat(callers.authenticate("Bearer " + token, true))
                .isEqualTo(
                        new StaffAuthentication.Authenticated(
                                "operations-token", Set.of(Role.OPERATOR)));
        assertThat(callers.authenticate("Bearer " + token, false))
                .isInstanceOf(StaffAuthentication.Rejected.class);
        assertThat(callers.authenticate("Bearer " + token + "x", true))
                .isInstanceOf(StaffAuthentication.Rejected.class);
        Files.writeString(file, "");
        assertThat(callers.authenticate("Bearer ", true))
                .isInstanceOf(StaffAuthentication.Rejected.class);
    }

    @Test
    void fetchesTheKeysOnceAndAgainForANewKey() {
        try (var turning = new FakeIssuer();
                var own = new IdentityFixture(IdentityFixture.config(turning.keycloak()))) {
            var home = own.tenancy.organisation("Turning");
            own.project(home, "Project");
            for (int i = 0; i < 3; i++) {
                assertThat(ask(own, turning, home)).isInstanceOf(Authenticated.class);
            }
            assertThat(turning.fetched).hasValue(1);
            turning.turnKey();
            assertThat(ask(own, turning, home)).isInstanceOf(Authenticated.class);
            assertThat(turning.fetched).hasValue(2);
        }
    }

    @Test
    void aSilentKeycloakIsNotTheCallersFault() {
        try (var own = IdentityFixture.withoutKeycloak()) {
            var nowhere = "http://127.0.0.1:1/realms/allodium";
            var token = issuer.sign(claims(tenant.slug()).issuer(nowhere).build());
            assertThatThrownBy(() -> own.callers.authenticate("Bearer " + token, null))
                    .isInstanceOf(Refused.class)
                    .extracting(e -> ((Refused) e).code())
                    .isEqualTo(ErrorCode.OVERLOADED);
        }
    }

    @Test
    void whatIsForgedIsRefusedAlsoWhileKeycloakIsAway() {
        try (var own = IdentityFixture.withoutKeycloak()) {
            var foreign = issuer.sign(claims(tenant.slug()).issuer("https://evil").build());
            for (var token : List.of(foreign, FakeIssuer.unsigned(claims("x").build()), "a.b.c")) {
                assertThat(own.callers.authenticate("Bearer " + token, null))
                        .isInstanceOf(Rejected.class);
            }
        }
    }

    @Test
    void keysThatWereFetchedOnceOutliveKeycloak() throws Exception {
        var leaving = new FakeIssuer();
        try (var own = new IdentityFixture(IdentityFixture.config(leaving.keycloak()))) {
            var home = own.tenancy.organisation("Left Alone");
            own.project(home, "Work");
            assertThat(ask(own, leaving, home)).isInstanceOf(Authenticated.class);
            leaving.close();
            var claims = leaving.claims(ownerOf(home).subject(), own.clock.instant(), home.slug());
            var forged = leaving.signWithForeignKey(claims.build());
            assertThat(own.callers.authenticate("Bearer " + forged, null))
                    .isInstanceOf(Rejected.class);
            leaving.turnKey();
            // Keys that nobody knows, as many as somebody likes to name.
            for (int i = 0; i < 5; i++) {
                assertThat(ask(own, leaving, home)).isInstanceOf(Rejected.class);
            }
        }
    }

    private static Authentication ask(IdentityFixture rooms, FakeIssuer issuer, Tenant home) {
        var claims = issuer.claims(ownerOf(home).subject(), rooms.clock.instant(), home.slug());
        return rooms.callers.authenticate("Bearer " + issuer.sign(claims.build()), null);
    }

    private static JWTClaimsSet.Builder claims(Object organisation) {
        return claims(ownerOf(tenant).subject(), organisation);
    }

    private static JWTClaimsSet.Builder claims(String subject, Object organisation) {
        return issuer.claims(subject, rooms.clock.instant(), organisation);
    }

    private static Authentication ask(JWTClaimsSet.Builder claims, @Nullable String project) {
        return answer(issuer.sign(claims.build()), project);
    }

    private static Authentication answer(String token, @Nullable String project) {
        return rooms.callers.authenticate("Bearer " + token, project);
    }

    private static Caller accepted(Authentication answer) {
        assertThat(answer).isInstanceOf(Authenticated.class);
        return ((Authenticated) answer).caller();
    }

    private static String reason(Authentication answer) {
        assertThat(answer).isInstanceOf(Rejected.class);
        return ((Rejected) answer).reason().english();
    }
}
