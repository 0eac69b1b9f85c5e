package org.allodium.portal.shell;

import static org.assertj.core.api.Assertions.assertThat;

import com.vaadin.flow.router.Route;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.allodium.tenancy.Limits;
import org.allodium.tenancy.OrganisationKind;
import org.allodium.tenancy.Person;
import org.allodium.tenancy.Role;
import org.allodium.tenancy.Tenant;
import org.allodium.tenancy.TenantId;
import org.junit.jupiter.api.Test;

class NavigationTest {
    private static final Person ADA = new Person("ada", "Ada Lindqvist", "ada@example.org");
    private static final TenantId LAB = new TenantId(UUID.randomUUID());

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
                .containsExactly(
                        "desk", "applications", "calls", "verifications", "months", "handbook");
        assertThat(paths(staff(Role.ADMINISTRATOR)))
                .containsExactly("desk", "verifications", "organisations", "handbook");
        assertThat(paths(staff(Role.AUDITOR))).containsExactly("desk", "months", "handbook");
    }

    @Test
    void everyEntryAsksForWhatItsPageAsksFor() throws Exception {
        var pages =
                ViewsTest.pages().stream()
                        .collect(Collectors.toMap(NavigationTest::address, page -> page));
        for (var entries : List.of(Navigation.WORK, Navigation.PROJECT, Navigation.ORGANISATION)) {
            assertThat(entries)
                    .allSatisfy(
                            entry ->
                                    asksAlike(entry, pages.get(Place.ORGANISATION + entry.name())));
        }
        assertThat(Navigation.DESK)
                .allSatisfy(entry -> asksAlike(entry, pages.get(Place.STAFF + entry.name())));
    }

    private static void asksAlike(Navigation.Page entry, Class<?> page) {
        assertThat(page).as(entry.name()).isNotNull();
        assertThat(page.getAnnotation(SeenBy.class).needs())
                .as(entry.name())
                .containsExactlyInAnyOrderElementsOf(entry.needs());
    }

    private static String address(Class<?> page) {
        return page.getAnnotation(Route.class).value();
    }

    @Test
    void linksStayInTheOrganisationAndProjectOfTheirPage() {
        var visit = member(Role.OWNER);
        assertThat(addresses(visit)).contains("o/lab/grants", "o/lab/keys");
        var inProject = visit.at(new Place.Organisation("lab", "17"));
        assertThat(addresses(inProject)).contains("o/lab/p/17/grants", "o/lab/p/17/keys");
    }

    @Test
    void worksForTheOrganisationOrForThePlatform() {
        assertThat(member(Role.OWNER).scope().tenant()).isEqualTo(LAB);
        assertThat(staff(Role.AUDITOR).scope().isPlatform()).isTrue();
        assertThat(Visit.anonymous().scope().roles()).isEmpty();
    }

    @Test
    void comesBackToThePageThatWasWanted() {
        assertThat(PortalStart.login("o/lab/usage?page=2"))
                .isEqualTo("/login?to=%2Fo%2Flab%2Fusage%3Fpage%3D2");
    }

    @Test
    void shortensNamesToInitials() {
        assertThat(Corner.initials("Ada Lindqvist")).isEqualTo("AL");
        assertThat(Corner.initials("  ")).isEmpty();
    }

    static List<String> paths(Visit visit) {
        return Navigation.groups(visit).stream()
                .flatMap(group -> group.entries().stream())
                .map(Navigation.Entry::page)
                .toList();
    }

    private static List<String> addresses(Visit visit) {
        return Navigation.groups(visit).stream()
                .flatMap(group -> group.entries().stream())
                .map(Navigation.Entry::address)
                .toList();
    }

    /// Of somebody with this role alone, where it counts.
    static Visit visit(Role role) {
        return role.function() == Role.Function.TENANT ? member(role) : staff(role);
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
                new Place.Organisation("lab", ""),
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
                new Place.StaffDesk(),
                Optional.of(ADA),
                List.of(),
                Optional.empty(),
                Set.of(role),
                Set.of(role),
                List.of(),
                Optional.empty());
    }
}
