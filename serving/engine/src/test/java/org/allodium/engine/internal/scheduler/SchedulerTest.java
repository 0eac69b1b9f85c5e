package org.allodium.engine.internal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.allodium.engine.ComputeUsage;
import org.allodium.engine.DecoderOptions.Batching;
import org.allodium.engine.GenerationRequest;
import org.allodium.engine.GenerationRequest.Ending;
import org.allodium.engine.GenerationRequest.Logprobs;
import org.allodium.engine.GenerationResult.FinishReason;
import org.allodium.engine.Sampling;
import org.allodium.engine.StepReport;
import org.allodium.engine.Turn;
import org.allodium.engine.internal.kernel.FakeKernel;
import org.allodium.engine.internal.sampling.Sampler;
import org.allodium.engine.internal.scheduler.BatchingWorld.Heard;
import org.junit.jupiter.api.Test;

class SchedulerTest {
    private static final Sampling HOT = new Sampling(1, 1, 11L);

    private static GenerationRequest ask(int promptLength, int tokens, long first) {
        var prompt = LongStream.range(0, promptLength).map(i -> (first + 7 * i) % 45 + 4).boxed();
        return new GenerationRequest(prompt.toList(), tokens, HOT, List.of())
                .withEnding(new Ending(List.of(), true));
    }

    private static Turn salted(String salt) {
        return new Turn(0, "", 1, salt);
    }

    @Test
    void requestsJoinAndLeaveAtEveryStepAndAnswerAsAlone() {
        var world = BatchingWorld.of(100, 4, 8, 16);
        var requests = new ArrayList<GenerationRequest>();
        var heard = new ArrayList<Heard>();
        for (int i = 0; i < 20; i++) {
            requests.add(ask(1 + i * 3 % 17, 1 + i * 5 % 13, i));
            heard.add(world.submit(requests.get(i)));
            world.step();
        }
        world.runToTheEnd();
        for (int i = 0; i < 20; i++) {
            assertThat(heard.get(i).ids()).isEqualTo(BatchingWorld.alone(requests.get(i)));
            assertThat(heard.get(i).reason()).isEqualTo(FinishReason.LENGTH);
        }
        assertThat(world.pages.available()).isEqualTo(100);
    }

    @Test
    void whoWasPreemptedGoesOnWhereItWas() {
        var world = BatchingWorld.of(10, 4, 8, 64);
        var requests = List.of(ask(6, 30, 1), ask(7, 30, 2), ask(8, 25, 3));
        var heard = requests.stream().map(world::submit).toList();
        world.runToTheEnd();
        for (int i = 0; i < 3; i++) {
            assertThat(heard.get(i).ids()).isEqualTo(BatchingWorld.alone(requests.get(i)));
        }
        int necessary = 6 + 7 + 8 + 29 + 29 + 24;
        assertThat(world.kernel.computedTokens())
                .describedAs("Some was computed again")
                .isGreaterThan(necessary);
        assertThat(world.pages.available()).isEqualTo(10);
    }

    @Test
    void theLowestAndYoungestGivesWay() {
        var world = BatchingWorld.of(12, 4, 8, 64);
        var low = world.submit(ask(8, 30, 1).withTurn(new Turn(-1, "", 1, null)));
        var high = world.submit(ask(8, 30, 2).withTurn(new Turn(1, "", 1, null)));
        var middle = world.submit(ask(8, 30, 3));
        world.runToTheEnd();
        assertThat(high.result().usage().prefillTokens()).isEqualTo(8);
        assertThat(low.result().usage().prefillTokens()).isGreaterThan(8);
        assertThat(middle.reason()).isEqualTo(FinishReason.LENGTH);
    }

    @Test
    void aHigherPriorityTakesThePlaceOfALowerOne() {
        var world = BatchingWorld.of(6, 4, 8, 64);
        var low = world.submit(ask(12, 10, 1));
        world.step();
        world.step();
        var high = world.submit(ask(16, 5, 2).withTurn(new Turn(5, "", 1, null)));
        world.step();
        assertThat(low.answer().sampled()).isEqualTo(2);
        assertThat(high.answer().sampled()).isEqualTo(1);
        world.runToTheEnd();
        assertThat(low.ids()).isEqualTo(BatchingWorld.alone(ask(12, 10, 1)));
    }

    @Test
    void admissionWaitsWhereNobodyGivesWay() {
        var world = BatchingWorld.of(6, 4, 8, 64);
        world.submit(ask(12, 10, 1));
        world.step();
        var second = world.submit(ask(16, 5, 2));
        world.step();
        assertThat(second.answer().sampled()).isZero();
        assertThat(world.scheduler.waiting()).isEqualTo(1);
        world.runToTheEnd();
        assertThat(second.ids()).isEqualTo(BatchingWorld.alone(ask(16, 5, 2)));
    }

