package org.allodium.tenancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Set;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.tenancy.internal.OwnedProject;
import org.allodium.tenancy.internal.ScopedTenantResolver;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ProjectsTest {
    private static TenancyFixture rooms;
    private static Tenant one;
    private static Tenant other;

    @BeforeAll
    static void start() {
        rooms = TenancyFixture.fresh();
        one = rooms.organisation("One");
        other = rooms.organisation("Other");
    }

    @AfterAll
    static void close() {
        rooms.close();
    }

    @Test
    void keepsAnswersOnlyWhenSwitchedOn() {
        var project = create(one, "Tides");
        assertThat(project.answerCache()).isFalse();
        rooms.database.inTransaction(
                owner(one), em -> rooms.projects.switchAnswerCache(project.id(), true));
        assertThat(rooms.projects.find(project.id()).orElseThrow().answerCache()).isTrue();
    }

    @Test
    void refusesANameTwiceInOneTenantButNotInTwo() {
        create(one, "Shared name");
        create(other, "Shared name");
        var refusal = catchThrowableOfType(Refused.class, () -> create(one, "Shared name"));
        assertThat(refusal.code()).isEqualTo(ErrorCode.CONFLICT);
        assertThat(refusal.field()).contains("name");
    }

    @Test
    void anotherTenantsProjectDoesNotExist() {
        var project = create(other, "Hidden");
        assertThat(owner(one).get(() -> rooms.projects.find(project.id()))).isEmpty();
        var refusal =
                catchThrowableOfType(
                        Refused.class,
                        () ->
                                rooms.database.inTransaction(
                                        owner(one),
                                        em ->
                                                rooms.projects.rename(
                                                        project.id(), "Mine", "Hidden")));
        assertThat(refusal.code()).isEqualTo(ErrorCode.NOT_FOUND);
    }

    @Test
    void asksAgainWhenAnotherHasRenamedItMeanwhile() {
        var project = create(one, "Before");
        rename(project, "Between", "Before");
        var refusal = catchThrowableOfType(Refused.class, () -> rename(project, "After", "Before"));
        assertThat(refusal.code()).isEqualTo(ErrorCode.EDITED_MEANWHILE);
        assertThat(refusal.english()).contains("changed this meanwhile");
        assertThat(rename(project, "After", "Between").name()).isEqualTo("After");
    }

    private static Project rename(Project project, String name, String seen) {
        return rooms.database.inTransaction(
                owner(one), em -> rooms.projects.rename(project.id(), name, seen));
    }

    /// The first wall alone: Hibernate filters by tenant even where a query does not.
    @Test
    void aQueryWithoutAConditionSeesOnlyItsTenant() {
        create(one, "Filtered");
        create(other, "Filtered too");
        var seen =
                rooms.database.inTransaction(
                        owner(one),
                        em ->
                                em.createQuery("select p from OwnedProject p", OwnedProject.class)
                                        .getResultList());
        assertThat(seen)
                .isNotEmpty()
                .allSatisfy(p -> assertThat(p.asProject().tenant()).isEqualTo(one.id()));
    }

    @Test
    void workWithoutAScopeFails() {
        assertThatThrownBy(TenantScope::current).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new ScopedTenantResolver().resolveCurrentTenantIdentifier())
                .isInstanceOf(IllegalStateException.class);
    }

    private static Project create(Tenant tenant, String name) {
        return rooms.database.inTransaction(
                owner(tenant), em -> rooms.projects.create(tenant.id(), name));
    }

    private static TenantScope owner(Tenant tenant) {
        return TenantScope.of(tenant.id(), "owner", Set.of(Role.OWNER));
    }
}
