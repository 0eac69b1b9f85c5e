package org.allodium.it.journeys;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.stream.Collectors;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/// What a journey's pages showed and did last: printed beside a failure, which alone says only that
/// something did not appear. The listener is made by the platform, the pages by the journeys, one
/// after another.
public final class LastPages implements TestExecutionListener {
    private static final int KEPT = 60;
    private static final int SHOWN_WITHIN_MILLIS = 2_000;
    private static final Deque<String> EVENTS = new ArrayDeque<>();
    private static String shown = "";

    static void watch(BrowserContext context) {
        context.onPage(
                page ->
                        page.onFrameNavigated(
                                frame -> happened("at " + withoutQuery(frame.url()))));
        context.onConsoleMessage(said -> happened(said.type() + ": " + said.text()));
        context.onResponse(
                answer ->
                        happened(
                                answer.status()
                                        + " "
                                        + answer.request().method()
                                        + " "
                                        + withoutQuery(answer.url())));
        context.onRequestFailed(
                asked -> happened(asked.failure() + " " + withoutQuery(asked.url())));
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
        EVENTS.addLast(event);
    }

    /// The sign-in's addresses carry codes.
    private static String withoutQuery(String url) {
        return url.replaceFirst("[?#].*", "");
    }

    @Override
    public void executionStarted(TestIdentifier test) {
        if (test.isTest()) {
            EVENTS.clear();
            shown = "";
        }
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (result.getStatus() == TestExecutionResult.Status.FAILED && !EVENTS.isEmpty()) {
            System.err.println(
                    "The last pages of "
                            + test.getDisplayName()
                            + ":\n"
                            + shown
                            + EVENTS.stream()
                                    .collect(Collectors.joining("\n", "--- and before\n", "\n")));
        }
    }
}
