package org.allodium.it.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.allodium.it.journeys.Browsing.button;
import static org.allodium.it.journeys.Browsing.link;
import static org.allodium.it.journeys.Browsing.open;
import static org.allodium.it.journeys.Browsing.press;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.allodium.it.product.Api;
import org.junit.jupiter.api.Test;

/// axe-core finds nothing critical or serious on any page, as its role sees it, light and dark, on
/// a desk and on a phone, where nothing is wider than the screen; and the keyboard reaches what the
/// mouse does.
class AccessibleIT {
    private static final String AXE = script();
    /// All rules, or those of colours: of the rest a second theme changes nothing.
    private static final String FINDINGS =
            """
            colours => axe.run(document, {resultTypes: ['violations'],
                ...(colours ? {runOnly: ['color-contrast', 'link-in-text-block']} : {})})
              .then(result => result.violations
              .filter(one => one.impact === 'critical' || one.impact === 'serious')
              .flatMap(one => one.nodes.map(node =>
                `${one.id} (${one.impact}): ${node.html.slice(0, 160)} | ${node.failureSummary}`)))""";

    private static final String TOO_WIDE =
            "document.documentElement.scrollWidth > document.documentElement.clientWidth";

    private static final List<Integer> WIDTHS = List.of(1440, 390);
    private static final List<String> THEMES = List.of("light", "dark");

    private final List<String> found = new ArrayList<>();

    @Test
    void visitorsAndNewcomers() {
        try (var browsing = new Browsing()) {
            check(
                    browsing.person(),
                    "/",
                    "/handbook",
                    "/handbook/calling",
                    "/sign-in-trouble?reason=away");
            check(browsing.signedIn("owner"), "/found", "/o/nowhere/home");
        }
        assertThat(found).isEmpty();
    }

    @Test
    void theReferenceOfTheApis() {
        try (var browsing = new Browsing()) {
            var page = browsing.person();
            open(page, "/reference");
            page.locator(".opblock-summary").first().click();
            page.getByText("Idempotency-Key").first().waitFor();
            look(page, "/reference");
        }
        assertThat(found).isEmpty();
    }

    @Test
    void anOwnersPages() {
        var startup = Api.as("startup");
        var receipt =
                startup.chat("allodium-guide", "How do I make a key?", 4).header("x-receipt-id");
        startup.chat("no-such-model", "Hi", 4);
        try (var browsing = new Browsing()) {
            var page = browsing.signedIn("startup-owner");
            check(
                    page,
                    "/home",
                    "/playground",
                    "/models",
                    "/keys",
                    "/usage",
                    "/refusals",
                    "/projects",
                    "/grants",
                    "/programmes",
                    "/policy",
                    "/team",
                    "/receipts/" + receipt);
            open(page, "/keys");
            press(page, "New key");
            page.getByRole(AriaRole.DIALOG).getByLabel("Name").waitFor();
            look(page, "the dialog of a new key");
        }
        assertThat(found).isEmpty();
    }

    @Test
    void staffsPages() {
        try (var browsing = new Browsing()) {
            var officer = browsing.signedIn("programme-officer");
            check(
                    officer,
                    "/staff/desk",
                    "/staff/applications",
                    "/staff/calls",
                    "/staff/verifications");
            open(officer, "/staff/applications");
            officer.locator("a.model-name").first().click();
            officer.getByText("Course").first().waitFor();
            look(officer, "an application");
            check(browsing.signedIn("operator"), "/staff/months");
            var administrator = browsing.signedIn("administrator");
            check(
                    administrator,
                    "/staff/desk",
                    "/staff/organisations",
                    "/staff/organisations/coastal-climate-lab",
                    "/staff/verifications",
                    "/staff/verifications/coastal-climate-lab");
        }
        assertThat(found).isEmpty();
    }

    /// They see what others see, or less of it: one look at each page suffices.
    @Test
    void theOtherRolesPages() {
        try (var browsing = new Browsing()) {
            glance(browsing, "member", "/keys", "/policy");
            glance(browsing, "billing-viewer", "/home", "/models");
            for (var role :
                    List.of("operator", "auditor", "finance", "reviewer", "security-officer")) {
                glance(browsing, role, "/staff/desk");
            }
        }
        assertThat(found).isEmpty();
    }

    @Test
    void theKeyboardFindsItsWay() {
        try (var browsing = new Browsing()) {
            var page = browsing.signedIn("owner");
            open(page, "/o/coastal-climate-lab/team");
            page.locator("h1").waitFor();
            page.keyboard().press("Tab");
            assertThat(link(page, "Skip to the content")).isFocused();
            page.keyboard().press("Enter");
            assertThat(page.locator("main#content")).isFocused();
            link(page, "Grants").click();
            assertThat(page.locator("h1")).isFocused();
            link(page, "Team").click();
            press(page, "Remove");
            var question = page.getByRole(AriaRole.ALERTDIALOG);
            assertThat(button(question, "Cancel")).isFocused();
            page.keyboard().press("Escape");
            link(page, "Residency").click();
            press(page, "Choose");
            assertThat(button(question, "Cancel")).isFocused();
            assertThat(button(question, "Choose").getAttribute("theme")).doesNotContain("error");
        }
    }

    private void check(Page page, String... paths) {
        for (var path : paths) {
            open(page, path);
            page.locator("main h1").waitFor();
            look(page, path);
        }
    }

    private void glance(Browsing browsing, String role, String first, String... others) {
        var page = browsing.signedIn(role, first);
        glance(page, role + first);
        for (var path : others) {
            open(page, path);
            glance(page, role + path);
        }
    }

    private void glance(Page page, String what) {
        page.locator("main h1").waitFor();
        look(page, what, WIDTHS.subList(1, 2), THEMES.subList(1, 2));
    }

    private void look(Page page, String what) {
        look(page, what, WIDTHS, THEMES);
    }

    private void look(Page page, String what, List<Integer> widths, List<String> themes) {
        page.waitForFunction(
                "!Object.values(window.Vaadin?.Flow?.clients ?? {})"
                        + ".some(one => one.isActive && one.isActive())");
        page.evaluate(AXE);
        for (int width : widths) {
            page.setViewportSize(width, 1000);
            if ((boolean) page.evaluate(TOO_WIDE)) {
                found.add("%s %d: wider than the screen".formatted(what, width));
            }
            for (var theme : themes) {
                page.evaluate("theme => document.documentElement.dataset.theme = theme", theme);
                boolean colours = !theme.equals(themes.getFirst());
                for (var finding : (List<?>) page.evaluate(FINDINGS, colours)) {
                    found.add("%s %d %s: %s".formatted(what, width, theme, finding));
                }
            }
        }
        page.setViewportSize(1440, 1000);
    }

    private static String script() {
        try (var file = AccessibleIT.class.getResourceAsStream("/axe.min.js")) {
            return new String(Objects.requireNonNull(file).readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
