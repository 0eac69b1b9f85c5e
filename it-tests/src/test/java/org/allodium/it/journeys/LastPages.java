package org.allodium.it.journeys;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.Request;
import java.lang.reflect.Method;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.DynamicTestInvocationContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.opentest4j.TestAbortedException;

/// What a journey's pages showed and did last, in the words of its failure, which alone says only
/// that something did not appear. The interceptor is made by the platform, the pages by the
/// journeys, one after another.
public final class LastPages implements InvocationInterceptor {
    private static final int KEPT = 60;

    /// What each page fetches says nothing, and there is much of it.
    private static final Pattern PARTS = Pattern.compile("/(VAADIN|styles|scripts|icons|aura)/");

    private static final int SHOWN_WITHIN_MILLIS = 2_000;
    private static final Deque<String> EVENTS = new ArrayDeque<>();
    private static final Map<Request, Instant> UNANSWERED = new ConcurrentHashMap<>();
    private static String shown = "";

    static void watch(BrowserContext context) {
        context.onPage(
                page ->
                        page.onFrameNavigated(
                                frame -> happened("at " + withoutQuery(frame.url()))));
        context.onConsoleMessage(said -> happened(said.type() + ": " + said.text()));
        context.onRequest(asked -> UNANSWERED.put(asked, Instant.now()));
        context.onRequestFinished(UNANSWERED::remove);
        context.onResponse(
                answer -> {
                    if (answer.status() != 200 || !PARTS.matcher(answer.url()).find()) {
                        happened(answer.status() + " " + named(answer.request()));
                    }
                });
        context.onRequestFailed(
                asked -> {
                    UNANSWERED.remove(asked);
                    happened(asked.failure() + " " + named(asked));
                });
    }

    private static String named(Request asked) {
        return asked.method() + " " + withoutQuery(asked.url());
    }

    /// To be called before the pages are closed.
    static void look(Iterable<BrowserContext> contexts) {
        var texts = new StringBuilder();
        for (var context : contexts) {
            for (var page : context.pages()) {
                texts.append("--- ").append(withoutQuery(page.url())).append('\n');
                texts.append(text(page)).append('\n');
            }
        }
        for (var asked : UNANSWERED.entrySet()) {
            texts.append("unanswered: ")
                    .append(named(asked.getKey()))
                    .append(" since ")
                    .append(asked.getValue())
                    .append('\n');
        }
        shown = texts.toString();
    }

    private static String text(Page page) {
        try {
            return page.locator("body")
                    .innerText(new Locator.InnerTextOptions().setTimeout(SHOWN_WITHIN_MILLIS));
        } catch (PlaywrightException unreadable) {
            return "(no text: " + unreadable.getMessage() + ")";
        }
    }

    private static void happened(String event) {
        if (EVENTS.size() == KEPT) {
            EVENTS.removeFirst();
        }
        EVENTS.addLast(Instant.now().truncatedTo(ChronoUnit.MILLIS) + " " + event);
    }

    /// The sign-in's addresses carry codes.
    private static String withoutQuery(String url) {
        return url.replaceFirst("[?#].*", "");
    }

    @Override
    public void interceptTestMethod(
            Invocation<Void> test,
            ReflectiveInvocationContext<Method> method,
            ExtensionContext context)
            throws Throwable {
        tell(test);
    }

    @Override
    public void interceptDynamicTest(
            Invocation<Void> test, DynamicTestInvocationContext step, ExtensionContext context)
            throws Throwable {
        tell(test);
    }

    private static void tell(Invocation<Void> test) throws Throwable {
        EVENTS.clear();
        UNANSWERED.clear();
        shown = "";
        try {
            test.proceed();
        } catch (TestAbortedException leftOut) {
            throw leftOut;
        } catch (Throwable failure) {
            if (EVENTS.isEmpty()) {
                throw failure;
            }
            throw new AssertionError(
                    failure.getMessage()
                            + "\nThe last pages:\n"
                            + shown
                            + "--- and before\n"
                            + String.join("\n", EVENTS),
                    failure);
        }
    }
}
