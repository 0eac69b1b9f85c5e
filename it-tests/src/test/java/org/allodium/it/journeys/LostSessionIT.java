package org.allodium.it.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.allodium.it.journeys.Browsing.button;
import static org.allodium.it.journeys.Browsing.link;
import static org.allodium.it.journeys.Browsing.open;
import static org.allodium.it.journeys.Browsing.press;
import static org.allodium.it.journeys.Browsing.signIn;
import static org.allodium.it.journeys.Browsing.signOut;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.Cookie;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.allodium.it.product.Product;
import org.junit.jupiter.api.Test;

/// A session ends while somebody writes: a page of the portal says so and brings them back, with
/// what they had typed.
class LostSessionIT {
    private static final String PAGE = "/o/tidewater-robotics/programmes";
    private static final String SESSION = "JSESSIONID";

    private final String purpose = "Orders for harbour cranes, trial " + UUID.randomUUID();
    private final String expected = "About a thousand requests, " + UUID.randomUUID();

    @Test
    void anExpiredSessionLosesNothing() {
        try (var browsing = new Browsing()) {
            var page = browsing.signedIn("startup-owner");
            // Before the session is gone: the page may notice by itself, and leave the form.
            writing(page).getByLabel("Expected use").fill(expected);
            // To the server a session that ran out is an id that it does not know.
            page.context().clearCookies(named(SESSION));
            page.context()
                    .addCookies(
                            List.of(new Cookie(SESSION, "0000gone:-1").setUrl(Product.portal())));
            send(page);
            saysSoAndComesBack(page, false);
        }
    }

    @Test
    void anotherTabsSignOutLosesNothingAndShowsNobodyElseAnything() {
        try (var browsing = new Browsing()) {
            var page = browsing.signedIn("startup-owner");
            writing(page).getByLabel("Expected use").fill(expected);
            var other = page.context().newPage();
            open(other, "/");
            signOut(other);
            // Nobody presses anything: a page of somebody who has left does not stay on the screen.
            saysSoAndComesBack(page, true);
            button(dialog(page), "Cancel").click();
            button(page.getByRole(AriaRole.ALERTDIALOG), "Keep for later").click();
            signOut(page);
            open(page, "/login?to=/");
            signIn(page, "owner");
            open(page, "/programmes");
            assertThat(written(page)).doesNotContain(purpose).doesNotContain("harbour cranes");
            press(page, "Apply");
            assertThat(dialog(page).getByLabel("Purpose")).hasValue("");
        }
    }

    @Test
    void forgottenCookiesLoseNothing() {
        try (var browsing = new Browsing()) {
            var page = browsing.signedIn("startup-owner");
            var form = writing(page);
            form.getByLabel("Expected use").fill(expected);
            page.context().clearCookies();
            send(page);
            saysSoAndComesBack(page, true);
            var again = dialog(page);
            press(page, "Discard it");
            assertThat(again.getByLabel("Purpose")).hasValue("");
            button(again, "Cancel").click();
            open(page, PAGE);
            press(page, "Apply");
            assertThat(dialog(page).getByLabel("Purpose")).hasValue("");
        }
    }

    @Test
    void leavingAsksWhenSomethingWasTyped() {
        try (var browsing = new Browsing()) {
            var page = browsing.signedIn("startup-owner");
            var form = writing(page);
            page.keyboard().press("Escape");
            var question = page.getByRole(AriaRole.ALERTDIALOG);
            assertThat(button(question, "Go on writing")).isFocused();
            page.keyboard().press("Enter");
            assertThat(form.getByLabel("Purpose")).isFocused();
            assertThat(form.getByLabel("Purpose")).hasValue(purpose);
            page.goBack();
            assertThat(question).containsText("kept in this browser");
            button(question, "Go on writing").click();
            assertThat(form.getByLabel("Purpose")).isFocused();
            assertThat(form.getByLabel("Purpose")).hasValue(purpose);
            assertThat(page).hasURL(Product.portal() + PAGE);
            page.keyboard().press("Escape");
            button(question, "Discard").click();
            assertThat(form).isHidden();
            link(page, "Grants").click();
            assertThat(page).hasURL(Pattern.compile(".*/grants"));
        }
    }

