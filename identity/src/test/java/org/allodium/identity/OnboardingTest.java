package org.allodium.identity;

import static org.allodium.identity.IdentityFixture.as;
import static org.allodium.identity.IdentityFixture.owner;
import static org.allodium.identity.IdentityFixture.ownerOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.tenancy.FoundOrganisation;
import org.allodium.tenancy.Member;
import org.allodium.tenancy.OrganisationKind;
import org.allodium.tenancy.Person;
import org.allodium.tenancy.Role;
import org.allodium.tenancy.TenancyFixture;
import org.allodium.tenancy.Tenant;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OnboardingTest {
    private static final String ORGANISATIONS = "/admin/realms/allodium/organizations";
    private static final String WAITING =
            """
            select count(*) from pg_locks l join pg_database d on d.oid = l.database
            where not granted and datname = current_database()""";

    private RecordingKeycloak keycloak;
    private IdentityFixture rooms;
    private Tenant tenant;

    @BeforeEach
    void start() {
        keycloak = new RecordingKeycloak();
        rooms = new IdentityFixture(IdentityFixture.config(keycloak.address()));
        tenant = found("Harbour Lab");
    }

    @AfterEach
    void close() {
        rooms.close();
        keycloak.close();
    }

    @Test
    void foundsHereAtOnceAndTellsKeycloakAfterwards() throws SQLException {
        assertThat(roleOf(ownerOf(tenant))).isEqualTo(Role.OWNER);
        assertThat(keycloak.requests()).isEmpty();
        assertThat(rooms.outbox.deliver()).isEqualTo(1);
        assertThat(keycloak.requests())
                .containsExactly(
                        "GET " + ORGANISATIONS + "?q=tenant:" + tenant.id() + " ",
                        keycloak.requests().get(1),
                        "POST "
                                + ORGANISATIONS
                                + "/org-1/members \""
                                + ownerOf(tenant).subject()
                                + "\"");
        assertThat(keycloak.requests().get(1))
                .startsWith("POST " + ORGANISATIONS + " {")
                .contains(
                        "\"alias\":\"harbour-lab\"",
                        "\"name\":\"Harbour Lab\"",
                        "\"attributes\":{\"tenant\":[\"" + tenant.id() + "\"]}",
                        tenant.id() + ".allodium.invalid");
        assertThat(notes()).isZero();
        assertThat(rooms.outbox.deliver()).isZero();
    }

    @Test
    void keepsTheNoteUntilKeycloakHasTakenIt() throws SQLException {
        keycloak.reply("POST " + ORGANISATIONS + "/org-1/members", 500, "{}");
        assertThat(rooms.outbox.deliver()).isZero();
        assertThat(notes()).isEqualTo(1);
        keycloak.reply("POST " + ORGANISATIONS + "/org-1/members", 409, "{}");
        assertThat(rooms.outbox.deliver()).as("not before its time").isZero();
        rooms.clock.pass(Duration.ofMinutes(2));
        assertThat(rooms.outbox.deliver()).isEqualTo(1);
        assertThat(notes()).isZero();
    }

    /// While one node tells Keycloak of a member, another one hears that they have left.
    @Test
    void aTenantsNotesLieWithOneNodeAtATime() throws SQLException {
        rooms.outbox.deliver();
        keycloak.reply("GET /admin/realms/allodium/users", 200, account(true));
        invite("nora@example.org", Role.MEMBER);
        var other = rooms.anotherOutbox();
        var done = new AtomicInteger(-1);
        keycloak.meanwhile(
                "POST " + ORGANISATIONS + "/org-1/members",
                () -> {
                    rooms.run(
                            owner(tenant),
                            () -> rooms.onboarding.removeMember(tenant.id(), nora().subject()));
                    done.set(other.deliver());
                });
        assertThat(rooms.outbox.deliver()).isEqualTo(2);
        assertThat(done).as("what the other node did meanwhile").hasValue(0);
        assertThat(keycloak.requests().getLast())
                .isEqualTo("DELETE " + ORGANISATIONS + "/org-1/members/nora-1 ");
        assertThat(notes()).isZero();
    }

    /// It has taken the note and told nobody.
    @Test
    void theNotesOfANodeThatDiedAreDeliveredByAnother() {
        keycloak.meanwhile(
                "POST " + ORGANISATIONS + "/org-1/members",
                () -> {
                    throw new IllegalStateException("The node dies here");
                });
        assertThat(rooms.outbox.deliver()).isZero();
        keycloak.meanwhile("POST " + ORGANISATIONS + "/org-1/members", () -> {});
        var other = rooms.anotherOutbox();
        assertThat(other.deliver()).as("it may live still").isZero();
        rooms.clock.pass(Duration.ofMinutes(2));
        assertThat(other.deliver()).isEqualTo(1);
    }

    @Test
    void oneAddressIsInvitedOnceThoughTwoNodesAreAskedAtOnce() throws Exception {
        try (var nodes = Executors.newVirtualThreadPerTaskExecutor();
                var holder = rooms.database.owner().getConnection();
                var hold = holder.createStatement()) {
            holder.setAutoCommit(false);
            hold.execute("lock table identity.invitation in share mode");
            var answers =
                    Stream.generate(
                                    () ->
                                            nodes.submit(
                                                    () -> invite("nora@example.org", Role.MEMBER)))
                            .limit(2)
                            .toList();
            while (number(WAITING) < 2) {
                Thread.sleep(20);
            }
            holder.commit();
            nodes.shutdown();
            nodes.awaitTermination(20, TimeUnit.SECONDS);
            assertThat(answers).filteredOn(one -> one.state() == Future.State.SUCCESS).hasSize(1);
            assertThat(answers)
                    .filteredOn(one -> one.state() == Future.State.FAILED)
                    .singleElement()
                    .extracting(Future::exceptionNow)
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refused -> assertThat(refused.english()).contains("invited already"));
        }
        assertThat(invitations()).hasSize(1);
    }

    @Test
    void aRemovedMemberIsRemovedInKeycloakToo() {
        var member = rooms.member(tenant, "Mia Member", Role.MEMBER);
        rooms.outbox.deliver();
        keycloak.forget();
        rooms.run(
                owner(tenant), () -> rooms.onboarding.removeMember(tenant.id(), member.subject()));
        assertThat(rooms.tenancy.tenants.membership(tenant.id(), member.subject())).isEmpty();
        assertThat(rooms.outbox.deliver()).isEqualTo(1);
        assertThat(keycloak.requests())
                .contains("DELETE " + ORGANISATIONS + "/org-1/members/" + member.subject() + " ");
    }

    @Test
    void aVerifiedUserBecomesAMemberAtOnce() {
        keycloak.reply("GET /admin/realms/allodium/users", 200, account(true));
        var invitation = invite(" Nora@Example.org ", Role.ADMIN);
        assertThat(invitation.accepted()).isTrue();
        assertThat(invitation.handover()).isEmpty();
        assertThat(keycloak.requests().getFirst())
                .isEqualTo("GET /admin/realms/allodium/users?exact=true&email=nora%40example.org ");
        assertThat(roleOf(nora())).isEqualTo(Role.ADMIN);
        var again = refusal(() -> invite("nora@example.org", Role.MEMBER));
        assertThat(again.code()).isEqualTo(ErrorCode.CONFLICT);
        assertThat(again.field()).contains("email");
        assertThat(again.english()).contains("member already");
    }

    @Test
    void anUnverifiedAddressProvesNothingWithoutTheLink() {
        keycloak.reply("GET /admin/realms/allodium/users", 200, account(false));
        var invitation = invite("nora@example.org", Role.MEMBER);
        assertThat(invitation.accepted()).isFalse();
        rooms.onboarding.welcome(nora(), false, null);
        rooms.onboarding.welcome(nora(), false, "guessed");
        assertThat(roleOf(nora())).isNull();
        var link = invitation.handover().orElseThrow().link();
        assertThat(link.toString()).startsWith("http://localhost:9080/login?invitation=");
        assertThat(invitation.toString()).doesNotContain(link.toString());
        var code = link.getQuery().substring("invitation=".length());
        var mallory = new Person("mallory", "Mallory", "mallory@example.org");
        rooms.onboarding.welcome(mallory, true, code);
        assertThat(roleOf(mallory)).as("the link is for the invited address").isNull();
        rooms.onboarding.welcome(nora(), false, code);
        assertThat(roleOf(nora())).isEqualTo(Role.MEMBER);
        assertThat(invitations()).singleElement().matches(Invitation::accepted);
    }

    @Test
    void aVerifiedAddressIsEnoughAtTheFirstSignIn() {
        invite("nora@example.org", Role.BILLING_VIEWER);
        rooms.onboarding.welcome(nora(), true, null);
        assertThat(roleOf(nora())).isEqualTo(Role.BILLING_VIEWER);
        rooms.onboarding.welcome(nora(), true, null);
    }

    @Test
    void anInvitationEndsWhenWithdrawnOrTooOldOrItsInviterHasLeft() {
        var withdrawn = invite("nora@example.org", Role.MEMBER);
        rooms.run(owner(tenant), () -> rooms.onboarding.withdraw(tenant.id(), withdrawn));
        rooms.onboarding.welcome(nora(), true, null);
        assertThat(roleOf(nora())).isNull();
        assertThat(invitations()).isEmpty();

        invite("nora@example.org", Role.MEMBER);
        rooms.clock.pass(Invitation.VALIDITY);
        rooms.onboarding.welcome(nora(), true, null);
        assertThat(roleOf(nora())).isNull();

        var admin = rooms.member(tenant, "Adam Admin", Role.ADMIN);
        rooms.in(
                as(tenant, admin, Role.ADMIN),
                () ->
                        rooms.onboarding.invite(
                                tenant.id(), "nora@example.org", "Nora", Role.MEMBER));
        rooms.run(owner(tenant), () -> rooms.onboarding.removeMember(tenant.id(), admin.subject()));
        rooms.onboarding.welcome(nora(), true, null);
        assertThat(roleOf(nora())).isNull();
    }

    @Test
    void anAdminMakesNoOwners() {
        var admin = rooms.member(tenant, "Adam Admin", Role.ADMIN);
        var refusal =
                refusal(
                        () ->
                                rooms.in(
                                        as(tenant, admin, Role.ADMIN),
                                        () ->
                                                rooms.onboarding.invite(
                                                        tenant.id(),
                                                        "nora@example.org",
                                                        "Nora",
                                                        Role.OWNER)));
        assertThat(refusal.code()).isEqualTo(ErrorCode.PERMISSION_DENIED);
        assertThat(refusal(() -> invite("nora@example.org", Role.OPERATOR)).field())
                .contains("role");
    }

    @Test
    void namesTheFieldOfABadOrTwiceInvitedAddress() {
        for (var bad : new String[] {"", "nora", "nora@", "@example.org", "a b@example.org"}) {
            var refusal = refusal(() -> invite(bad, Role.MEMBER));
            assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
            assertThat(refusal.field()).contains("email");
        }
        invite("nora@example.org", Role.MEMBER);
        assertThat(refusal(() -> invite("NORA@example.org", Role.MEMBER)).english())
                .contains("invited already");
    }

    @Test
    void aSilentKeycloakLeavesNothingHalfMade() {
        keycloak.close();
        var refusal = refusal(() -> invite("nora@example.org", Role.MEMBER));
        assertThat(refusal.code()).isEqualTo(ErrorCode.UPSTREAM_FAILED);
        assertThat(invitations()).isEmpty();
        assertThat(found("Founded Meanwhile").slug()).isEqualTo("founded-meanwhile");
    }

    @Test
    void anotherTenantWithdrawsNothing() {
        var invitation = invite("nora@example.org", Role.MEMBER);
        var other = found("Other Lab");
        for (var named : new Tenant[] {tenant, other}) {
            assertThat(
                            refusal(
                                            () ->
                                                    rooms.run(
                                                            owner(other),
                                                            () ->
                                                                    rooms.onboarding.withdraw(
                                                                            named.id(),
                                                                            invitation)))
                                    .code())
                    .isEqualTo(ErrorCode.NOT_FOUND);
        }
        assertThat(invitations()).hasSize(1);
    }

    @Test
    void theFoundersChoiceOfPlacesBindsFromTheStart() {
        var chosen = found("Delta Lab", Optional.of("open-allied"));
        assertThat(policyOf(chosen)).contains("open-allied");
        assertThat(policyOf(found("Silent Lab"))).isEmpty();
        assertThat(refusal(() -> found("Odd Lab", Optional.of("no-such"))).field())
                .contains("policy");
        assertThat(
                        rooms.in(
                                TenancyFixture.platform(),
                                () -> rooms.tenancy.tenants.findBySlug("odd-lab")))
                .as("nothing is half made")
                .isEmpty();
    }

    private Optional<String> policyOf(Tenant organisation) {
        return rooms.residency.organisationPolicy(organisation.id());
    }

    private Tenant found(String name) {
        return found(name, Optional.empty());
    }

    private Tenant found(String name, Optional<String> policy) {
        var founder = TenancyFixture.person("Owner of " + name);
        return rooms.in(
                TenancyFixture.platform(),
                () ->
                        rooms.onboarding.found(
                                new FoundOrganisation(
                                        name, OrganisationKind.RESEARCH, "XA", "XA-1", founder),
                                policy));
    }

    private Invitation invite(String email, Role role) {
        return rooms.in(
                owner(tenant),
                () -> rooms.onboarding.invite(tenant.id(), email, "Nora Novak", role));
    }

    private java.util.List<Invitation> invitations() {
        return rooms.in(owner(tenant), () -> rooms.onboarding.invitations(tenant.id()));
    }

    private @Nullable Role roleOf(Person person) {
        return rooms.tenancy
                .tenants
                .membership(tenant.id(), person.subject())
                .map(Member::role)
                .orElse(null);
    }

    private static Person nora() {
        return new Person("nora-1", "Nora Novak", "nora@example.org");
    }

    private static String account(boolean verified) {
        return "[{\"id\":\"nora-1\",\"username\":\"nora\",\"firstName\":\"Nora\","
                + "\"lastName\":\"Novak\",\"email\":\"nora@example.org\",\"emailVerified\":"
                + verified
                + "}]";
    }

    private int notes() throws SQLException {
        return number("select count(*) from identity.keycloak_sync");
    }

    private int number(String query) throws SQLException {
        try (var connection = rooms.database.platform().getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private static Refused refusal(ThrowingCallable work) {
        var thrown = catchThrowableOfType(Refused.class, work);
        assertThat(thrown).isNotNull();
        return thrown;
    }
}
