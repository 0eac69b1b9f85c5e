package org.allodium.portal.staff;

import static org.assertj.core.api.Assertions.assertThat;

import org.allodium.portal.shell.PageTest;
import org.allodium.portal.shell.World;
import org.allodium.tenancy.Role;
import org.junit.jupiter.api.Test;

class ApplicationsViewTest extends PageTest {
    @Test
    void saysThatThereAreNone() {
        inAnEmptyWorld();
        open(World.staff(Role.PROGRAMME_OFFICER), "staff/applications");
        assertThat(shown())
                .contains(
                        "No applications",
                        "They appear here as soon as an organisation applies to a programme.");
    }

    @Test
    void leadsBackFromBehindTheEndOfTheList() {
        World.application(World.programme("Allowance"), World.organisation("Lab"));
        open(World.staff(Role.PROGRAMME_OFFICER), "staff/applications?page=999999");
        assertThat(shown())
                .contains("This list has no such page", "To its beginning")
                .doesNotContain("No applications");
    }

    @Test
    void showsWhatWaits() {
        var tenant = World.organisation("Lab");
        World.application(World.programme("Allowance"), tenant);
        open(World.staff(Role.PROGRAMME_OFFICER), "staff/applications");
        assertThat(shown()).contains(tenant.name(), "50.00 EUR", "waiting");
    }

    @Test
    void isNoPageForAnAdministrator() {
        open(World.staff(Role.ADMINISTRATOR), "staff/applications");
        assertThat(shown()).contains("There is no such page").doesNotContain("Applications");
    }

    @Test
    void isNoPageForAnOwner() {
        open(World.ownerOf(World.organisation("Lab")), "staff/applications");
        assertThat(shown()).contains("There is no such page").doesNotContain("Applications");
    }
}
