package org.allodium.portal.team;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.allodium.portal.shell.Place;
import org.allodium.portal.shell.Visit;
import org.allodium.tenancy.Role;
import org.junit.jupiter.api.Test;

class TeamViewTest {
    @Test
    void offersNobodyARoleThatTheyCannotGive() {
        assertThat(TeamView.rolesGivenBy(visit(Role.OWNER)))
                .containsExactly(Role.OWNER, Role.ADMIN, Role.MEMBER, Role.BILLING_VIEWER);
        assertThat(TeamView.rolesGivenBy(visit(Role.ADMIN)))
                .containsExactly(Role.ADMIN, Role.MEMBER, Role.BILLING_VIEWER);
    }

    @Test
    void offersAnAdminNoWayToEndAnOwnersMembership() {
        assertThat(TeamView.mayEnd(Role.OWNER, visit(Role.ADMIN))).isFalse();
        assertThat(TeamView.mayEnd(Role.ADMIN, visit(Role.ADMIN))).isTrue();
        assertThat(TeamView.mayEnd(Role.OWNER, visit(Role.OWNER))).isTrue();
        assertThat(TeamView.mayEnd(Role.MEMBER, visit(Role.MEMBER))).isFalse();
    }

    private static Visit visit(Role role) {
        return new Visit(
                new Place.Organisation("lab", ""),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Set.of(role),
                Set.of(),
                List.of(),
                Optional.empty());
    }
}
