package org.allodium.it.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.RequestOptions;
import java.io.IOException;
import org.allodium.it.product.Product;
import org.allodium.it.product.RawHttp;
import org.junit.jupiter.api.Test;

/// The way to Keycloak and back: where it leads, and where it cannot be led.
class SignInIT {
    private static final String FOREIGN =
            "Host: evil.example\r\n"
                    + "X-Forwarded-Host: evil.example\r\n"
                    + "X-Forwarded-Proto: https\r\n"
                    + "Forwarded: host=evil.example\r\n"
                    + "Connection: close\r\n\r\n";

    @Test
    void aDeepLinkSurvivesTheSignInAndASecondTabNeedsNone() {
        try (var browser = new Browsing()) {
            var page = browser.signedIn("owner", "/models?from=mail");
            assertThat(page.url()).endsWith("models?from=mail");
            var tab = page.context().newPage();
            tab.navigate(Product.portal() + "/login?to=%2Fmodels");
            assertThat(tab.url()).startsWith(Product.portal()).endsWith("models");
        }
    }

    @Test
    void theSessionOfAVisitorDoesNotBecomeThePersons() {
        try (var browser = new Browsing()) {
            var page = browser.person();
            page.navigate(Product.portal() + "/");
            var before = session(page);
            page.navigate(Product.portal() + "/login?to=%2F");
            Browsing.signIn(page, "owner");
            assertThat(session(page)).isNotEmpty().isNotEqualTo(before);
        }
    }

    /// As when the page reloads or the lid closes before the browser has followed.
    @Test
    void whoSignsOutIsOutAlsoWhereTheBrowserNeverReachesKeycloak() {
        try (var browser = new Browsing()) {
            var page = browser.signedIn("owner");
            var left =
                    page.request()
                            .get(
                                    Product.portal() + "/logout",
                                    RequestOptions.create().setMaxRedirects(0));
            assertThat(left.status()).isEqualTo(302);
            page.navigate(Product.portal() + "/login?to=%2F");
            page.waitForSelector("#username");
        }
    }

    private static String session(Page page) {
        return page.context().cookies().stream()
                .filter(cookie -> cookie.name.equals("JSESSIONID"))
                .map(cookie -> cookie.value)
                .findFirst()
                .orElse("");
    }

    @Test
    void noHeaderLeadsTheBrowserElsewhere() throws IOException {
        var away = RawHttp.send("GET /login?to=%2F%2Fevil.example HTTP/1.1\r\n" + FOREIGN);
        assertThat(RawHttp.header(away, "location"))
                .startsWith(Product.issuer() + "/protocol/openid-connect/auth?")
                .contains(
                        "redirect_uri=" + Product.portal().replace(":", "%3A").replace("/", "%2F"))
                .contains("code_challenge_method=S256")
                .doesNotContain("evil");
        var back =
                RawHttp.send(
                        "GET /oidcclient/redirect/keycloak?code=c&state=s HTTP/1.1\r\n" + FOREIGN);
        assertThat(RawHttp.header(back, "location"))
                .isEqualTo(Product.portal() + "/sign-in-trouble?reason=forgotten&to=%2Fhome");
        var out = RawHttp.send("GET /logout HTTP/1.1\r\n" + FOREIGN);
        assertThat(RawHttp.header(out, "location"))
                .startsWith(Product.issuer() + "/protocol/openid-connect/logout?")
                .doesNotContain("evil");
    }

    @Test
    void whoseBrowserForgotTheAttemptIsToldAndMayBeginAgain() {
        try (var browser = new Browsing()) {
            var page = browser.person();
            page.navigate(Product.portal() + "/oidcclient/redirect/keycloak?code=c&state=s");
            Browsing.awaitText(page, "This sign-in could not be finished");
            page.getByRole(
                            AriaRole.LINK,
                            new Page.GetByRoleOptions().setName("Sign in again").setExact(true))
                    .click();
            page.waitForSelector("#username");
        }
    }
}
