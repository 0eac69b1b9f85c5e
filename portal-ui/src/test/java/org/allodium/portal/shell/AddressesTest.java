package org.allodium.portal.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.allodium.portal.shell.Addresses.Onward;
import org.allodium.tenancy.Limits;
import org.allodium.tenancy.OrganisationKind;
import org.allodium.tenancy.Person;
import org.allodium.tenancy.Project;
import org.allodium.tenancy.ProjectId;
import org.allodium.tenancy.Role;
import org.allodium.tenancy.Tenant;
import org.allodium.tenancy.TenantId;
import org.junit.jupiter.api.Test;

class AddressesTest {
    private static final Place NOWHERE = new Place.Elsewhere();

    @Test
    void readsOrganisationAndProjectFromTheAddress() {
        assertThat(Place.of("/o/lab/p/17/receipts/x"))
                .isEqualTo(new Place.Organisation("lab", "17"));
        assertThat(Place.page("/o/lab/p/17/receipts/x")).isEqualTo("receipts/x");
        assertThat(Place.of("o/lab/keys")).isEqualTo(new Place.Organisation("lab", ""));
        assertThat(Place.page("o/lab/keys")).isEqualTo("keys");
        assertThat(Place.of("/staff/desk")).isEqualTo(new Place.StaffDesk());
        assertThat(Place.of("/o")).isEqualTo(NOWHERE);
        assertThat(Place.of("/o/lab/p")).isEqualTo(new Place.Organisation("lab", ""));
        assertThat(Place.of("")).isEqualTo(NOWHERE);
    }

    @Test
    void leadsOldAddressesOn() {
        assertThat(Addresses.of("/keys", true)).contains(new Onward.ToOwnPlace("keys"));
        assertThat(Addresses.of("/receipts/r-1", false))
                .contains(new Onward.ToOwnPlace("receipts/r-1"));
        assertThat(Addresses.of("/organisations/lab", true))
                .contains(new Onward.ToPath("staff/organisations/lab"));
        assertThat(Addresses.of("/o/lab", true)).contains(new Onward.ToPath("o/lab/home"));
        assertThat(Addresses.of("/staff", true)).contains(new Onward.ToPath("staff/desk"));
        assertThat(Addresses.of("/", true)).contains(new Onward.ToOwnPlace(""));
        assertThat(Addresses.of("/", false)).isEmpty();
        assertThat(Addresses.of("/o/lab/keys", true)).isEmpty();
        assertThat(Addresses.of("/found", true)).isEmpty();
        assertThat(Addresses.of("/keyset", true)).isEmpty();
    }

    @Test
    void beginsWhereThePersonWasLastIfThatIsStillTheirs() {
        var visit = visit(Set.of(), "lab", "archive");
        var archive = new Place.Organisation("archive", "");
        assertThat(Addresses.beginning(visit, archive)).isEqualTo(archive);
        assertThat(Addresses.beginning(visit, new Place.Organisation("others", "")))
                .isEqualTo(new Place.Organisation("lab", ""));
        assertThat(Addresses.beginning(visit, new Place.StaffDesk()))
                .isEqualTo(new Place.Organisation("lab", ""));
        var staff = visit(Set.of(Role.AUDITOR), "lab");
        assertThat(Addresses.beginning(staff, NOWHERE)).isEqualTo(new Place.StaffDesk());
        assertThat(Addresses.begin(Addresses.beginning(visit(Set.of()), archive), "keys"))
                .isEqualTo("found");
    }

    @Test
    void showsNobodyAnOrganisationOrProjectThatIsNotTheirs() {
        var mine = visit(Set.of(), "lab").at(new Place.Organisation("lab", ""));
        var others = visit(Set.of()).at(new Place.Organisation("lab", ""));
        assertThat(others.misplaced()).isTrue();
        assertThat(inLab(mine, "").misplaced()).isFalse();
        assertThat(inLab(mine, UUID.randomUUID().toString()).misplaced()).isTrue();
        assertThat(visit(Set.of()).at(new Place.StaffDesk()).misplaced()).isTrue();
    }

    private static Visit inLab(Visit visit, String project) {
        var lab = visit.organisations().getFirst();
        var one =
                new Project(
                        new ProjectId(UUID.randomUUID()), lab.id(), "Ice", false, Instant.EPOCH);
        return new Visit(
                        visit.place(),
                        visit.person(),
                        visit.organisations(),
                        Optional.of(lab),
                        Set.of(Role.OWNER),
                        Set.of(),
                        List.of(one),
                        Optional.empty())
                .at(new Place.Organisation("lab", project));
    }

    private static Visit visit(Set<Role> staffRoles, String... slugs) {
        return new Visit(
                NOWHERE,
                Optional.of(new Person("ada", "Ada Lindqvist", "ada@example.org")),
                List.of(slugs).stream().map(AddressesTest::tenant).toList(),
                Optional.empty(),
                Set.of(),
                staffRoles,
                List.of(),
                Optional.empty());
    }

    private static Tenant tenant(String slug) {
        return new Tenant(
                new TenantId(UUID.randomUUID()),
                slug,
                slug,
                OrganisationKind.RESEARCH,
                "XA",
                "XA-1",
                new Limits(1, 1, 1),
                Instant.EPOCH);
    }
}
