package org.allodium.tenancy.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class FreshnessTest {
    private long nanos = 1_000_000_000_000L;
    private Instant wall = Instant.parse("2026-11-30T12:00:00Z");
    private final Clock clock = ((InstantSource) () -> wall).withZone(ZoneOffset.UTC);
    private volatile Runnable slow = () -> {};
    private volatile boolean heardOnce;
    private final Freshness freshness = new Freshness(this::nanos, clock);

    @Test
    void aNodeIsFreshForASecondAfterABeatWasBegunThatCameBack() {
        freshness.completeIf(() -> true);
        assertThat(freshness.isFresh()).as("no beat yet").isFalse();
        beat();
        assertThat(freshness.isFresh()).isTrue();
        pass(Duration.ofMillis(1_000));
        assertThat(freshness.isFresh()).isTrue();
        pass(Duration.ofMillis(1));
        assertThat(freshness.isFresh()).isFalse();
        beat();
        freshness.lack();
        assertThat(freshness.isFresh()).as("a picture is missing").isFalse();
        freshness.completeIf(() -> true);
        freshness.lose();
        freshness.completeIf(() -> true);
        assertThat(freshness.isFresh()).as("lost until a beat is heard").isFalse();
        beat();
        assertThat(freshness.isFresh()).isTrue();
    }

    /// A suspended machine's clocks need not both go on; one of them is enough.
    @Test
    void ofTwoClocksTheOneThatSaysOlderCounts() {
        freshness.completeIf(() -> true);
        beat();
        wall = wall.plus(Duration.ofHours(3));
        assertThat(freshness.isFresh()).as("by the clock on the wall").isFalse();
        beat();
        assertThat(freshness.isFresh()).isTrue();
        nanos += Duration.ofSeconds(2).toNanos();
        assertThat(freshness.isFresh()).as("by the machine's time").isFalse();
        beat();
        wall = wall.minus(Duration.ofHours(1));
        assertThat(freshness.isFresh()).as("somebody set the clock back").isTrue();
    }

    @Test
    void whoIsInterruptedWaitingForItsChangeLeavesNobodyFreshWithoutIt() {
        freshness.completeIf(() -> true);
        beat();
        var early = freshness.begin();
        Thread.currentThread().interrupt();
        freshness.awaitPresent();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(freshness.isFresh()).isFalse();
        freshness.cameBack(early);
        assertThat(freshness.isFresh()).as("begun before the change").isFalse();
        beat();
        assertThat(freshness.isFresh()).isTrue();
    }

    /// Thousands wait on threads that take turns: nobody's turn is another's.
    @Test
    @Timeout(30)
    void whoWaitsForNewsWaitsForNobodyElseWhoDoes() throws Exception {
        freshness.completeIf(() -> true);
        var holds = new CountDownLatch(1);
        var held = new CountDownLatch(1);
        var first = waiting();
        slow =
                () -> {
                    if (Thread.currentThread() == first.thread() && heardOnce) {
                        held.countDown();
                        awaitQuietly(holds);
                    }
                };
        var second = waiting();
        heardOnce = true;
        beat();
        held.await();
        assertThat(second.fresh().get()).isTrue();
        beat();
        holds.countDown();
        assertThat(first.fresh().get()).isTrue();
    }

    private record Waiting(Thread thread, CompletableFuture<Boolean> fresh) {}

    private Waiting waiting() throws InterruptedException {
        var fresh = new CompletableFuture<Boolean>();
        var thread =
                Thread.startVirtualThread(
                        () -> fresh.complete(freshness.awaitFresh(Duration.ofSeconds(20))));
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
        return new Waiting(thread, fresh);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// A request asks more than once whether it may be answered.
    @Test
    void allWhoComeWhileNothingIsHeardWaitTogetherAndLaterOnesOnlyForTheNextBeats() {
        var patience = Duration.ofSeconds(5);
        freshness.completeIf(() -> true);
        beat();
        assertThat(freshness.leftOf(patience)).isEqualTo(patience);
        pass(Duration.ofSeconds(1));
        assertThat(freshness.leftOf(patience)).as("it has just grown old").isEqualTo(patience);
        pass(Duration.ofSeconds(3));
        assertThat(freshness.leftOf(patience)).isEqualTo(Duration.ofSeconds(2));
        pass(Duration.ofMinutes(3));
        assertThat(freshness.leftOf(patience)).isEqualTo(Freshness.FRESH);
        assertThat(freshness.leftOf(Duration.ofMillis(10))).isEqualTo(Duration.ofMillis(10));
        beat();
        assertThat(freshness.leftOf(patience)).isEqualTo(patience);
    }

    private void beat() {
        freshness.cameBack(Freshness.Beat.of(freshness.begin().toString()));
    }

    private long nanos() {
        slow.run();
        return nanos;
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
        wall = wall.plus(time);
    }
}
