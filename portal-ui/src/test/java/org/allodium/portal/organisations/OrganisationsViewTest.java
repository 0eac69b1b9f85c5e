package org.allodium.portal.organisations;

import static org.assertj.core.api.Assertions.assertThat;

import org.allodium.portal.shell.PageTest;
import org.allodium.portal.shell.World;
import org.allodium.tenancy.Role;
import org.junit.jupiter.api.Test;

class OrganisationsViewTest extends PageTest {
    @Test
    void saysThatNoneIsFound() {
        open(World.staff(Role.ADMINISTRATOR), "staff/organisations?search=nobody+at+all");
        assertThat(shown())
                .contains(
                        "No organisation found",
                        "Search for a part of the name or of the identifier.");
    }

    @Test
    void leadsBackFromBehindTheEndOfTheList() {
        World.organisation("Harbour archive");
        open(World.staff(Role.ADMINISTRATOR), "staff/organisations?search=arch&page=999999");
        assertThat(shown())
                .contains("This list has no such page", "To its beginning")
                .doesNotContain("No organisation found");
    }

    @Test
    void findsByAPartOfTheName() {
        var tenant = World.organisation("Harbour archive");
        var other = World.organisation("Lab");
        open(World.staff(Role.ADMINISTRATOR), "staff/organisations");
        fill("Search by name or identifier", "bour arch");
        assertThat(shown()).contains(tenant.name()).doesNotContain(other.name());
    }

    @Test
    void isNoPageForAnOfficer() {
        open(World.staff(Role.PROGRAMME_OFFICER), "staff/organisations");
        assertThat(shown()).contains("There is no such page").doesNotContain("Organisations");
    }
}
