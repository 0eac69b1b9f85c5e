package org.allodium.it.journeys;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ReducedMotion;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.allodium.it.product.Product;

/// An installed Chromium, and what every journey does: sign in, press, fill.
public final class Browsing implements AutoCloseable {
    private static final List<String> QUIET =
            List.of(
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-quic",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync");

    private final Playwright playwright =
            Playwright.create(
                    new Playwright.CreateOptions()
                            .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    private final Browser browser =
            playwright
                    .chromium()
                    .launch(
                            new BrowserType.LaunchOptions()
                                    .setExecutablePath(chromium())
                                    .setArgs(QUIET));

    private static Path chromium() {
        return Stream.of("chromium", "chromium-browser", "google-chrome")
                .map(name -> Path.of("/usr/bin", name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("Chromium is not installed"));
    }

    /// A person of their own: no cookie is shared.
    public Page person() {
        BrowserContext context =
                browser.newContext(
                        new Browser.NewContextOptions()
                                .setLocale("en-GB")
                                .setReducedMotion(ReducedMotion.REDUCE)
                                .setViewportSize(1440, 1000));
        // A first page compiles much of the server; on a small machine that takes long.
        context.setDefaultTimeout(60_000);
        LastPages.watch(context);
        return context.newPage();
    }

    /// A demo user, signed in through Keycloak.
    public Page signedIn(String username) {
        return signedIn(username, "/");
    }

    public Page signedIn(String username, String path) {
        var page = person();
        page.navigate(
                Product.portal() + "/login?to=" + URLEncoder.encode(path, StandardCharsets.UTF_8));
        signIn(page, username);
        return page;
    }

    /// At Keycloak's form.
    static void signIn(Page page, String username) {
        page.fill("#username", username);
        if (page.locator("#password").count() == 0) {
            page.click("#kc-login");
        }
        page.fill("#password", Product.user(username).password());
        page.click("#kc-login");
        page.getByRole(AriaRole.BUTTON, named("Account of")).first().waitFor();
    }

    static void signOut(Page page) {
        page.getByRole(AriaRole.BUTTON, named("Account of")).first().click();
        page.getByText("Sign out").click();
        page.getByText("Sign in").first().waitFor();
    }

    static Locator link(Page page, String name) {
        return page.getByRole(AriaRole.LINK, exactly(name));
    }

    static void open(Page page, String path) {
        page.navigate(Product.portal() + path);
    }

    public static void press(Page page, String button) {
        page.getByRole(AriaRole.BUTTON, exactly(button)).first().click();
    }

    /// Inside the dialog of this title.
    public static Locator dialog(Page page, String title) {
        return page.getByRole(AriaRole.DIALOG, named(title));
    }

    public static Locator button(Locator inside, String name) {
        return inside.getByRole(
                AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(name).setExact(true));
    }

    public static void awaitText(Page page, String text) {
        page.getByText(text).first().waitFor();
    }

    static void choose(Page page, String option) {
        page.getByRole(AriaRole.OPTION, named(option)).first().click();
    }

    private static Page.GetByRoleOptions named(String name) {
        return new Page.GetByRoleOptions().setName(name);
    }

    private static Page.GetByRoleOptions exactly(String name) {
        return new Page.GetByRoleOptions().setName(name).setExact(true);
    }

    /// What its pages show, for whoever reads of a failure.
    void look() {
        LastPages.look(browser.contexts());
    }

    @Override
    public void close() {
        look();
        playwright.close();
    }
}
