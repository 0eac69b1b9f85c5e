package org.allodium.portal.staff;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.allodium.portal.shell.PageTest;
import org.allodium.portal.shell.World;
import org.allodium.tenancy.Role;
import org.junit.jupiter.api.Test;

class CallsViewTest extends PageTest {
    @Test
    void saysThatThereIsNone() {
        inAnEmptyWorld();
        open(World.staff(Role.PROGRAMME_OFFICER), "staff/calls");
        assertThat(shown())
                .contains("No programme is open", "When a funder opens one, it appears here.");
    }

    @Test
    void showsWhatIsOpenAndWhatIsGranted() {
        var programme = World.programme("Allowance");
        World.approve(World.application(programme, World.organisation("Lab")), "40");
        open(World.staff(Role.PROGRAMME_OFFICER), "staff/calls");
        assertThat(shown()).contains(programme.title(), "open", "1,000.00 EUR", "40.00 EUR");
    }

    @Test
    void saysThatAProgrammeIsClosed() {
        World.programme("Allowance");
        World.pass(Duration.ofDays(31));
        open(World.staff(Role.PROGRAMME_OFFICER), "staff/calls");
        assertThat(shown()).contains("closed").doesNotContain("open");
    }

    @Test
    void isNoPageForAnAdministrator() {
        open(World.staff(Role.ADMINISTRATOR), "staff/calls");
        assertThat(shown()).contains("There is no such page").doesNotContain("Programmes");
    }
}
