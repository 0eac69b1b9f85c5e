package org.allodium.tenancy;

import static org.allodium.tenancy.TenancyFixture.person;
import static org.allodium.tenancy.TenancyFixture.platform;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TenantsTest {
    private static TenancyFixture rooms;

    @BeforeAll
    static void start() {
        rooms = TenancyFixture.fresh();
    }

    @AfterAll
    static void close() {
        rooms.close();
    }

    @Test
    void foundsAnOrganisationWithItsOwnerAndWritesItDown() {
        var tenant = rooms.organisation("Älvsjö Möss & Co");
        assertThat(tenant.slug()).isEqualTo("alvsjo-moss-co");
        assertThat(rooms.tenants.find(tenant.id())).contains(tenant);
        assertThat(rooms.tenants.findBySlug("alvsjo-moss-co")).contains(tenant);
        var owner = person("Owner of Älvsjö Möss & Co");
        assertThat(rooms.tenants.membership(tenant.id(), owner.subject()).orElseThrow().role())
                .isEqualTo(Role.OWNER);
        var entries = rooms.database.inTransaction(owner(tenant), em -> rooms.audit.latest(10));
        assertThat(entries)
                .singleElement()
                .extracting(AuditEntry::act)
                .isEqualTo("tenancy.organisation-founded");
    }

    @Test
    void givesTheSecondOfANameItsOwnSlug() {
        assertThat(rooms.organisation("Twin").slug()).isEqualTo("twin");
        assertThat(rooms.organisation("Twin").slug()).isEqualTo("twin-2");
        assertThat(rooms.organisation("TWIN!").slug()).isEqualTo("twin-3");
    }

    @ParameterizedTest
    @CsvSource({
        "A, XA, 1, name",
        "'   ', XA, 1, name",
        "Good Name, xa, 1, country",
        "Good Name, QQ, 1, country",
        "Good Name, XAB, 1, country",
        "Good Name, XA, ' ', identifier",
    })
    void namesTheFieldThatIsWrong(String name, String country, String identifier, String field) {
        var command =
                new FoundOrganisation(
                        name, OrganisationKind.STARTUP, country, identifier, person("Ann"));
        var refusal =
                refusal(
                        () ->
                                rooms.database.inTransaction(
                                        platform(), em -> rooms.tenants.found(command)));
        assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(refusal.field()).contains(field);
    }

    @Test
    void changedLimitsBindTheNextLook() {
        var tenant = rooms.organisation("Quick");
        var limits = new Limits(7, 8, 9);
        rooms.database.inTransaction(
                platform(Role.ADMINISTRATOR),
                em -> rooms.tenants.changeLimits(tenant.id(), limits, tenant.limits()));
        assertThat(rooms.tenants.require(tenant.id()).limits()).isEqualTo(limits);
    }

    /// Two administrators open the same form: the second is told who was first, and what the first
    /// set stands.
    @Test
    void theSecondOfTwoQuotaEditsOverwritesNothing() {
        var tenant = rooms.organisation("Contested");
        var jonas = person("Jonas");
        rooms.database.runInTransaction(platform(), () -> rooms.tenants.remember(jonas));
        var first = new Limits(7, 8, 9);
        rooms.database.inTransaction(
                TenantScope.platform(jonas.subject(), Set.of(Role.ADMINISTRATOR)),
                em -> rooms.tenants.changeLimits(tenant.id(), first, tenant.limits()));
        var second = new Limits(70, 80, 90);
        var refusal =
                refusal(
                        () ->
                                rooms.database.inTransaction(
                                        platform(Role.ADMINISTRATOR),
                                        em ->
                                                rooms.tenants.changeLimits(
                                                        tenant.id(), second, tenant.limits())));
        assertThat(refusal.code()).isEqualTo(ErrorCode.EDITED_MEANWHILE);
        assertThat(refusal.english()).startsWith(jonas.name());
        assertThat(rooms.tenants.require(tenant.id()).limits()).isEqualTo(first);
        rooms.database.inTransaction(
                platform(Role.ADMINISTRATOR),
                em -> rooms.tenants.changeLimits(tenant.id(), second, first));
        assertThat(rooms.tenants.require(tenant.id()).limits()).isEqualTo(second);
    }

    @Test
    void keepsTheLastOwner() {
        var tenant = rooms.organisation("Lonely");
        var owner = person("Owner of Lonely").subject();
        assertThat(refusalIn(tenant, () -> rooms.tenants.removeMember(tenant.id(), owner)).code())
                .isEqualTo(ErrorCode.CONFLICT);
        assertThat(
                        refusalIn(
                                        tenant,
                                        () ->
                                                rooms.tenants.changeRole(
                                                        tenant.id(),
                                                        owner,
                                                        Role.MEMBER,
                                                        Role.OWNER))
                                .code())
                .isEqualTo(ErrorCode.CONFLICT);
        assertThat(rooms.tenants.membership(tenant.id(), owner)).isPresent();
    }

    @Test
    void keepsAnOwnerWhenTwoLeaveAtOnce() throws Exception {
        var tenant = rooms.organisation("Pair");
        var first = person("Owner of Pair").subject();
        var second = person("Second").subject();
        rooms.database.inTransaction(
                owner(tenant),
                em -> rooms.tenants.addMember(tenant.id(), person("Second"), Role.OWNER));
        var go = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> one = threads.submit(() -> leave(tenant, first, go));
            Future<?> two = threads.submit(() -> leave(tenant, second, go));
            go.countDown();
            one.get();
            two.get();
        }
        assertThat(
                        rooms.tenants.membership(tenant.id(), first).isPresent()
                                ^ rooms.tenants.membership(tenant.id(), second).isPresent())
                .isTrue();
    }

    @Test
    void aRoleChangeAndARemovalBindTheNextLook() {
        var tenant = rooms.organisation("Fluid");
        var ann = person("Ann");
        rooms.database.inTransaction(
                owner(tenant), em -> rooms.tenants.addMember(tenant.id(), ann, Role.MEMBER));
        assertThat(rooms.tenants.standing(ann.subject(), Optional.empty()).belongings())
                .containsExactly(new Standing.Belonging(tenant, Role.MEMBER, List.of()));
        rooms.database.runInTransaction(
                owner(tenant),
                () ->
                        rooms.tenants.changeRole(
                                tenant.id(), ann.subject(), Role.ADMIN, Role.MEMBER));
        assertThat(rooms.tenants.membership(tenant.id(), ann.subject()).orElseThrow().role())
                .isEqualTo(Role.ADMIN);
        var members =
                rooms.database.inTransaction(
                        owner(tenant), em -> rooms.tenants.members(tenant.id()));
        assertThat(members).hasSize(2);
        rooms.database.runInTransaction(
                owner(tenant), () -> rooms.tenants.removeMember(tenant.id(), ann.subject()));
        assertThat(rooms.tenants.membership(tenant.id(), ann.subject())).isEmpty();
        assertThat(rooms.tenants.standing(ann.subject(), Optional.empty()).belongings()).isEmpty();
    }

    @Test
    void tellsInOneStatementWhatSomebodyIs() {
        var bay = rooms.organisation("Bay");
        var cove = rooms.organisation("Cove");
        var eve = person("Eve");
        for (var tenant : List.of(bay, cove)) {
            rooms.database.inTransaction(
                    owner(tenant), em -> rooms.tenants.addMember(tenant.id(), eve, Role.ADMIN));
            for (var name : List.of("Zeta", "Alpha")) {
                rooms.database.inTransaction(
                        owner(tenant), em -> rooms.projects.create(tenant.id(), name));
            }
        }
        rooms.database.runInTransaction(
                platform(Role.ADMINISTRATOR),
                () -> rooms.staff.assign(eve, Set.of(Role.REVIEWER, Role.FINANCE)));
        int before = rooms.database.statements();
        var standing = rooms.tenants.standing(eve.subject(), Optional.of(cove.slug()));

        assertThat(rooms.database.statements() - before).isEqualTo(1);
        assertThat(standing.staffRoles()).containsExactlyInAnyOrder(Role.REVIEWER, Role.FINANCE);
        assertThat(standing.belongings())
                .extracting(Standing.Belonging::tenant)
                .containsExactly(bay, cove);
        assertThat(standing.belongings().getFirst().projects()).isEmpty();
        assertThat(standing.belongings().getLast().projects())
                .extracting(Project::name)
                .containsExactly("Alpha", "Zeta");
    }

    @Test
    void whoIsNobodyBelongsNowhere() {
        rooms.organisation("Dune");
        assertThat(rooms.tenants.standing("nobody", Optional.of("dune")))
                .isEqualTo(new Standing(Set.of(), List.of()));
    }

    @Test
    void anAdminMakesNoOwner() {
        var tenant = rooms.organisation("Ladder");
        var admin = TenantScope.of(tenant.id(), "admin", Set.of(Role.ADMIN));
        var refusal =
                refusal(
                        () ->
                                rooms.database.inTransaction(
                                        admin,
                                        em ->
                                                rooms.tenants.addMember(
                                                        tenant.id(), person("Ann"), Role.OWNER)));
        assertThat(refusal.code()).isEqualTo(ErrorCode.PERMISSION_DENIED);
    }

    @Test
    void anotherTenantDoesNotExist() {
        var one = rooms.organisation("Wall One");
        var other = rooms.organisation("Wall Other");
        assertThat(refusalIn(one, () -> rooms.tenants.members(other.id())).code())
                .isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(
                        refusalIn(
                                        one,
                                        () ->
                                                rooms.tenants.addMember(
                                                        other.id(), person("Ann"), Role.MEMBER))
                                .code())
                .isEqualTo(ErrorCode.NOT_FOUND);
    }

    @Test
    void findsByPartOfTheNameAndTakesSearchAsText() {
        rooms.organisation("Searchable 100%");
        assertThat(search("able 100%")).hasSize(1);
        assertThat(search("able%100")).isEmpty();
    }

    private static List<Tenant> search(String text) {
        return rooms.database.inTransaction(
                platform(Role.AUDITOR), em -> rooms.tenants.all(text, 0, 10));
    }

    private static boolean leave(Tenant tenant, String subject, CountDownLatch go)
            throws InterruptedException {
        go.await();
        try {
            rooms.database.runInTransaction(
                    owner(tenant), () -> rooms.tenants.removeMember(tenant.id(), subject));
            return true;
        } catch (Refused e) {
            assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT);
            return false;
        }
    }

    private static Refused refusalIn(Tenant tenant, Runnable work) {
        return refusal(() -> rooms.database.runInTransaction(owner(tenant), work));
    }

    private static Refused refusal(ThrowingCallable work) {
        return catchThrowableOfType(Refused.class, work);
    }

    private static TenantScope owner(Tenant tenant) {
        return TenantScope.of(tenant.id(), "owner", Set.of(Role.OWNER));
    }
}
