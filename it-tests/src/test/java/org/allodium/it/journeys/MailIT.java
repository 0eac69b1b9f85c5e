package org.allodium.it.journeys;

import static org.allodium.it.journeys.Browsing.open;
import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import com.microsoft.playwright.Page;
import jakarta.mail.BodyPart;
import jakarta.mail.Multipart;
import jakarta.mail.internet.MimeMessage;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.allodium.it.product.Product;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// With a mail server an address is somebody's only after they showed that they read its mail, and
/// a forgotten password is no lost account.
class MailIT {
    private static final Pattern LINK = Pattern.compile("http://\\S+/login-actions/\\S+");

    private final GreenMail mail =
            new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    private final String mark = UUID.randomUUID().toString().substring(0, 8);
    private final String address = "mira-" + mark + "@mail.example";

    @BeforeEach
    void start() {
        mail.start();
        Product.sendMailThrough(
                Map.of(
                        "ALLODIUM_SMTP_HOST", "127.0.0.1",
                        "ALLODIUM_SMTP_PORT", Integer.toString(mail.getSmtp().getPort()),
                        "ALLODIUM_SMTP_FROM", "portal@mail.example",
                        "ALLODIUM_SMTP_TLS", "none"));
    }

    @AfterEach
    void stop() {
        Product.sendMailThrough(Map.of());
        mail.stop();
    }

    @Test
    void anAddressIsVerifiedAndAForgottenPasswordReset() throws Exception {
        try (var browsing = new Browsing()) {
            var page = browsing.person();
            signUp(page);
            assertThat(page.url()).as("not in before the mail is read").contains("/realms/");
            page.navigate(link(1));
            proceed(page);
            choose(page, "Tide-and-ice-77");
            page.getByLabel("Name of the organisation").waitFor();

            var later = browsing.person();
            forget(later);
            later.navigate(link(2));
            choose(later, "Other-tide-and-ice-78");
            proceed(later);
            later.getByLabel("Name of the organisation").waitFor();
        }
    }

    @Test
    void withoutAMailServerNobodyIsPromisedMail() {
        Product.sendMailThrough(Map.of());
        try (var browsing = new Browsing()) {
            var page = browsing.person();
            askForPassword(page, "owner");
            assertThat(page.locator("a[href*=reset-credentials]").count()).isZero();
        }
    }

    /// Where addresses are verified a password is asked for only by whoever reads the mail.
    private void signUp(Page page) {
        open(page, "/");
        page.getByText("Create an account").first().click();
        page.fill("#username", "mira-" + mark);
        page.fill("#email", address);
        page.fill("#firstName", "Mira");
        page.fill("#lastName", "Lind");
        page.locator("input[type=submit], button[type=submit]").first().click();
        assertThat(mail.waitForIncomingEmail(20_000, 1)).isTrue();
    }

    private static void choose(Page page, String password) {
        page.fill("#password-new", password);
        page.fill("#password-confirm", password);
        page.locator("input[type=submit], button[type=submit]").first().click();
    }

    /// The sign-in asks who it is, and only then for the password.
    private static void askForPassword(Page page, String username) {
        open(page, "/login?to=/");
        page.fill("#username", username);
        if (page.locator("#password").count() == 0) {
            page.click("#kc-login");
        }
        page.waitForSelector("#password");
    }

    private void forget(Page page) {
        askForPassword(page, address);
        page.locator("a[href*=reset-credentials]").first().click();
        page.waitForURL(url -> url.contains("reset-credentials"));
        if (page.locator("#username").count() > 0) {
            page.fill("#username", address);
            page.locator("input[type=submit], button[type=submit]").first().click();
        }
        assertThat(mail.waitForIncomingEmail(20_000, 2)).isTrue();
    }

    /// Keycloak asks once more where the link was opened without its own cookie.
    private static void proceed(Page page) {
        if (page.url().contains("/realms/")) {
            var links = page.locator("#kc-info-message a");
            if (links.count() > 0) {
                links.first().click();
            }
        }
    }

    private String link(int message) throws Exception {
        var received = mail.getReceivedMessages()[message - 1];
        assertThat(received.getAllRecipients()[0].toString()).isEqualTo(address);
        var found = LINK.matcher(text(received));
        assertThat(found.find()).as(text(received)).isTrue();
        return found.group();
    }

    private static String text(MimeMessage message) throws Exception {
        Object content = message.getContent();
        return content instanceof Multipart parts ? text(parts.getBodyPart(0)) : content.toString();
    }

    private static String text(BodyPart part) throws Exception {
        Object content = part.getContent();
        return content instanceof Multipart parts ? text(parts.getBodyPart(0)) : content.toString();
    }
}