    @Test
    void accountsOfOnePriorityShareByWeight() {
        var world = BatchingWorld.of(100, 4, 1, 64);
        var order = new ArrayList<String>();
        var heavy = new Turn(0, "heavy", 2, null);
        var light = new Turn(0, "light", 1, null);
        var heard = new ArrayList<Heard>();
        for (int i = 0; i < 6; i++) {
            heard.add(world.submit(ask(10, 1, i).withTurn(heavy)));
            heard.add(world.submit(ask(10, 1, i).withTurn(light)));
        }
        while (world.step()) {
            order.add(world.reports.getLast().shares().getFirst().account());
        }
        assertThat(order.subList(0, 6).stream().filter("heavy"::equals)).hasSize(4);
        assertThat(heard).allSatisfy(h -> assertThat(h.reason()).isEqualTo(FinishReason.LENGTH));
    }

    @Test
    void aBeginningOfTheSameSaltIsComputedOnce() {
        var world = BatchingWorld.of(100, 4, 8, 64);
        var request = ask(21, 5, 1).withTurn(salted("a"));
        var first = world.submit(request);
        world.runToTheEnd();
        var second = world.submit(request);
        var stranger = world.submit(request.withTurn(salted("b")));
        var loner = world.submit(request.withTurn(Turn.ANY));
        world.runToTheEnd();
        assertThat(first.result().cachedTokens()).isZero();
        assertThat(second.result().cachedTokens()).isEqualTo(20);
        assertThat(second.result().usage().prefillTokens()).isEqualTo(1);
        assertThat(stranger.result().cachedTokens()).isZero();
        assertThat(loner.result().cachedTokens()).isZero();
        for (var heard : List.of(first, second, stranger, loner)) {
            assertThat(heard.ids()).isEqualTo(BatchingWorld.alone(request));
        }
    }

    @Test
    void theLastTokenOfAPromptIsAlwaysComputed() {
        var world = BatchingWorld.of(100, 4, 8, 64);
        var request = ask(20, 5, 1).withTurn(salted("a"));
        world.submit(request);
        world.runToTheEnd();
        var again = world.submit(request);
        world.runToTheEnd();
        assertThat(again.result().cachedTokens()).isEqualTo(16);
        assertThat(again.ids()).isEqualTo(BatchingWorld.alone(request));
    }

    @Test
    void whoComesAtOnceWithTheSameBeginningWaitsForItInsteadOfComputingIt() {
        var world = BatchingWorld.of(100, 4, 8, 8);
        var request = ask(33, 5, 1).withTurn(salted("a"));
        var heard = List.of(world.submit(request), world.submit(request), world.submit(request));
        world.runToTheEnd();
        assertThat(heard.stream().map(h -> h.result().cachedTokens())).containsExactly(0, 32, 32);
        assertThat(heard)
                .allSatisfy(h -> assertThat(h.ids()).isEqualTo(BatchingWorld.alone(request)));
    }

    @Test
    void whoWaitsForABeginningGoesOnWhenItsMakerIsCancelled() {
        var world = BatchingWorld.of(100, 4, 8, 8);
        var request = ask(33, 5, 1).withTurn(salted("a"));
        var first = world.submit(request);
        var second = world.submit(request);
        world.step();
        first.answer().cancel();
        world.runToTheEnd();
        assertThat(first.reason()).isEqualTo(FinishReason.CANCELLED);
        assertThat(second.result().cachedTokens()).isEqualTo(8);
        assertThat(second.ids()).isEqualTo(BatchingWorld.alone(request));
    }

    @Test
    void keptPagesAreEvictedTheOldestFirst() {
        var world = BatchingWorld.of(10, 4, 8, 64);
        var old = ask(17, 1, 1).withTurn(salted("a"));
        var young = ask(17, 1, 2).withTurn(salted("a"));
        world.submit(old);
        world.runToTheEnd();
        world.submit(young);
        world.runToTheEnd();
        assertThat(world.pages.kept()).isEqualTo(8);
        world.submit(ask(20, 1, 3));
        world.runToTheEnd();
        var oldAgain = world.submit(old);
        world.runToTheEnd();
        var youngAgain = world.submit(young);
        world.runToTheEnd();
        assertThat(youngAgain.result().cachedTokens()).isEqualTo(16);
        assertThat(oldAgain.result().cachedTokens()).isBetween(0, 12);
    }

