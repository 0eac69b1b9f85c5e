package org.allodium.it.journeys;

import com.microsoft.playwright.Page;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.allodium.it.product.Checkout;
import org.allodium.it.product.Product;
import org.allodium.it.product.SecondProduct;
import org.allodium.it.product.Waiting;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// `./allodium dev`: what somebody saves is seen in the browser, by the smallest means that will
/// do. How long each took is printed, and not judged: that depends on what else the machine does.
class DevelopmentIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String TEXTS =
            "portal-ui/src/main/resources/org/allodium/portal/messages.properties";
    private static final String STYLES = "portal-ui/src/main/webapp/styles/pages.css";
    private static final String VIEW =
            "portal-ui/src/main/java/org/allodium/portal/welcome/WelcomeView.java";

    // Not in the folder for temporary files, which may lie on another disk.
    private final Path folder = Product.root().resolve("it-tests/target/development");

    @Test
    @Tag("long")
    void whatIsSavedIsSeen() throws Exception {
        Checkout.delete(folder);
        var checkout = Checkout.copiedTo(folder.resolve("checkout"));
        try (var product = SecondProduct.developed(checkout.root(), folder);
                var browsing = new Browsing()) {
            var page = browsing.person();
            page.navigate(product.portal() + "/");
            page.getByText("AI models in the country").first().waitFor();

            long saved = System.nanoTime();
            checkout.change(TEXTS, "welcome.lead=", "welcome.lead=Saved a moment ago. ");
            seen(page, product, "Saved a moment ago.", "messages.properties: seen with the next");
            took("a text", saved);

            saved = System.nanoTime();
            checkout.change(STYLES, ".steps", ".welcome h1 { letter-spacing: 7px; }\n.steps");
            page.reload();
            Waiting.until(
                    PATIENCE,
                    "the new style",
                    () -> {
                        page.reload();
                        page.locator("h1").first().waitFor();
                        return "7px".equals(spacing(page));
                    });
            took("a style", saved);

            saved = System.nanoTime();
            checkout.change(VIEW, "new Card(say(\"welcome.steps\"), list)", "new Card(\"Body\")");
            seen(page, product, "Body", "WelcomeView.java: swapped in place");
            took("a method's body", saved);

            checkout.change(VIEW, "new Card(\"Body\")", "new Card(other())");
            waitFor(product, "cannot find symbol");

            saved = System.nanoTime();
            checkout.change(
                    VIEW,
                    "    private static ListItem step(",
                    "    private static String other() {\n        return \"New member\";\n    }\n\n"
                            + "    private static ListItem step(");
            seen(page, product, "New member", "WelcomeView.java: deployed anew");
            took("a new member", saved);
        }
    }

    private static void took(String what, long saved) {
        var took = Duration.ofNanos(System.nanoTime() - saved);
        System.out.printf(Locale.ROOT, "  %s was seen after %.1f s%n", what, took.toMillis() / 1e3);
    }

    private static Object spacing(Page page) {
        return page.locator("h1").first().evaluate("it => getComputedStyle(it).letterSpacing");
    }

    private static void seen(Page page, SecondProduct product, String text, String how)
            throws Exception {
        waitFor(product, how);
        page.reload();
        page.getByText(text).first().waitFor();
    }

    private static void waitFor(SecondProduct product, String words) throws Exception {
        Waiting.until(PATIENCE, words, () -> contains(product, words));
    }

    private static boolean contains(SecondProduct product, String words) throws IOException {
        return product.said().contains(words);
    }
}
