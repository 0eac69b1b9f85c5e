package org.allodium.it.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.allodium.it.journeys.Browsing.awaitText;
import static org.allodium.it.journeys.Browsing.button;
import static org.allodium.it.journeys.Browsing.choose;
import static org.allodium.it.journeys.Browsing.dialog;
import static org.allodium.it.journeys.Browsing.link;
import static org.allodium.it.journeys.Browsing.open;
import static org.allodium.it.journeys.Browsing.press;
import static org.allodium.it.journeys.Browsing.signIn;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.sql.SQLException;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import org.allodium.it.product.Product;
import org.junit.jupiter.api.Test;

/// A page's address says for which organisation and project it works, and nothing else does.
class AddressesIT {
    private static final Pattern SCHOOLS_HOME =
            Pattern.compile(".*/o/river-school/p/[0-9a-f-]{36}/home");
    private static final String STRICT = "Home country, national operators and control";

    private final String mark = UUID.randomUUID().toString().substring(0, 8);

    @Test
    void eachTabActsOnTheOrganisationThatItShows() throws SQLException {
        try (var browsing = new Browsing()) {
            var school = browsing.signedIn("school-owner");
            assertThat(school).hasURL(SCHOOLS_HOME);
            link(school, "Residency").click();
            awaitText(school, "Policies your organisation may choose");
            var club = school.context().newPage();
            var slug = found(club);
            choosePolicy(school, "Home country only");
            assertThat(policyOf("river-school")).isEqualTo("national");
            assertThat(policyOf(slug)).isEqualTo("national-strict");
            link(school, "Keys").click();
            press(school, "New key");
            dialog(school, "New key").getByLabel("Name").fill("tab-" + mark);
            switchTo(club, "River School");
            assertThat(club).hasURL(Pattern.compile(".*/o/river-school/home"));
            switchTo(club, "Chess Club " + mark);
            assertThat(club).hasURL(Pattern.compile(".*/o/" + slug + "/home"));
            press(school, "Create key");
            awaitText(school, "Copy the key now");
            assertThat(holderOf("tab-" + mark)).isEqualTo("river-school");
            press(school, "I have copied it");
            link(school, "Residency").click();
            choosePolicy(school, STRICT);
        }
    }

    @Test
    void backAndForwardKeepToTheAddress() {
        try (var browsing = new Browsing()) {
            var page = browsing.signedIn("owner");
            open(page, "/o/coastal-climate-lab/usage");
            awaitText(page, "All projects of Coastal Climate Lab");
            page.locator(".switch").last().click();
            page.getByRole(AriaRole.MENUITEM, new Page.GetByRoleOptions().setName("Harbour ice"))
                    .click();
            awaitText(page, "Project Harbour ice");
            link(page, "Keys").click();
            assertThat(page)
                    .hasURL(Pattern.compile(".*/o/coastal-climate-lab/p/[0-9a-f-]{36}/keys"));
            assertThat(page.locator(".switch").last()).containsText("Harbour ice");
            page.goBack();
            awaitText(page, "Project Harbour ice");
            page.goBack();
            awaitText(page, "All projects of Coastal Climate Lab");
            page.goForward();
            awaitText(page, "Project Harbour ice");
        }
    }

    @Test
    void anotherOrganisationsAddressIsLikeOneThatDoesNotExist() {
        try (var browsing = new Browsing()) {
            var page = browsing.signedIn("school-owner");
            var absent = body(page, "/o/no-such-organisation/keys");
            assertThat(absent).contains("There is no such page");
            assertThat(body(page, "/o/coastal-climate-lab/keys")).isEqualTo(absent);
            assertThat(body(page, "/o/river-school/p/" + UUID.randomUUID() + "/keys"))
                    .contains("There is no such page");
            assertThat(body(page, "/staff/applications")).contains("There is no such page");
        }
    }

    @Test
    void oldAddressesAndDeepLinksLeadToThePageAfterSigningIn() {
        try (var browsing = new Browsing()) {
            var page = browsing.person();
            open(page, "/usage?days=7");
            signIn(page, "owner");
            assertThat(page)
                    .hasURL(
                            Pattern.compile(
                                    ".*/o/coastal-climate-lab/p/[0-9a-f-]{36}/usage\\?days=7"));
            var officer = browsing.person();
            open(officer, "/applications");
            signIn(officer, "programme-officer");
            assertThat(officer).hasURL(Pattern.compile(".*/staff/applications"));
        }
    }

    private static String body(Page page, String path) {
        var answer = page.navigate(Product.portal() + path);
        assertThat(answer.status()).as(path).isEqualTo(404);
        page.locator("main h2").first().waitFor();
        return page.locator("main").innerText();
    }

    /// Founds one more organisation and returns its slug.
    private String found(Page page) {
        open(page, "/found");
        page.getByLabel("Name of the organisation").fill("Chess Club " + mark);
        page.getByLabel("Identifier in a public register")
                .fill("XA-0" + mark.toUpperCase(Locale.ROOT));
        page.locator("vaadin-select").click();
        choose(page, "Research");
        page.getByRole(AriaRole.COMBOBOX, new Page.GetByRoleOptions().setName("Country"))
                .pressSequentially("XA");
        choose(page, "Home country (XA)");
        page.getByText(STRICT).click();
        press(page, "Found the organisation");
        awaitText(page, "Your organisation is founded");
        var path = Pattern.compile("/o/([a-z0-9-]+)/programmes").matcher(page.url());
        assertThat(path.find()).as(page.url()).isTrue();
        return path.group(1);
    }

    private static void switchTo(Page page, String organisation) {
        page.locator(".switch").first().click();
        page.getByRole(AriaRole.MENUITEM, new Page.GetByRoleOptions().setName(organisation))
                .click();
        assertThat(page.locator(".switch").first()).containsText(organisation);
    }

    private static void choosePolicy(Page page, String name) {
        var choice = page.locator(".choice").filter(new Locator.FilterOptions().setHasText(name));
        button(choice.first(), "Choose").click();
        button(page.getByRole(AriaRole.ALERTDIALOG), "Choose").click();
        awaitText(page, "“" + name + "” is in force");
    }

    private static String policyOf(String slug) throws SQLException {
        return text(
                "select policy from sovereignty.policy_use join tenancy.organisation"
                        + " using (tenant_id) where slug = ? and scope = 'ORGANISATION'"
                        + " order by epoch desc limit 1",
                slug);
    }

    private static String holderOf(String key) throws SQLException {
        return text(
                "select slug from identity.api_key join tenancy.organisation using (tenant_id)"
                        + " where api_key.name = ?",
                key);
    }

    private static String text(String sql, String value) throws SQLException {
        try (var database = Product.database();
                var select = database.prepareStatement(sql)) {
            select.setString(1, value);
            try (var rows = select.executeQuery()) {
                return rows.next() ? rows.getString(1) : "";
            }
        }
    }
}