    @Test
    void aBrowserWithoutCookiesIsToldWhatIsMissing() {
        try (var browsing = new Browsing()) {
            var page = browsing.person();
            page.addInitScript(
                    "Object.defineProperty(navigator, 'cookieEnabled', {get: () => false})");
            open(page, PAGE);
            page.getByText("This browser keeps no cookies").waitFor();
        }
    }

    @Test
    void aQuestionToAModelIsKeptUntilItIsAsked() {
        try (var browsing = new Browsing()) {
            var page = browsing.signedIn("owner");
            link(page, "Playground").click();
            page.getByLabel("Message").fill(purpose);
            page.context().clearCookies();
            reload(page);
            link(page, "Sign in and go on").click();
            signIn(page, "owner");
            assertThat(page.getByLabel("Message")).hasValue(purpose);
            press(page, "Send");
            page.getByText("Open the receipt").waitFor();
            page.reload();
            assertThat(page.getByLabel("Message")).hasValue("");
        }
    }

    @Test
    void whatIsWrittenBeforeAnEarlierDraftArrivesStays() {
        try (var browsing = new Browsing()) {
            var page = browsing.signedIn("startup-owner");
            writing(page).getByLabel("Expected use").fill(expected);
            open(page, PAGE);
            page.waitForFunction("() => window.allodium?.drafts");
            page.evaluate(
                    """
                    () => {
                      const drafts = window.allodium.drafts;
                      const begin = drafts.begin;
                      const arrival = new Promise((go) => { window.arrive = go; });
                      drafts.begin = async (form, name) => {
                        const earlier = await begin(form, name);
                        await arrival;
                        return earlier;
                      };
                    }
                    """);
            press(page, "Apply");
            var form = dialog(page);
            form.getByLabel("Purpose").fill("Too short");
            page.evaluate("() => window.arrive()");
            assertThat(form.getByLabel("Expected use")).hasValue(expected);
            assertThat(form.getByLabel("Purpose")).hasValue("Too short");
            press(page, "Discard it");
            assertThat(form.getByLabel("Purpose")).hasValue("");
        }
    }

    /// The page may notice by itself that the session is gone, and be on its way already.
    private static void reload(Page page) {
        try {
            page.reload();
        } catch (PlaywrightException onItsWay) {
            page.waitForLoadState();
        }
    }

    private Locator writing(Page page) {
        open(page, "/o/tidewater-robotics/home");
        link(page, "Programmes").click();
        press(page, "Apply");
        var form = dialog(page);
        form.getByLabel("Purpose").fill(purpose);
        return form;
    }

    /// By the keyboard, which waits for nothing: what was typed may have told the page already that
    /// its session is gone, and the button with it.
    private static void send(Page page) {
        page.keyboard().press("Control+Enter");
    }

    private void saysSoAndComesBack(Page page, boolean withPassword) {
        page.getByText("Your session has ended").waitFor();
        assertThat(page).hasURL(Product.portal() + PAGE);
        link(page, "Sign in and go on").click();
        if (withPassword) {
            signIn(page, "startup-owner");
        }
        assertThat(page).hasURL(Product.portal() + PAGE);
        press(page, "Apply");
        var form = dialog(page);
        assertThat(form.getByLabel("Purpose")).hasValue(purpose);
        assertThat(form.getByLabel("Expected use")).hasValue(expected);
    }

    private static Locator dialog(Page page) {
        return page.getByRole(AriaRole.DIALOG);
    }

    private static String written(Page page) {
        return page.evaluate(
                        "JSON.stringify(Object.entries(localStorage))"
                                + " + JSON.stringify(Object.entries(sessionStorage))")
                .toString();
    }

    private static BrowserContext.ClearCookiesOptions named(String cookie) {
        return new BrowserContext.ClearCookiesOptions().setName(cookie);
    }
}
