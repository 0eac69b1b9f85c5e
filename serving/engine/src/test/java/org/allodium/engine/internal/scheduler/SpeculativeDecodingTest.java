package org.allodium.engine.internal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.allodium.engine.DecoderOptions.Batching;
import org.allodium.engine.GenerationRequest;
import org.allodium.engine.GenerationRequest.Ending;
import org.allodium.engine.GenerationResult.FinishReason;
import org.allodium.engine.Sampling;
import org.allodium.engine.StepReport;
import org.allodium.engine.Turn;
import org.allodium.engine.internal.kernel.FakeKernel;
import org.junit.jupiter.api.Test;

class SpeculativeDecodingTest {
    /// So strong that the model does nothing but turn in its circle.
    private static final float ALWAYS = 100;
    private static final Batching BATCHING = new Batching(64, 64, Duration.ofSeconds(1), true);

    private static BatchingWorld world(int pages, float habit) {
        return new BatchingWorld(new FakeKernel(pages, 4).withHabit(habit), BATCHING);
    }

    private static GenerationRequest ask(int promptLength, int tokens) {
        var prompt = LongStream.range(0, promptLength).map(i -> 5 + i * i % 40).boxed().toList();
        return new GenerationRequest(prompt, tokens, Sampling.GREEDY, List.of())
                .withEnding(new Ending(List.of(), true));
    }

    private static int proposed(List<StepReport> reports) {
        return reports.stream().mapToInt(r -> r.guesses().proposed()).sum();
    }

    private static int accepted(List<StepReport> reports) {
        return reports.stream().mapToInt(r -> r.guesses().accepted()).sum();
    }

    @Test
    void repetitiveTextTakesFarFewerStepsThanTokens() {
        var world = world(100, ALWAYS);
        var heard = world.submit(ask(8, 120));
        world.runToTheEnd();
        assertThat(heard.ids()).isEqualTo(BatchingWorld.alone(ask(8, 120), ALWAYS, null));
        assertThat(world.reports).hasSizeLessThan(30);
        assertThat(heard.result().completionTokens()).isEqualTo(120);
        assertThat(heard.result().usage().decodeTokens()).isEqualTo(119);
        assertThat(accepted(world.reports)).isEqualTo(120 - world.reports.size());
    }

    @Test
    void aQuotedPromptIsGuessedFromTheFirstTokensOn() {
        var world = world(100, ALWAYS);
        // The prompt holds the circle already.
        var prompt = List.of(30L, 5L, 6L, 7L, 8L, 9L, 10L, 11L, 5L, 6L, 7L, 31L, 20L, 5L);
        var request = new GenerationRequest(prompt, 40, Sampling.GREEDY, List.of());
        var heard = world.submit(request);
        world.runToTheEnd();
        assertThat(heard.ids()).isEqualTo(BatchingWorld.alone(request, ALWAYS, null));
        assertThat(world.reports.get(1).guesses().proposed()).isPositive();
        assertThat(world.reports).hasSizeLessThan(10);
    }

    @Test
    void guessesNothingWhereRowsDependOnTheirCompanyOrNobodyWantsIt() {
        var kernel = new FakeKernel(100, 4).withHabit(ALWAYS).withoutExactRows();
        var inexact = new BatchingWorld(kernel, BATCHING);
        var off = new BatchingWorld(new FakeKernel(100, 4).withHabit(ALWAYS), BATCHING, false);
        for (var world : List.of(inexact, off)) {
            world.submit(ask(8, 60));
            world.runToTheEnd();
            assertThat(world.reports).hasSize(60);
            assertThat(proposed(world.reports)).isZero();
        }
    }

    @Test
    void answersTogetherHaveNoMoreRowsThanAreCheap() {
        var world = world(600, ALWAYS);
        var heard = new ArrayList<BatchingWorld.Heard>();
        for (int i = 0; i < 20; i++) {
            heard.add(world.submit(ask(8 + i, 10 + 5 * i)));
        }
        world.runToTheEnd();
        for (var report : world.reports) {
            int rows =
                    report.guesses().proposed()
                            + report.shares().stream().mapToInt(s -> s.usage().decodeTokens()).sum()
                            - report.guesses().accepted();
            assertThat(rows).isLessThanOrEqualTo(Math.max(SpeculativeDecoding.MOST_ROWS, 20));
            if (rows > SpeculativeDecoding.MOST_ROWS) {
                assertThat(report.guesses().proposed()).isZero();
            }
        }
        assertThat(accepted(world.reports)).isPositive();
        assertThat(heard).allSatisfy(h -> assertThat(h.reason()).isEqualTo(FinishReason.LENGTH));
    }

    @Test
    void theHighestPriorityIsServedFirst() {
        var world = world(600, ALWAYS);
        var low = world.submit(ask(8, 400).withTurn(new Turn(0, "", 1, null)));
        var high = world.submit(ask(9, 400).withTurn(new Turn(1, "", 1, null)));
        while (high.answer().sampled() < 100) {
            world.step();
        }
        int highBefore = high.answer().sampled();
        int lowBefore = low.answer().sampled();
        for (int i = 0; i < 15; i++) {
            world.step();
        }
        assertThat(high.answer().sampled() - highBefore)
                .isEqualTo(15 * (SpeculativeDecoding.MOST_ROWS - 1));
        assertThat(low.answer().sampled() - lowBefore).isEqualTo(15);
        world.runToTheEnd();
    }

