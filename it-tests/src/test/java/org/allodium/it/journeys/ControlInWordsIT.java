package org.allodium.it.journeys;

import static org.allodium.it.journeys.Browsing.awaitText;
import static org.allodium.it.journeys.Browsing.choose;
import static org.allodium.it.journeys.Browsing.open;

import com.microsoft.playwright.Page;
import org.allodium.it.product.Api;
import org.junit.jupiter.api.Test;

/// That an operator is controlled from a third country stands there in words, also on a phone.
class ControlInWordsIT {
    private static final String WORDS =
            "Harbour Compute, controlled from a third country: Third country (XC)";

    @Test
    void everyPageThatNamesTheOperatorNamesWhoControlsIt() {
        var receipt =
                Api.as("standard").chat("allodium-guide-abroad", "Hi", 4).header("x-receipt-id");
        try (var browsing = new Browsing()) {
            var page = browsing.signedIn("owner");
            page.setViewportSize(390, 844);
            for (var address : new String[] {"/receipts/" + receipt, "/policy", "/models"}) {
                open(page, address);
                awaitText(page, WORDS);
            }
            playground(page);
        }
    }

    private static void playground(Page page) {
        open(page, "/playground");
        page.locator("vaadin-select").first().click();
        choose(page, "allodium-guide-abroad");
        page.getByLabel("Message").fill("Hi");
        page.keyboard().press("Control+Enter");
        awaitText(page, WORDS);
    }
}
