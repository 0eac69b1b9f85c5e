package org.allodium.it.journeys;

import static org.allodium.it.journeys.Browsing.awaitText;
import static org.allodium.it.journeys.Browsing.button;
import static org.allodium.it.journeys.Browsing.choose;
import static org.allodium.it.journeys.Browsing.dialog;
import static org.allodium.it.journeys.Browsing.open;
import static org.allodium.it.journeys.Browsing.press;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.util.ArrayList;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.allodium.it.product.Api;
import org.junit.jupiter.api.Test;

class VerdictAndQuotaIT {
    private static final String COMPANY = "Tidewater Robotics";

    @Test
    void aDeclinedApplicantReadsTheReason() {
        var purpose = "Steering small boats by spoken orders, trial " + UUID.randomUUID();
        var reason = "The programme pays for models, not for boats: please say which models.";
        try (var browsing = new Browsing()) {
            var owner = browsing.signedIn("startup-owner");
            open(owner, "/programmes");
            press(owner, "Apply");
            owner.getByLabel("Purpose").fill(purpose);
            owner.locator("vaadin-select").last().click();
            choose(owner, "Engineering");
            owner.getByLabel("Expected use").fill("Some thousand requests");
            owner.getByLabel("Amount in EUR").fill("3");
            press(owner, "Send application");
            awaitText(owner, "waiting");
            var officer = browsing.signedIn("programme-officer");
            open(officer, "/applications");
            officer.getByText(COMPANY).first().click();
            awaitText(officer, purpose);
            press(officer, "Decline");
            var dialog = dialog(officer, "Decline the application");
            dialog.getByLabel("Reason").fill(reason);
            button(dialog, "Decline").click();
            awaitText(officer, "is declined");
            open(owner, "/programmes");
            awaitText(owner, reason);
        }
    }

    @Test
    void tokensAndRequestsAtOnceBindTheNextRequest() throws Exception {
        try (var browsing = new Browsing()) {
            var administrator = browsing.signedIn("administrator");
            try {
                limit(administrator, 6000, 10, 200);
                var answer = Api.as("startup").chat("allodium-guide", "Hello there", 64);
                assertThat(answer.status()).as(answer.text()).isEqualTo(429);
                assertThat(answer.error().path("code").asString()).isEqualTo("rate_limit_exceeded");
                limit(administrator, 6000, 6_000_000, 1);
                assertThat(tenAtOnce()).contains(200, 429);
            } finally {
                limit(administrator, 6000, 6_000_000, 200);
            }
            assertThat(tenAtOnce()).containsOnly(200);
        }
    }

    @Test
    void aQuotaOfNothingIsRefusedAtItsField() {
        try (var browsing = new Browsing()) {
            var administrator = browsing.signedIn("administrator");
            open(administrator, "/organisations");
            administrator.getByText(COMPANY).first().click();
            press(administrator, "Change quota");
            var dialog = dialog(administrator, "Quota of");
            dialog.getByLabel("Requests a minute").fill("0");
            button(dialog, "Save").click();
            awaitText(administrator, "A whole number of at least 1.");
            button(dialog, "Cancel").click();
        }
    }

    private static ArrayList<Integer> tenAtOnce() throws Exception {
        var statuses = new ArrayList<Integer>();
        try (var crowd = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new ArrayList<Future<Integer>>();
            for (int i = 0; i < 10; i++) {
                running.add(
                        crowd.submit(
                                () ->
                                        Api.as("startup")
                                                .chat("allodium-guide", "What is a grant?", 32)
                                                .status()));
            }
            for (var one : running) {
                statuses.add(one.get());
            }
        }
        return statuses;
    }

    private static void limit(Page administrator, int requests, int tokens, int atOnce) {
        open(administrator, "/organisations");
        administrator.getByText(COMPANY).first().click();
        press(administrator, "Change quota");
        var dialog = dialog(administrator, "Quota of");
        dialog.getByLabel("Requests a minute").fill(Integer.toString(requests));
        dialog.getByLabel("Tokens a minute").fill(Integer.toString(tokens));
        dialog.getByLabel("Requests at once").fill(Integer.toString(atOnce));
        dialog.getByRole(AriaRole.BUTTON).last().click();
        awaitText(administrator, "The quota of " + COMPANY + " binds");
    }
}
