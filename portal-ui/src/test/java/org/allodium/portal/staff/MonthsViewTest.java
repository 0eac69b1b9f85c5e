package org.allodium.portal.staff;

import static org.assertj.core.api.Assertions.assertThat;

import org.allodium.portal.shell.PageTest;
import org.allodium.portal.shell.World;
import org.allodium.tenancy.Role;
import org.junit.jupiter.api.Test;

class MonthsViewTest extends PageTest {
    @Test
    void showsAnOperatorTheMonthsAndTheirDoors() {
        open(World.staff(Role.OPERATOR), "staff/months");
        assertThat(shown()).contains("Months", "there", "runs", "never", "Export", "Detach");
    }

    @Test
    void showsAnAuditorWhatMayBeExported() {
        open(World.staff(Role.AUDITOR), "staff/months");
        assertThat(shown()).contains("Export").doesNotContain("Detach", "Attach");
    }

    @Test
    void showsAnOfficerNoDoors() {
        open(World.staff(Role.PROGRAMME_OFFICER), "staff/months");
        assertThat(shown()).contains("there").doesNotContain("Doors", "Export", "Detach");
    }

    @Test
    void saysWhatDetachingMeansAndWhyNotYet() {
        open(World.staff(Role.OPERATOR), "staff/months");
        clickAt("2026-10", "Detach");
        assertThat(shown())
                .contains("Detach October 2026?")
                .anySatisfy(text -> assertThat(text).contains("No balance changes", "archived"));
        answer("Cancel");
        assertThat(shown()).doesNotContain("detached");
        clickAt("2026-10", "Detach");
        answer("Detach");
        await("2026-10 was not exported since it ended: export it first, and keep the export.");
    }

    @Test
    void isNoPageForAnAdministrator() {
        open(World.staff(Role.ADMINISTRATOR), "staff/months");
        assertThat(shown()).contains("There is no such page").doesNotContain("Months");
    }
}
