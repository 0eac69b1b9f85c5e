package org.allodium.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.allodium.engine.DecoderOptions.Batching;
import org.allodium.engine.GenerationResult.FinishReason;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class GenerationTest {
    private static final List<Long> PROMPT = List.of(5L, 17L, 301L, 44L, 260L, 99L, 512L, 7L);
    private static final Sampling HOT = new Sampling(1.5, 1, 7L);

    private static Decoder decoder;

    @BeforeAll
    static void load() {
        decoder = Engine.loadDecoder(Golden.dir("llama-tied"));
    }

    @AfterAll
    static void close() {
        decoder.close();
    }

    private static RecordedAnswer generate(int tokens, Sampling sampling, String... stop) {
        var answer = new RecordedAnswer();
        decoder.submit(new GenerationRequest(PROMPT, tokens, sampling, List.of(stop)), answer);
        answer.result();
        return answer;
    }

    @Test
    void streamsPiecesThatMakeUpTheText() {
        var answer = generate(64, HOT);
        assertThat(answer.pieces()).hasSizeGreaterThan(10);
        assertThat(answer.keptTheContract()).isTrue();
        assertThat(answer.text()).doesNotContain("<|im_start|>");
    }

    @Test
    void theSameSeedGivesTheSameTextAndAnotherOneAnother() {
        var first = generate(48, HOT).text();
        assertThat(generate(48, HOT).text()).isEqualTo(first);
        assertThat(generate(48, new Sampling(1.5, 1, 8L)).text()).isNotEqualTo(first);
        assertThat(generate(48, new Sampling(1.5, 0.9, 7L)).text())
                .isEqualTo(generate(48, new Sampling(1.5, 0.9, 7L)).text());
    }

    @Test
    void aTinyNucleusIsGreedy() {
        assertThat(generate(32, new Sampling(1, 1e-9, 3L)).text())
                .isEqualTo(generate(32, Sampling.GREEDY).text());
    }

    @Test
    void aBeginningOfAnAnswerDoesNotDependOnItsLength() {
        assertThat(generate(40, HOT).text()).startsWith(withoutBrokenEnd(generate(20, HOT).text()));
    }

    private static String withoutBrokenEnd(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == '\uFFFD') {
            end--;
        }
        return text.substring(0, end);
    }

    @Test
    void endsAtAStopTextAcrossTokensAndDoesNotShowIt() {
        var whole = generate(48, HOT);
        // From the middle of one piece to the middle of another.
        var text = whole.text();
        int from = text.length() / 2;
        var stop = text.substring(from, from + 6);
        int first = text.indexOf(stop);
        var stopped = generate(48, HOT, stop, "never to be seen");
        assertThat(stopped.text()).isEqualTo(text.substring(0, first));
        assertThat(stopped.result().reason()).isEqualTo(FinishReason.STOP);
        assertThat(stopped.result().completionTokens())
                .isLessThan(whole.result().completionTokens());
    }

    @Test
    void textThatOnlyBeganAStopTextIsShownAtTheEnd() {
        var text = generate(32, HOT).text();
        var beginning = text.substring(text.length() - 3);
        assertThat(generate(32, HOT, beginning + "never").text()).isEqualTo(text);
    }

    @Test
    void countsAndNamesTheEnd() {
        var result = generate(16, Sampling.GREEDY).result();
        assertThat(result.reason()).isEqualTo(FinishReason.LENGTH);
        assertThat(result.promptTokens()).isEqualTo(8);
        assertThat(result.completionTokens()).isEqualTo(16);
        assertThat(result.usage().prefillTokens()).isEqualTo(8);
        assertThat(result.usage().decodeTokens()).isEqualTo(15);
    }

    @Test
    void cancelEndsAGenerationUnderWay() {
        var seen = new AtomicInteger();
        var generation = new AtomicReference<Generation>();
        var submitted = new CountDownLatch(1);
        var recorded = new RecordedAnswer();
        var cancelling =
                new GenerationListener() {
                    @Override
                    public void onText(String text, int completionTokensSoFar) {
                        if (seen.compareAndSet(0, completionTokensSoFar)) {
                            await(submitted);
                            generation.get().cancel();
                        }
                    }

                    @Override
                    public void onEnd(GenerationResult result) {
                        recorded.onEnd(result);
                    }
                };
        generation.set(
                decoder.submit(new GenerationRequest(PROMPT, 500, HOT, List.of()), cancelling));
        submitted.countDown();
        assertThat(recorded.result().reason()).isEqualTo(FinishReason.CANCELLED);
        assertThat(recorded.result().completionTokens()).isLessThan(400);
        generation.get().cancel();
    }

    @Test
    void waitingRequestsComeInTheirOrderAndCanBeCancelled() {
        var order = new ArrayList<String>();
        var answers = new ArrayList<RecordedAnswer>();
        var generations = new ArrayList<Generation>();
        var begun = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        // The first one stands still after a step, however fast the machine is.
        var oneByOne =
                DecoderOptions.STANDARD
                        .withBatching(new Batching(1, 256, Duration.ofMillis(200), true))
                        .withSteps(
                                0,
                                step -> {
                                    begun.countDown();
                                    await(goOn);
                                });
        try (var single = Engine.loadDecoder(Golden.dir("llama-tied"), oneByOne)) {
            for (var name : List.of("a", "b", "c")) {
                var answer = new RecordedAnswer();
                answers.add(answer);
                generations.add(
                        single.submit(
                                new GenerationRequest(PROMPT, 400, HOT, List.of()),
                                noting(name, order, answer)));
            }
            await(begun);
            assertThat(single.waiting()).isEqualTo(2);
            generations.get(1).cancel();
            goOn.countDown();
            var cancelled = answers.get(1).result();
            assertThat(cancelled.reason()).isEqualTo(FinishReason.CANCELLED);
            assertThat(cancelled.completionTokens()).isZero();
            assertThat(answers.get(2).result().completionTokens()).isEqualTo(400);
        }
        assertThat(order).containsExactlyInAnyOrder("a", "b", "c").containsSubsequence("a", "c");
    }

    private static GenerationListener noting(
            String name, List<String> order, RecordedAnswer answer) {
        return new GenerationListener() {
            @Override
            public void onText(String text, int completionTokensSoFar) {
                answer.onText(text, completionTokensSoFar);
            }

            @Override
            public void onEnd(GenerationResult result) {
                synchronized (order) {
                    order.add(name);
                }
                answer.onEnd(result);
            }
        };
    }

    @Test
    void aSlowListenerDoesNotHoldUpTheOthers() {
        var release = new CountDownLatch(1);
        var slow = new RecordedAnswer();
        decoder.submit(
                new GenerationRequest(PROMPT, 16, HOT, List.of()),
                new GenerationListener() {
                    @Override
                    public void onText(String text, int completionTokensSoFar) {
                        await(release);
                    }

                    @Override
                    public void onEnd(GenerationResult result) {
                        slow.onEnd(result);
                    }
                });
        assertThat(generate(16, HOT).result().reason()).isEqualTo(FinishReason.LENGTH);
        release.countDown();
        assertThat(slow.result().reason()).isEqualTo(FinishReason.LENGTH);
    }

    @Test
    void aListenerThatThrowsCancelsItsGenerationOnly() {
        var broken = new RecordedAnswer();
        decoder.submit(
                new GenerationRequest(PROMPT, 500, HOT, List.of()),
                new GenerationListener() {
                    @Override
                    public void onText(String text, int completionTokensSoFar) {
                        throw new IllegalStateException("gone");
                    }

                    @Override
                    public void onEnd(GenerationResult result) {
                        broken.onEnd(result);
                    }
                });
        assertThat(broken.result().reason()).isEqualTo(FinishReason.CANCELLED);
        assertThat(generate(4, HOT).result().reason()).isEqualTo(FinishReason.LENGTH);
    }

    @Test
    void refusesWhatDoesNotFit() {
        var answer = new RecordedAnswer();
        assertThatThrownBy(
                        () ->
                                decoder.submit(
                                        new GenerationRequest(PROMPT, 505, HOT, List.of()), answer))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("513")
                .hasMessageContaining("512");
        assertThatThrownBy(
                        () ->
                                decoder.submit(
                                        new GenerationRequest(List.of(768L), 5, HOT, List.of()),
                                        answer))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("768");
        assertThat(generate(504, HOT).result().completionTokens()).isEqualTo(504);
    }

    @Test
    void aLongPromptInChunksGoesOnAsTheWholeWould() {
        var prompt = new ArrayList<Long>();
        for (int i = 0; i < 400; i++) {
            prompt.add((i * 37L) % 700 + 5);
        }
        var answer = new RecordedAnswer();
        decoder.submit(new GenerationRequest(prompt, 1, Sampling.GREEDY, List.of()), answer);
        var rows = decoder.logits(prompt.stream().mapToLong(Long::longValue).toArray());
        int likeliest = 0;
        for (int i = 0; i < rows[399].length; i++) {
            likeliest = rows[399][i] > rows[399][likeliest] ? i : likeliest;
        }
        assertThat(answer.text()).isEqualTo(decoder.decode(new long[] {likeliest}));
    }

    /// Counted in steps, not in time: a short answer does not wait for a long one of another model.
    @Test
    void twoModelsTakeTurns() {
        var longSteps = new AtomicInteger();
        var shortSteps = new AtomicInteger();
        var longStepsByThen = new AtomicInteger();
        var goOn = new CountDownLatch(1);
        var longOne =
                DecoderOptions.STANDARD.withSteps(
                        0,
                        step -> {
                            longSteps.incrementAndGet();
                            await(goOn);
                        });
        var shortOne =
                DecoderOptions.STANDARD.withSteps(
                        0,
                        step -> {
                            if (shortSteps.incrementAndGet() == 5) {
                                longStepsByThen.set(longSteps.get());
                            }
                        });
        try (var first = Engine.loadDecoder(Golden.dir("llama-tied"), longOne);
                var second = Engine.loadDecoder(Golden.dir("qwen2"), shortOne)) {
            var answer = new RecordedAnswer();
            first.submit(new GenerationRequest(PROMPT, 400, HOT, List.of()), new RecordedAnswer());
            second.submit(
                    new GenerationRequest(PROMPT, 5, HOT, List.of())
                            .withEnding(new GenerationRequest.Ending(List.of(), true)),
                    answer);
            goOn.countDown();
            assertThat(answer.result().completionTokens()).isEqualTo(5);
        }
        assertThat(longStepsByThen.get()).isBetween(1, 20);
    }

    @Test
    void closingEndsWhatIsUnderWayAndWhatWaits() {
        var closing = Engine.loadDecoder(Golden.dir("qwen2"));
        var first = new RecordedAnswer();
        var second = new RecordedAnswer();
        closing.submit(new GenerationRequest(PROMPT, 500, HOT, List.of()), first);
        closing.submit(new GenerationRequest(PROMPT, 500, HOT, List.of()), second);
        closing.close();
        closing.close();
        assertThat(List.of(first.result().reason(), second.result().reason()))
                .containsOnly(FinishReason.CANCELLED);
        assertThatThrownBy(
                        () ->
                                closing.submit(
                                        new GenerationRequest(PROMPT, 5, HOT, List.of()), first))
                .isInstanceOf(IllegalStateException.class);
        assertThat(generate(4, HOT).result().reason()).isEqualTo(FinishReason.LENGTH);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
