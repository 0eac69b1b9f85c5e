package org.allodium.portal.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.allodium.tenancy.Limits;
import org.allodium.tenancy.Member;
import org.allodium.tenancy.OrganisationKind;
import org.allodium.tenancy.Person;
import org.allodium.tenancy.Role;
import org.allodium.tenancy.Tenant;
import org.allodium.tenancy.TenantId;
import org.junit.jupiter.api.Test;

class NavigationTest {
    private static final Person ADA = new Person("ada", "Ada Lindqvist", "ada@example.org");
    private static final TenantId LAB = new TenantId(UUID.randomUUID());
    private static final TenantId ARCHIVE = new TenantId(UUID.randomUUID());

    @Test
    void showsAVisitorTheWelcomePage() {
        assertThat(paths(Visit.anonymous())).containsExactly("");
    }

    @Test
    void showsABillingViewerNeitherKeysNorPlayground() {
        assertThat(paths(member(Role.BILLING_VIEWER)))
                .contains("home", "usage", "grants")
                .doesNotContain("keys", "playground");
        assertThat(paths(member(Role.MEMBER))).contains("keys", "playground");
    }

    @Test
    void showsStaffTheirDesksOnly() {
        assertThat(paths(staff(Role.PROGRAMME_OFFICER)))
                .containsExactly("desk", "applications", "calls");
        assertThat(paths(staff(Role.ADMINISTRATOR))).containsExactly("desk", "organisations");
        assertThat(paths(staff(Role.AUDITOR))).containsExactly("desk");
    }

    @Test
    void staffBeginAtTheirDeskAndMembersInTheirFirstOrganisation() {
        var members = List.of(membership(LAB), membership(ARCHIVE));
        assertThat(Visits.choose(members, Set.of(), "").map(Member::tenant)).contains(LAB);
        assertThat(Visits.choose(members, Set.of(), ARCHIVE.toString()).map(Member::tenant))
                .contains(ARCHIVE);
        assertThat(Visits.choose(members, Set.of(Role.AUDITOR), "")).isEmpty();
        assertThat(Visits.choose(members, Set.of(Role.AUDITOR), LAB.toString()).map(Member::tenant))
                .contains(LAB);
    }

    @Test
    void aChosenOrganisationIsForgottenWithTheMembership() {
        assertThat(
                        Visits.choose(List.of(membership(LAB)), Set.of(), ARCHIVE.toString())
                                .map(Member::tenant))
                .contains(LAB);
        assertThat(Visits.choose(List.of(), Set.of(), LAB.toString())).isEmpty();
    }

    @Test
    void worksForTheOrganisationOrForThePlatform() {
        assertThat(member(Role.OWNER).scope().tenant()).isEqualTo(LAB);
        assertThat(staff(Role.AUDITOR).scope().isPlatform()).isTrue();
        assertThat(Visit.anonymous().scope().roles()).isEmpty();
    }

    @Test
    void comesBackToThePageThatWasWanted() {
        assertThat(PortalStart.login("usage?page=2")).isEqualTo("/login?to=%2Fusage%3Fpage%3D2");
    }

    @Test
    void shortensNamesToInitials() {
        assertThat(Corner.initials("Ada Lindqvist")).isEqualTo("AL");
        assertThat(Corner.initials("  ")).isEmpty();
    }

    private static List<String> paths(Visit visit) {
        return Navigation.groups(visit).stream()
                .flatMap(group -> group.entries().stream())
                .map(Navigation.Entry::path)
                .toList();
    }

    private static Member membership(TenantId tenant) {
        return new Member(tenant, ADA, Role.OWNER, Instant.EPOCH);
    }

    private static Visit member(Role role) {
        var tenant =
                new Tenant(
                        LAB,
                        "lab",
                        "Lab",
                        OrganisationKind.RESEARCH,
                        "XA",
                        "XA-1",
                        new Limits(1, 1, 1),
                        Instant.EPOCH);
        return new Visit(
                Optional.of(ADA),
                List.of(tenant),
                Optional.of(tenant),
                Set.of(role),
                Set.of(),
                List.of(),
                Optional.empty());
    }

    private static Visit staff(Role role) {
        return new Visit(
                Optional.of(ADA),
                List.of(),
                Optional.empty(),
                Set.of(role),
                Set.of(role),
                List.of(),
                Optional.empty());
    }
}
