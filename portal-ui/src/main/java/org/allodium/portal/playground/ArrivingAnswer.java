package org.allodium.portal.playground;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.allodium.serving.AnswerEnd;
import org.allodium.serving.AnswerListener;
import org.allodium.serving.AnswerStart;

/// One answer as it arrives, between the thread that runs the request and the page. Text is
/// gathered so that the page is not pushed for every token; stopping makes the next call throw,
/// which is how a request is cancelled.
final class ArrivingAnswer implements AnswerListener {
    /// Wakes the page: something has arrived.
    interface Page {
        void changed();
    }

    private final Page page;
    private final ArrayDeque<String> pieces = new ArrayDeque<>();
    private volatile boolean stopped;
    private Optional<AnswerStart> start = Optional.empty();
    private Optional<AnswerEnd> end = Optional.empty();
    private String finishReason = "";
    private boolean announced;

    ArrivingAnswer(Page page) {
        this.page = page;
    }

    void stop() {
        stopped = true;
    }

    boolean stopped() {
        return stopped;
    }

    /// The text since the last call.
    synchronized String drain() {
        announced = false;
        var text = String.join("", List.copyOf(pieces));
        pieces.clear();
        return text;
    }

    synchronized Optional<AnswerStart> start() {
        return start;
    }

    synchronized Optional<AnswerEnd> end() {
        return end;
    }

    synchronized String finishReason() {
        return finishReason;
    }

    @Override
    public void started(AnswerStart begun) {
        demandListener();
        synchronized (this) {
            start = Optional.of(begun);
        }
        announce();
    }

    @Override
    public void text(int choice, String piece) {
        demandListener();
        synchronized (this) {
            pieces.add(piece);
        }
        announce();
    }

    @Override
    public void choiceEnded(int choice, String reason) {
        synchronized (this) {
            finishReason = reason;
        }
    }

    @Override
    public void ended(AnswerEnd ended) {
        synchronized (this) {
            end = Optional.of(ended);
        }
        announce();
    }

    // One wake-up is under way at most: what arrives meanwhile is drained with it.
    private void announce() {
        synchronized (this) {
            if (announced) {
                return;
            }
            announced = true;
        }
        page.changed();
    }

    private void demandListener() {
        if (stopped) {
            throw new CancellationException("The reader stopped the answer");
        }
    }
}
