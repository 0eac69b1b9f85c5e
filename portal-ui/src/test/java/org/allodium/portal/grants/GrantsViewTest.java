package org.allodium.portal.grants;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.allodium.portal.shell.PageTest;
import org.allodium.portal.shell.World;
import org.allodium.tenancy.Role;
import org.junit.jupiter.api.Test;

class GrantsViewTest extends PageTest {
    @Test
    void saysThatThereIsNoneAndHowToGetOne() {
        var tenant = World.organisation("Lab");
        open(World.ownerOf(tenant), World.page(tenant, "grants"));
        assertThat(shown())
                .contains(
                        "No grant yet",
                        "Apply to an open programme; a grant pays for requests from the moment it is approved.",
                        "Apply for a grant");
    }

    @Test
    void showsABillingViewerWhatIsLeft() {
        var tenant = World.organisation("Lab");
        World.grant(tenant, "40");
        open(World.member(tenant, Role.BILLING_VIEWER), World.page(tenant, "grants"));
        assertThat(shown()).contains("running", "40.00 EUR", "Ministry of Science");
    }

    @Test
    void saysThatAGrantHasEnded() {
        var tenant = World.organisation("Lab");
        World.grant(tenant, "40");
        World.pass(Duration.ofDays(100));
        open(World.ownerOf(tenant), World.page(tenant, "grants"));
        assertThat(shown()).contains("ended").doesNotContain("running");
    }

    @Test
    void isNoPageForStaff() {
        var tenant = World.organisation("Lab");
        open(World.staff(Role.AUDITOR), World.page(tenant, "grants"));
        assertThat(shown()).contains("There is no such page").doesNotContain("No grant yet");
    }
}
