package org.allodium.it.journeys;

import static org.allodium.it.journeys.Browsing.awaitText;
import static org.allodium.it.journeys.Browsing.button;
import static org.allodium.it.journeys.Browsing.choose;
import static org.allodium.it.journeys.Browsing.dialog;
import static org.allodium.it.journeys.Browsing.open;
import static org.allodium.it.journeys.Browsing.press;
import static org.allodium.it.journeys.Browsing.signOut;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.allodium.it.product.Api;
import org.allodium.it.product.Product;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// The main job from end to end, as people do it: a visitor becomes an owner with a grant, a
/// program calls with the key, an administrator changes the quota.
class FromVisitorToReceiptIT {
    private static final Pattern KEY = Pattern.compile("sk-alo-[A-Za-z0-9_-]{43}");

    private final String mark = UUID.randomUUID().toString().substring(0, 8);
    private final String organisation = "Nova Lab " + mark;

    private String key = "";

    @TestFactory
    Stream<DynamicTest> aVisitorGetsAGrantAndCallsAModel() {
        var browsing = new Browsing();
        var owner = browsing.person();
        return new Steps(browsing)
                .then("a visitor signs up", () -> signUp(owner))
                .then("founds an organisation", () -> found(owner))
                .then("is refused while nobody verified it", () -> applyUnverified(owner))
                .then("is verified", () -> verify(browsing.signedIn("administrator")))
                .then("applies for a grant", () -> apply(owner))
                .then("is granted it", () -> approve(browsing.signedIn("programme-officer")))
                .then("reads of the grant", () -> readVerdict(owner))
                .then("creates a project", () -> createProject(owner))
                .then("creates a key", () -> key = createKey(owner))
                .then("calls a model with it", this::call)
                .then("asks in the playground and opens the receipt", () -> ask(owner))
                .then("sees where it ran and who paid", () -> seeUsage(owner))
                .then("keeps answers and has one replayed", () -> keepAnswers(owner, key))
                .then("gets a small quota", () -> limit(browsing.signedIn("administrator")))
                .then("is held to it at every endpoint", this::meetQuota)
                .then("revokes the key", () -> revoke(owner))
                .then("is refused with the revoked key", this::callInVain)
                .then("signs out, and has to sign in again", () -> leave(owner))
                .asTests();
    }

    private static void readVerdict(Page page) {
        open(page, "/programmes");
        awaitText(page, "approved");
    }

    private void call() {
        var answer = Api.with(key).chat("allodium-guide", "What is a receipt?", 48);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    }

    private static void seeUsage(Page page) {
        open(page, "/usage");
        page.getByText(Pattern.compile("Norrhamn|Sydal")).first().waitFor();
        assertThat(page.locator("body").innerText()).contains("cluster", "Ministry of Science");
    }

    private void meetQuota() {
        refuses(() -> Api.with(key).get("/models"));
        refuses(() -> Api.with(key).chat("allodium-guide", "Hi", 4));
        refuses(
                () ->
                        Api.with(key)
                                .post(
                                        "/embeddings",
                                        "{\"model\":\"all-minilm-l6-v2\",\"input\":\"x\"}"));
    }

    private void callInVain() {
        assertThat(Api.with(key).get("/models").status()).isEqualTo(401);
    }

    private static void leave(Page page) {
        signOut(page);
        open(page, "/login?to=/");
        page.waitForSelector("#username");
    }

    private void signUp(Page page) {
        open(page, "/");
        awaitText(page, "allodium-guide-abroad");
        page.getByText("Create an account").first().click();
        page.fill("#username", "nova-" + mark);
        page.fill("#password", "Tide-and-ice-77");
        page.fill("#password-confirm", "Tide-and-ice-77");
        page.fill("#email", "nova-" + mark + "@nova.example");
        page.fill("#firstName", "Nova");
        page.fill("#lastName", "Lind");
        page.locator("input[type=submit], button[type=submit]").first().click();
        page.getByLabel("Name of the organisation").waitFor();
    }

    private void found(Page page) {
        page.getByLabel("Name of the organisation").fill(organisation);
        page.getByLabel("Identifier in a public register").fill("not a register id !!");
        page.locator("vaadin-select").click();
        choose(page, "Research");
        page.getByRole(AriaRole.COMBOBOX, new Page.GetByRoleOptions().setName("Country"))
                .pressSequentially("XA");
        choose(page, "Home country (XA)");
        press(page, "Found the organisation");
        awaitText(page, "Excludes: Harbour City");
        assertThat(page.locator("vaadin-radio-group").innerText())
                .contains("controlled from a third country");
        page.getByText("Home country, national operators and control").click();
        press(page, "Found the organisation");
        awaitText(page, "none of the identifiers that are accepted here");
        page.getByLabel("Identifier in a public register")
                .fill("XA-0" + mark.toUpperCase(Locale.ROOT));
        press(page, "Found the organisation");
        awaitText(page, "Your organisation is founded");
    }

    private static void applyUnverified(Page page) {
        press(page, "Apply");
        page.getByLabel("Purpose").fill("Forecasting ice in harbours with small language models.");
        page.locator("vaadin-select").last().click();
        choose(page, "Natural sciences");
        page.getByLabel("Expected use").fill("A million tokens a month");
        page.getByLabel("Amount in EUR").fill("5");
        press(page, "Send application");
        awaitText(page, "who is no member of it verifies it");
    }

