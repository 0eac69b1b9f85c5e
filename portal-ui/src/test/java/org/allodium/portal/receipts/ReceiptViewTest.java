package org.allodium.portal.receipts;

import static org.assertj.core.api.Assertions.assertThat;

import org.allodium.portal.shell.Country;
import org.allodium.portal.shell.PageTest;
import org.allodium.portal.shell.World;
import org.allodium.tenancy.Role;
import org.allodium.tenancy.Tenant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReceiptViewTest extends PageTest {
    private Tenant tenant;
    private String receipt;

    @BeforeEach
    void ask() {
        Country.model("near", "norrhamn-cpu");
        tenant = World.organisation("Lab");
        World.grant(tenant, "40");
        receipt = Country.request(tenant, World.project(tenant, "Tides"), "near");
    }

    @Test
    void showsABillingViewerTheWayOfTheRequestAndWhoPaid() {
        open(World.member(tenant, Role.BILLING_VIEWER), World.page(tenant, "receipts/" + receipt));
        assertThat(shown())
                .contains(
                        receipt,
                        "found in the log, checkpoint verified",
                        "near",
                        "Norrhamn",
                        "Playground",
                        "Download JSON");
    }

    @Test
    void isNoPageInAnotherOrganisation() {
        var other = World.organisation("Other");
        open(World.ownerOf(other), World.page(other, "receipts/" + receipt));
        assertThat(shown()).contains("There is no such page").doesNotContain(receipt);
    }

    @Test
    void isNoPageWithoutAReceipt() {
        open(World.ownerOf(tenant), World.page(tenant, "receipts/none"));
        assertThat(shown()).contains("There is no such page");
    }

    @Test
    void isNoPageForStaff() {
        open(World.staff(Role.AUDITOR), World.page(tenant, "receipts/" + receipt));
        assertThat(shown()).contains("There is no such page").doesNotContain(receipt);
    }
}
