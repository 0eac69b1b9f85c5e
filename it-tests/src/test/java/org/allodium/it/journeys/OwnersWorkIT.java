package org.allodium.it.journeys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.allodium.it.journeys.Browsing.awaitText;
import static org.allodium.it.journeys.Browsing.button;
import static org.allodium.it.journeys.Browsing.choose;
import static org.allodium.it.journeys.Browsing.dialog;
import static org.allodium.it.journeys.Browsing.open;
import static org.allodium.it.journeys.Browsing.press;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.UUID;
import java.util.regex.Pattern;
import org.allodium.evidence.ReceiptVerifier;
import org.allodium.it.product.Api;
import org.junit.jupiter.api.Test;

/// What an owner does after the first day: other secrets, other people, another policy, and files
/// to take away.
class OwnersWorkIT {
    private static final Pattern KEY = Pattern.compile("sk-alo-[A-Za-z0-9_-]{43}");

    @Test
    void aRotatedKeyWorksAndItsPredecessorDoesNot() {
        try (var browsing = new Browsing()) {
            var page = browsing.signedIn("startup-owner");
            var name = "rotated-" + UUID.randomUUID();
            open(page, "/keys");
            press(page, "New key");
            dialog(page, "New key").getByLabel("Name").fill(name);
            press(page, "Create key");
            var before = shownKey(page, name);
            button(row(page, name), "Rotate").click();
            button(page.getByRole(AriaRole.ALERTDIALOG), "Rotate").click();
            var after = shownKey(page, name);
            assertThat(after).isNotEqualTo(before);
            assertThat(Api.with(before).get("/models").status()).isEqualTo(401);
            assertThat(Api.with(after).get("/models").status()).isEqualTo(200);
        }
    }

    @Test
    void membersAreInvitedChangedAndNeverLeftWithoutAnOwner() {
        try (var browsing = new Browsing()) {
            var page = browsing.signedIn("startup-owner");
            var email = UUID.randomUUID() + "@guest.example";
            open(page, "/team");
            press(page, "Invite somebody");
            var form = dialog(page, "Invite somebody");
            form.getByLabel("E-mail").fill("nobody@x");
            form.getByLabel("Name").fill("Guest Person");
            button(form, "Invite").click();
            awaitText(page, "This is no e-mail address");
            form.getByLabel("E-mail").fill(email);
            button(form, "Invite").click();
            awaitText(page, "Invitation for " + email);
            press(page, "Close");
            button(row(page, email), "Withdraw").click();
            awaitText(page, "The invitation of " + email + " is withdrawn");
            open(page, "/team");
            page.locator("vaadin-select").first().click();
            choose(page, "Member");
            awaitText(page, "An organisation keeps at least one owner");
            open(page, "/team");
            assertThat(page.locator("vaadin-select").first().innerText()).contains("Owner");
        }
    }

    @Test
    void anotherPolicyBindsTheNextRequest() {
        try (var browsing = new Browsing()) {
            var page = browsing.signedIn("startup-owner");
            assertThat(listed()).contains("allodium-guide-abroad");
            try {
                policy(page, "Home country only");
                assertThat(listed()).doesNotContain("allodium-guide-abroad");
                assertThat(Api.as("startup").chat("allodium-guide-abroad", "Hi", 4).status())
                        .isEqualTo(403);
            } finally {
                policy(page, "Home country and allied neighbour");
            }
            assertThat(listed()).contains("allodium-guide-abroad");
        }
    }

    @Test
    void takesAwayReceiptsThatVerifyAndUsageAsATable() {
        try (var browsing = new Browsing()) {
            var id = Api.as("startup").chat("allodium-guide", "Hi", 4).header("x-receipt-id");
            var page = browsing.signedIn("startup-owner");
            open(page, "/receipts/" + id);
            awaitText(page, "found in the log, checkpoint verified");
            var keys = Api.portal("/.well-known/jwks.json").text();
            var file = bytes(page.waitForDownload(() -> page.getByText("Download JSON").click()));
            assertThat(ReceiptVerifier.verify(file, keys))
                    .isInstanceOf(ReceiptVerifier.Outcome.Valid.class);
            open(page, "/usage");
            var table = page.waitForDownload(() -> page.getByText("Export as CSV").click());
            assertThat(new String(bytes(table), UTF_8)).startsWith("request,time,").contains(id);
        }
    }

    private static String shownKey(Page page, String name) {
        awaitText(page, "Copy the key now");
        var key = KEY.matcher(dialog(page, "Key “" + name + "”").innerText());
        assertThat(key.find()).isTrue();
        press(page, "I have copied it");
        return key.group();
    }

    private static Locator row(Page page, String text) {
        return page.locator("tbody tr")
                .filter(new Locator.FilterOptions().setHasText(text))
                .first();
    }

    private static String listed() {
        return Api.as("startup").get("/models").text();
    }

    private static void policy(Page page, String name) {
        open(page, "/policy");
        var choice = page.locator(".choice").filter(new Locator.FilterOptions().setHasText(name));
        button(choice.first(), "Choose").click();
        button(page.getByRole(AriaRole.ALERTDIALOG), "Choose").click();
        awaitText(page, "“" + name + "” is in force");
    }

    private static byte[] bytes(Download download) {
        try (var file = download.createReadStream()) {
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