    private void verify(Page administrator) {
        open(administrator, "/staff/verifications");
        administrator.getByText(organisation).first().click();
        press(administrator, "Verify");
        var dialog = dialog(administrator, "Verify " + organisation);
        dialog.getByLabel("Basis").fill("Looked up in the register of XA today.");
        button(dialog, "Verify").click();
        awaitText(administrator, organisation + " is verified");
    }

    private static void apply(Page page) {
        open(page, "/programmes");
        press(page, "Apply");
        awaitText(page, "What you had typed is here again.");
        page.getByLabel("Purpose").fill("Too short");
        press(page, "Send application");
        awaitText(page, "between 20 and 4000 characters");
        page.getByLabel("Purpose").fill("Forecasting ice in harbours with small language models.");
        page.locator("vaadin-select").last().click();
        choose(page, "Natural sciences");
        page.getByLabel("Expected use").fill("A million tokens a month");
        page.getByLabel("Amount in EUR").fill("5");
        press(page, "Send application");
        awaitText(page, "waiting");
    }

    private void approve(Page officer) {
        open(officer, "/applications");
        officer.getByText(organisation).first().click();
        press(officer, "Approve");
        var dialog = dialog(officer, "Approve the application");
        dialog.getByLabel("Amount in EUR").fill("5");
        button(dialog, "Approve").click();
        awaitText(officer, "has a grant now");
    }

    private static void createProject(Page page) {
        open(page, "/projects");
        press(page, "New project");
        var dialog = dialog(page, "New project");
        dialog.getByLabel("Name").fill("Ice");
        button(dialog, "Save").click();
        awaitText(page, "is created");
    }

    private static String createKey(Page page) {
        open(page, "/keys");
        press(page, "New key");
        dialog(page, "New key").getByLabel("Name").fill("cluster");
        press(page, "Create key");
        awaitText(page, "Copy the key now");
        var shown = dialog(page, "Key “cluster”").innerText();
        assertThat(shown).contains("curl", "Python", "Java", "JavaScript", Product.api());
        var key = KEY.matcher(shown);
        assertThat(key.find()).isTrue();
        press(page, "I have copied it");
        open(page, "/keys");
        awaitText(page, "cluster");
        assertThat(page.content()).as("shown once").doesNotContain(key.group());
        return key.group();
    }

    private static void ask(Page page) {
        open(page, "/playground");
        // One of the longer answers: it is to come whole, with its link at the end.
        page.getByLabel("Message").fill("How do I get JSON back?");
        page.keyboard().press("Control+Enter");
        awaitText(page, "Ministry of Science");
        awaitText(page, "Handbook: ");
        assertThat(page.locator("body").innerText())
                .contains("Operator", "Price", "Who paid")
                .containsPattern("State Computing Centre|Sydal University");
        page.getByText("Open the receipt").click();
        awaitText(page, "found in the log, checkpoint verified");
    }

    /// A deterministic answer is made once and replayed for the cache's price.
    private static void keepAnswers(Page page, String key) {
        open(page, "/projects");
        page.getByRole(
                        AriaRole.CHECKBOX,
                        new Page.GetByRoleOptions().setName("Answer cache of Ice"))
                .check();
        awaitText(page, "are kept and replayed");
        var made = Api.with(key).chat("allodium-guide", "Who are you?", 40);
        var replayed = Api.with(key).chat("allodium-guide", "Who are you?", 40);
        assertThat(made.header("x-sovereignty")).contains("cache=miss");
        assertThat(replayed.header("x-sovereignty")).contains("cache=hit");
        assertThat(replayed.json().path("choices")).isEqualTo(made.json().path("choices"));
        var usage = replayed.json().path("usage");
        assertThat(usage.path("prompt_tokens_details").path("cached_tokens").asInt())
                .isEqualTo(usage.path("prompt_tokens").asInt());
        var receipt =
                Api.with(key)
                        .get("/receipts/" + replayed.header("x-receipt-id"))
                        .json()
                        .path("receipt");
        assertThat(receipt.path("cost").asString())
                .isEqualTo(receipt.path("price").path("cached_answer").asString());
    }

    private static void revoke(Page page) {
        open(page, "/keys");
        press(page, "Revoke");
        awaitText(page, "Revoke “cluster”?");
        button(page.locator("body"), "Revoke").last().click();
        awaitText(page, "is revoked");
    }

    private void limit(Page administrator) {
        open(administrator, "/organisations");
        administrator.getByText(organisation).first().click();
        press(administrator, "Change quota");
        var dialog = dialog(administrator, "Quota of");
        dialog.getByLabel("Requests a minute").fill("1");
        button(dialog, "Save").click();
        awaitText(administrator, "The quota of " + organisation + " binds");
    }

    /// One request a minute: of two in a row at least one is refused, wherever the minute ends.
    private static void refuses(Supplier<Api.Answer> request) {
        assertThat(List.of(request.get(), request.get()))
                .anySatisfy(
                        answer -> {
                            assertThat(answer.status()).isEqualTo(429);
                            assertThat(answer.error().path("code").asString())
                                    .isEqualTo("rate_limit_exceeded");
                        });
    }
}
