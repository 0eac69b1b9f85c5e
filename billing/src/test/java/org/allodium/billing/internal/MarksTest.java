package org.allodium.billing.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.allodium.billing.Budgets.Release;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class MarksTest {
    private static final String ONE = "chatcmpl-1";
    private static final Duration A_LITTLE = Duration.ofMillis(1);

    private final MovableClock clock = new MovableClock();
    private final Marks marks = new Marks(clock);
    private final AtomicInteger asked = new AtomicInteger();

    /// However long it pauses and however often time passes: only news are worth a look.
    @Test
    void whoPausesDoesNotAskAgainWithoutNews() throws Exception {
        var answer = paused();
        var mark = marks.gather().orElseThrow();
        for (int beat = 0; beat < 100; beat++) {
            marks.gather();
        }
        assertThat(asked).hasValue(2);
        assertThat(answer).isNotDone();
        marks.durable(mark);
        assertThat(answer.get()).isEqualTo(Release.GO);
        assertThat(asked).hasValue(3);
    }

    /// What had left is durable by then, and nothing more has left.
    @Test
    void whoseMarkCameLateGoesOnWithTheNextBeat() throws Exception {
        var answer = paused();
        var mark = marks.gather().orElseThrow();
        clock.forward(Marks.ALLOWANCE.plus(A_LITTLE));
        marks.durable(mark);
        assertThat(answer).isNotDone();
        marks.gather();
        assertThat(answer.get()).isEqualTo(Release.GO);
    }

    @Test
    void whoHasPausedTooLongIsCut() throws Exception {
        var answer = paused();
        clock.forward(Marks.PATIENCE);
        marks.gather();
        assertThat(answer.get()).isEqualTo(Release.CUT);
    }

    @Test
    void whoPausesAtTheEndIsCut() throws Exception {
        var answer = paused();
        marks.end();
        assertThat(answer.get()).isEqualTo(Release.CUT);
    }

    @Test
    void whatElseChangesIsHeard() throws Exception {
        var gone = new AtomicInteger();
        var answer = waiting(() -> gone.get() > 0 ? Release.CUT : Release.PAUSE);
        gone.set(1);
        marks.tell();
        assertThat(answer.get()).isEqualTo(Release.CUT);
    }

    /// Thousands pause on threads that take turns: nobody's turn is another's.
    @Test
    void whoIsToldWaitsForNobodyElseWhoIs() throws Exception {
        var slow = new CountDownLatch(1);
        var asks = new CountDownLatch(1);
        var told = new AtomicInteger();
        var first =
                waiting(
                        () -> {
                            if (told.get() == 0) {
                                return Release.PAUSE;
                            }
                            asks.countDown();
                            awaitQuietly(slow);
                            return Release.GO;
                        });
        var second = waiting(() -> told.get() == 0 ? Release.PAUSE : Release.GO);
        told.set(1);
        marks.tell();
        asks.await();
        assertThat(second.get()).isEqualTo(Release.GO);
        slow.countDown();
        assertThat(first.get()).isEqualTo(Release.GO);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// An answer of which something has left that no durable mark covers.
    private CompletableFuture<Release> paused() throws InterruptedException {
        assertThat(marks.permit(marks.stream(ONE))).isEqualTo(Release.GO);
        marks.stream(ONE).released(7);
        clock.forward(Marks.ALLOWANCE.plus(A_LITTLE));
        return waiting(() -> marks.permit(marks.stream(ONE)));
    }

    private CompletableFuture<Release> waiting(java.util.function.Supplier<Release> permit)
            throws InterruptedException {
        var answer = new CompletableFuture<Release>();
        var thread =
                Thread.startVirtualThread(
                        () -> {
                            try {
                                answer.complete(
                                        marks.await(
                                                () -> {
                                                    asked.incrementAndGet();
                                                    return permit.get();
                                                }));
                            } catch (InterruptedException e) {
                                answer.completeExceptionally(new ExecutionException(e));
                            }
                        });
        while (thread.getState() != Thread.State.WAITING) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
        return answer;
    }
}