    @Test
    void equalOnesShareTheRows() {
        var world = world(600, ALWAYS);
        var heard = List.of(world.submit(ask(8, 200)), world.submit(ask(9, 200)));
        for (int i = 0; i < 20; i++) {
            world.step();
        }
        int first = heard.get(0).answer().sampled();
        int second = heard.get(1).answer().sampled();
        assertThat(Math.abs(first - second)).isLessThan(30);
        assertThat(Math.min(first, second)).isGreaterThan(60);
        world.runToTheEnd();
    }

    @Test
    void whoIsAlwaysWrongSoonGuessesRarely() {
        // Every pair of tokens is in the prompt, so there is always something to look up; without
        // a habit, what follows is chance.
        var prompt = new ArrayList<Long>();
        for (long a = 0; a < FakeKernel.VOCABULARY; a++) {
            for (long b = 0; b < FakeKernel.VOCABULARY; b++) {
                prompt.add(a);
                prompt.add(b);
            }
        }
        var world = world(1_500, 0);
        var request =
                new GenerationRequest(prompt, 400, new Sampling(1, 1, 5L), List.of())
                        .withEnding(new Ending(List.of(), true));
        var heard = world.submit(request);
        world.runToTheEnd();
        assertThat(heard.ids()).isEqualTo(BatchingWorld.alone(request));
        var decoding = world.reports.subList(world.reports.size() - 300, world.reports.size());
        assertThat(proposed(world.reports)).isBetween(5, 100);
        assertThat(proposed(decoding))
                .describedAs("It is tried again, but rarely")
                .isBetween(1, 50);
    }

    @Test
    void aLongPromptIsNotHeldUpByTheGuessesOfOthers() {
        int with = stepsOfALongPrompt(true);
        int without = stepsOfALongPrompt(false);
        assertThat(with).isLessThanOrEqualTo(without + without / 10);
    }

    /// Beside an answer that turns in its circle.
    private static int stepsOfALongPrompt(boolean lookup) {
        var kernel = new FakeKernel(400, 16).withHabit(ALWAYS).taking(20_000_000, 1_000_000);
        var batching = new Batching(8, 512, Duration.ofMillis(100), true);
        var world = new BatchingWorld(kernel, batching, lookup);
        world.submit(ask(8, 1_000));
        for (int i = 0; i < 25; i++) {
            world.step();
        }
        int before = world.reports.size();
        var longOne = world.submit(ask(2_000, 2));
        while (longOne.answer().sampled() == 0) {
            world.step();
        }
        var during = world.reports.subList(before, world.reports.size());
        assertThat(proposed(during) > 0).isEqualTo(lookup);
        return during.size();
    }

    @Test
    void nothingBehindTheLastTokenIsComputed() {
        for (int tokens = 1; tokens < 40; tokens++) {
            var world = world(100, ALWAYS);
            world.submit(ask(13, tokens));
            world.runToTheEnd();
            assertThat(world.kernel.furthest()).isEqualTo(13 + tokens - 2);
        }
    }

    @Test
    void aCancelledAnswerSaysNothingMore() {
        var world = world(100, ALWAYS);
        var heard = world.submit(ask(8, 200));
        for (int i = 0; i < 12; i++) {
            world.step();
        }
        int before = heard.answer().sampled();
        assertThat(before).isGreaterThan(20);
        heard.answer().cancel();
        world.step();
        assertThat(heard.result().completionTokens()).isEqualTo(before);
        assertThat(world.pages.available()).isEqualTo(100);
    }

    @Test
    void guessesDriveOutNothingThatIsKept() {
        var world = world(30, ALWAYS);
        var early = ask(65, 2).withTurn(new Turn(0, "", 1, "a"));
        world.submit(early);
        world.runToTheEnd();
        int kept = world.pages.kept();
        assertThat(kept).isEqualTo(16);
        // There are 14 other pages; guesses alone would reach beyond them early.
        var heard = world.submit(ask(8, 80));
        while (8 + heard.answer().sampled() <= 14 * 4) {
            world.step();
            assertThat(world.pages.kept()).isEqualTo(kept);
        }
        assertThat(accepted(world.reports)).isGreaterThan(30);
        world.runToTheEnd();
    }

    @Test
    void whatFollowsAnAnswerFindsItsPagesAsTheyShouldBe() {
        var world = world(600, 6);
        var plain = world(600, 6);
        var prompt = new ArrayList<>(ask(10, 1).promptTokens());
        int hits = 0;
        for (int turn = 0; turn < 25; turn++) {
            var request =
                    new GenerationRequest(prompt, 14, new Sampling(0.4, 1, 7L + turn), List.of())
                            .withEnding(new Ending(List.of(), true))
                            .withLogprobs(new GenerationRequest.Logprobs(3, -1));
            var heard = world.submit(request.withTurn(new Turn(0, "", 1, "salt")));
            world.runToTheEnd();
            var fresh = plain.submit(request);
            plain.runToTheEnd();
            assertThat(heard.scores()).isEqualTo(fresh.scores());
            hits += heard.result().cachedTokens();
            prompt.addAll(heard.ids());
            prompt.add(20L + turn);
        }
        assertThat(hits).isGreaterThan(25 * 100);
        assertThat(accepted(world.reports)).isGreaterThan(50);
        assertThat(proposed(world.reports)).isGreaterThan(accepted(world.reports));
    }
}