    @Test
    void aCancelledAnswerFreesItsPagesAtTheNextStep() {
        var world = BatchingWorld.of(20, 4, 8, 64);
        var heard = world.submit(ask(20, 30, 1));
        world.step();
        world.step();
        heard.answer().cancel();
        world.step();
        assertThat(heard.result().completionTokens()).isEqualTo(2);
        assertThat(world.pages.available()).isEqualTo(20);
    }

    @Test
    void whatCannotBeComputedFailsAlone() {
        var world = BatchingWorld.of(50, 4, 8, 64);
        var good = world.submit(ask(9, 12, 1));
        var poisoned = new GenerationRequest(List.of(5L, FakeKernel.POISON, 6L), 4, HOT, List.of());
        var bad = world.submit(poisoned);
        world.runToTheEnd();
        assertThat(bad.reason()).isEqualTo(FinishReason.FAILED);
        assertThat(good.ids()).isEqualTo(BatchingWorld.alone(ask(9, 12, 1)));
        assertThat(world.pages.available()).isEqualTo(50);
    }

    @Test
    void aLongPromptHoldsUpAnswersNoLongerThanWanted() {
        var limit = Duration.ofMillis(100);
        var kernel = new FakeKernel(400, 16).taking(20_000_000, 1_000_000);
        var world = new BatchingWorld(kernel, new Batching(8, 512, limit, true));
        world.submit(ask(8, 200, 1));
        for (int i = 0; i < 5; i++) {
            world.step();
        }
        int before = world.reports.size();
        var longOne = world.submit(ask(2_000, 2, 2));
        while (!longOne.answer().cancelled() && longOne.answer().sampled() == 0) {
            world.step();
        }
        var took = world.reports.subList(before, world.reports.size()).stream();
        assertThat(took.map(StepReport::took))
                .allSatisfy(t -> assertThat(t).isLessThanOrEqualTo(limit.plusMillis(21)));
        assertThat(world.reports.size() - before).isLessThan(40);
        world.runToTheEnd();
    }

    @Test
    void aStepsTimeAndEnergyAreSharedOut() {
        var kernel = new FakeKernel(400, 16).taking(20_000_000, 1_000_000);
        var batching = new Batching(8, 512, Duration.ofSeconds(1), true);
        var world = new BatchingWorld(kernel, batching);
        var heard = List.of(world.submit(ask(30, 10, 1)), world.submit(ask(10, 5, 2)));
        world.runToTheEnd();
        var usages = heard.stream().map(h -> h.result().usage()).toList();
        assertThat(usages.get(0).prefillTokens()).isEqualTo(30);
        assertThat(usages.get(0).decodeTokens()).isEqualTo(9);
        assertThat(usages.get(1).decodeTokens()).isEqualTo(4);
        var all = usages.stream().reduce(ComputeUsage.NONE, ComputeUsage::plus);
        assertThat(all.compute().toNanos()).isCloseTo(kernel.now(), within(100L));
        assertThat(all.joules()).isCloseTo(kernel.now() * 1e-9 * BatchingWorld.WATTS, within(1e-6));
    }

    @Test
    void probabilitiesOfThePromptComeInAnyChunks() {
        var request = ask(23, 1, 1).withLogprobs(new Logprobs(2, 3)).withMaxTokens(0);
        var whole = BatchingWorld.of(50, 4, 8, 64);
        var chunked = BatchingWorld.of(50, 4, 8, 5);
        var a = whole.submit(request);
        var b = chunked.submit(request);
        whole.runToTheEnd();
        chunked.runToTheEnd();
        assertThat(a.promptScores()).hasSize(23).isEqualTo(b.promptScores());
        assertThat(a.promptScores().getFirst().score()).isEmpty();
        var second = a.promptScores().get(1);
        var logits = FakeKernel.logits(new long[] {request.promptTokens().getFirst()});
        assertThat(second.top().getFirst().id()).isEqualTo(Sampler.likeliest(logits));
        assertThat(second.top()).hasSize(3);
        assertThat(a.result().completionTokens()).isZero();
        assertThat(a.ids()).isEmpty();
    }

    @Test
    void endsAllWhenAsked() {
        var world = BatchingWorld.of(20, 4, 2, 64);
        var heard =
                List.of(
                        world.submit(ask(8, 9, 1)),
                        world.submit(ask(8, 9, 2)),
                        world.submit(ask(8, 9, 3)));
        world.step();
        world.scheduler.endAll(FinishReason.CANCELLED);
        assertThat(heard).allSatisfy(h -> assertThat(h.reason()).isEqualTo(FinishReason.CANCELLED));
        assertThat(world.scheduler.step()).isFalse();
        world.pagesAddUp();
    }
}
