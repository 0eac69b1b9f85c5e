package org.allodium.engine.internal.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.allodium.engine.internal.torch.Compute;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// With a computation that gives each input's first id back and can be held up.
class GatheringTest {
    private final Compute compute = Compute.share();
    private final List<List<Integer>> batches = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch held = new CountDownLatch(1);
    private volatile long nanosPerToken;
    private final Gathering gathering = new Gathering(compute, this::computed);

    @AfterEach
    void close() {
        held.countDown();
        compute.close();
    }

    @Test
    void callersThatWaitAreComputedTogetherAndInTurn() throws InterruptedException {
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var first = CompletableFuture.supplyAsync(() -> ids(input(0, 1)), callers);
            begun.await();
            // Each of the long ones fills half a batch.
            var many = inputs(10, 5, Gathering.MOST_TOKENS / 2);
            var large = CompletableFuture.supplyAsync(() -> ids(many), callers);
            awaitWaiting(1);
            var small = CompletableFuture.supplyAsync(() -> ids(input(20, 3)), callers);
            awaitWaiting(2);
            held.countDown();
            assertThat(first.join()).containsExactly(0);
            assertThat(small.join()).containsExactly(20);
            assertThat(large.join()).containsExactly(10, 11, 12, 13, 14);
        }
        // The late caller's input is in the first batch after it came.
        assertThat(batches)
                .containsExactly(List.of(0), List.of(10, 20), List.of(11, 12), List.of(13, 14));
    }

    @Test
    void resultsComeInTheOrderOfTheInputs() {
        held.countDown();
        var mixed = new ArrayList<EncoderInput>();
        for (int i = 0; i < 300; i++) {
            mixed.addAll(input(i, 1 + i * 37 % 100));
        }
        assertThat(ids(mixed))
                .containsExactly(IntStream.range(0, 300).boxed().toArray(Integer[]::new));
        assertThat(gathering.results(List.of())).isEmpty();
    }

    @Test
    void aSlowModelGetsSmallBatches() {
        held.countDown();
        nanosPerToken = 1_000_000;
        ids(inputs(0, 1, 100));
        batches.clear();
        ids(inputs(0, 20, 60));
        // 150 ms hold two of them; the machine may make it slower still.
        assertThat(batches).hasSizeGreaterThanOrEqualTo(10).allMatch(b -> b.size() <= 2);
    }

    @Test
    void aFailureEndsItsBatchAlone() {
        held.countDown();
        assertThatThrownBy(() -> ids(input(-1, 3))).hasMessage("broken");
        assertThat(ids(input(7, 3))).containsExactly(7);
    }

    @Test
    void whoeverWaitsHearsThatTheModelIsClosed() throws InterruptedException {
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var first = CompletableFuture.supplyAsync(() -> ids(input(1, 1)), callers);
            begun.await();
            var second = CompletableFuture.supplyAsync(() -> ids(input(2, 1)), callers);
            awaitWaiting(1);
            gathering.close();
            assertThatThrownBy(second::join)
                    .isInstanceOf(CompletionException.class)
                    .hasMessageContaining("closed");
            held.countDown();
            assertThat(first.join()).containsExactly(1);
            assertThatThrownBy(() -> ids(input(3, 1))).isInstanceOf(IllegalStateException.class);
        }
    }

    private void awaitWaiting(int callers) {
        while (gathering.waiting() < callers) {
            Thread.onSpinWait();
        }
    }

    private List<float[]> computed(List<EncoderInput> inputs) {
        begun.countDown();
        try {
            held.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        long tokens = inputs.stream().mapToLong(EncoderInput::length).sum();
        for (long end = System.nanoTime() + tokens * nanosPerToken; System.nanoTime() < end; ) {
            Thread.onSpinWait();
        }
        batches.add(inputs.stream().map(input -> (int) input.ids()[0]).toList());
        if (inputs.stream().anyMatch(input -> input.ids()[0] < 0)) {
            throw new IllegalArgumentException("broken");
        }
        return inputs.stream().map(input -> new float[] {input.ids()[0]}).toList();
    }

    private List<Integer> ids(List<EncoderInput> inputs) {
        return gathering.results(inputs).stream().map(row -> (int) row[0]).toList();
    }

    private static List<EncoderInput> input(int id, int length) {
        return inputs(id, 1, length);
    }

    private static List<EncoderInput> inputs(int first, int count, int length) {
        return IntStream.range(first, first + count)
                .mapToObj(id -> LongStream.generate(() -> id).limit(length).toArray())
                .map(ids -> new EncoderInput(ids, new long[0]))
                .toList();
    }
}
