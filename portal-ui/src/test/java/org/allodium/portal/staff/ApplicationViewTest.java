package org.allodium.portal.staff;

import static org.assertj.core.api.Assertions.assertThat;

import org.allodium.billing.Application;
import org.allodium.portal.shell.PageTest;
import org.allodium.portal.shell.World;
import org.allodium.tenancy.Role;
import org.junit.jupiter.api.Test;

class ApplicationViewTest extends PageTest {
    static String address(Application application) {
        return "staff/applications/" + application.id();
    }

    @Test
    void showsWhatIsAskedForAndByWhom() {
        var tenant = World.organisation("Lab");
        var application = World.application(World.programme("Allowance"), tenant);
        open(World.staff(Role.PROGRAMME_OFFICER), address(application));
        assertThat(shown())
                .contains(
                        tenant.name(),
                        "Forecasting storm surges with language models.",
                        "Natural sciences",
                        "1,000.00 EUR",
                        "A programme officer decides.");
    }

    @Test
    void offersNoVerdictOnWhatIsDecided() {
        var tenant = World.organisation("Lab");
        var application = World.application(World.programme("Allowance"), tenant);
        World.approve(application, "40");
        open(World.staff(Role.PROGRAMME_OFFICER), address(application));
        assertThat(shown()).contains("approved");
        assertThat(offers("Approve")).isFalse();
        assertThat(offers("Decline")).isFalse();
    }

    @Test
    void isNoPageWhereNothingIsAtTheAddress() {
        var officer = World.staff(Role.PROGRAMME_OFFICER);
        open(officer, "staff/applications/none");
        assertThat(shown()).contains("There is no such page");
        open(officer, "staff/applications/01a22762-368b-7286-acb3-2aee17ff9010");
        assertThat(shown()).contains("There is no such page");
    }

    @Test
    void isNoPageForAReviewer() {
        var application =
                World.application(World.programme("Allowance"), World.organisation("Lab"));
        open(World.staff(Role.REVIEWER), address(application));
        assertThat(shown()).contains("There is no such page");
    }
}
