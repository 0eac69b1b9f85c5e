package org.allodium.identity;

import static org.allodium.identity.IdentityFixture.owner;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Set;
import org.allodium.kernel.CloudException;
import org.allodium.kernel.ErrorCode;
import org.allodium.tenancy.Person;
import org.allodium.tenancy.Role;
import org.allodium.tenancy.TenancyFixture;
import org.junit.jupiter.api.Test;

class PortalScopeTest {
    @Test
    void followsMembershipAndStaffRolesFromOneClickToTheNext() {
        try (var rooms = IdentityFixture.withoutKeycloak()) {
            var tenant = rooms.tenancy.organisation("Clicks");
            var project = rooms.project(tenant, "Project");
            var person = rooms.member(tenant, "Pia Clicker", Role.MEMBER);
            var user = user(person);
            assertThat(rooms.portalScope.ofTenant(user, tenant.id()).roles())
                    .containsExactly(Role.MEMBER);
            assertThat(rooms.portalScope.caller(user, tenant.id(), project.id()).roles())
                    .containsExactly(Role.MEMBER);
            rooms.run(
                    owner(tenant),
                    () ->
                            rooms.tenancy.tenants.changeRole(
                                    tenant.id(), person.subject(), Role.ADMIN, Role.MEMBER));
            assertThat(rooms.portalScope.ofTenant(user, tenant.id()).roles())
                    .containsExactly(Role.ADMIN);
            rooms.run(
                    owner(tenant),
                    () -> rooms.tenancy.tenants.removeMember(tenant.id(), person.subject()));
            var refusal =
                    catchThrowableOfType(
                            CloudException.class,
                            () -> rooms.portalScope.ofTenant(user, tenant.id()));
            assertThat(refusal.code()).isEqualTo(ErrorCode.PERMISSION_DENIED);

            var visitor = rooms.portalScope.ofPlatform(user);
            assertThat(visitor.isPlatform()).isTrue();
            assertThat(visitor.roles()).isEmpty();
            rooms.run(
                    TenancyFixture.platform(Role.ADMINISTRATOR),
                    () -> rooms.tenancy.staff.assign(person, Set.of(Role.AUDITOR)));
            assertThat(rooms.portalScope.ofPlatform(user).roles()).containsExactly(Role.AUDITOR);
        }
    }

    private static PortalUser user(Person person) {
        return new PortalUser(person.subject(), "pia", person.name(), person.email(), "t");
    }
}
