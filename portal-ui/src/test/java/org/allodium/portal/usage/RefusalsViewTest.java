package org.allodium.portal.usage;

import static org.assertj.core.api.Assertions.assertThat;

import com.vaadin.flow.component.UI;
import java.util.List;
import java.util.Locale;
import org.allodium.portal.shell.Country;
import org.allodium.portal.shell.PageTest;
import org.allodium.portal.shell.World;
import org.allodium.tenancy.Role;
import org.junit.jupiter.api.Test;

class RefusalsViewTest extends PageTest {
    @Test
    void saysThatNothingWasRefused() {
        var tenant = World.organisation("Lab");
        open(World.ownerOf(tenant), World.page(tenant, "refusals"));
        assertThat(shown())
                .contains(
                        "No refusals",
                        "Nothing was refused in the last 30 days, or nothing of this kind.");
    }

    @Test
    void leadsBackFromBehindTheEndOfTheList() {
        var tenant = World.organisation("Lab");
        Country.refused(tenant);
        open(World.ownerOf(tenant), World.page(tenant, "refusals?after=nothing"));
        assertThat(shown())
                .contains("This list has no such page", "To its beginning")
                .doesNotContain("No refusals", "Newest");
    }

    @Test
    void readsAKindThatThereIsNotAsAll() {
        var tenant = World.organisation("Lab");
        Country.refused(tenant);
        for (var kind : List.of("418", "none")) {
            open(World.ownerOf(tenant), World.page(tenant, "refusals?status=" + kind));
            assertThat(shown()).contains("req_17").doesNotContain("No refusals");
            assertThat(value("Kind")).isEqualTo(0);
        }
    }

    @Test
    void saysWhyAndWhatHelps() {
        var tenant = World.organisation("Lab");
        Country.refused(tenant);
        open(World.member(tenant, Role.BILLING_VIEWER), World.page(tenant, "refusals"));
        assertThat(shown())
                .contains(
                        "The running grants of the organisation could not pay the request.",
                        "Apply for a grant, or ask for less: a smaller max_tokens, a cheaper model.",
                        "laptop",
                        "req_17");
        open(World.ownerOf(tenant), World.page(tenant, "refusals?status=403"));
        assertThat(shown()).contains("No refusals").doesNotContain("req_17");
    }

    @Test
    void explainsInTheReadersLanguage() {
        var tenant = World.organisation("Lab");
        Country.refused(tenant);
        var page = World.page(tenant, "refusals");
        open(World.ownerOf(tenant), page);
        assertThat(shown())
                .contains(
                        "This request may cost up to 0.02 EUR, and the organisation's running grants"
                                + " can still pay 0.01 EUR.");
        UI.getCurrent().setLocale(Locale.GERMAN);
        open(World.ownerOf(tenant), page + "?status=429");
        assertThat(shown())
                .contains(
                        "Diese Anfrage kostet bis zu 0.02 EUR, und die laufenden Bewilligungen der"
                                + " Organisation können noch 0.01 EUR zahlen.");
    }

    @Test
    void isNoPageForStaff() {
        var tenant = World.organisation("Lab");
        Country.refused(tenant);
        open(World.staff(Role.SECURITY_OFFICER), World.page(tenant, "refusals"));
        assertThat(shown())
                .contains("There is no such page")
                .doesNotContain("No refusals", "req_17");
    }
}
