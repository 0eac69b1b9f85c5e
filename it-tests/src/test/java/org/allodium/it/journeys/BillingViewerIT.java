package org.allodium.it.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.allodium.it.journeys.Browsing.awaitText;
import static org.allodium.it.journeys.Browsing.open;

import org.junit.jupiter.api.Test;

/// Who calls no models reads what the organisation may use, and what is looked up for its answers.
class BillingViewerIT {
    @Test
    void modelsThatRunAreNotSaidToBeKeptAway() {
        try (var browsing = new Browsing()) {
            var page = browsing.signedIn("billing-viewer");
            open(page, "/models");
            awaitText(page, "Models your organisation can use now");
            awaitText(page, "Looked up before an answer");
            var main = page.locator("main");
            assertThat(main).containsText("all-minilm-l6-v2");
            assertThat(main).not().containsText("Kept away");
            assertThat(main).not().containsText("Call a model");
        }
    }

    @Test
    void nothingIsOfferedThatTheRoleMayNotDo() {
        try (var browsing = new Browsing()) {
            var page = browsing.signedIn("billing-viewer");
            open(page, "/grants");
            assertThat(page.locator("main h1")).hasText("Grants");
            assertThat(page.locator("main")).not().containsText("Apply for a grant");
            open(page, "/team");
            assertThat(page.locator("main h1")).hasText("Team");
            assertThat(page.locator("main")).not().containsText("Invite");
            assertThat(page.locator("main")).not().containsText("Remove");
            open(page, "/projects");
            assertThat(page.locator("main h1")).hasText("Projects");
            assertThat(page.locator("main")).not().containsText("New project");
        }
    }
}
