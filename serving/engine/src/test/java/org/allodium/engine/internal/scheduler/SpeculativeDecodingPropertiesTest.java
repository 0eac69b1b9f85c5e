package org.allodium.engine.internal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.logging.Level;
import java.util.logging.Logger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.statistics.Statistics;
import org.allodium.engine.ComputeUsage;
import org.allodium.engine.DecoderOptions.Batching;
import org.allodium.engine.GenerationRequest;
import org.allodium.engine.GenerationRequest.Logprobs;
import org.allodium.engine.GenerationResult.FinishReason;
import org.allodium.engine.StepReport;
import org.allodium.engine.internal.kernel.FakeKernel;
import org.allodium.engine.internal.scheduler.BatchingWorld.Heard;

/// The same requests with guesses and without, under all that can happen to them: whatever ends by
/// itself says the same, to the last probability.
class SpeculativeDecodingPropertiesTest {
    private static final int PAGE = 4;
    // Held, or the level is forgotten with it. Deliberate failures are not worth a log.
    private static final Logger LOG = Logger.getLogger(Steps.class.getName());

    static {
        LOG.setLevel(Level.OFF);
    }

    /// @param form after how many tokens its form ends; 0 for any text
    private record Asked(GenerationRequest request, int form) {
        Whim constraint() {
            return form == 0 ? null : new Whim(form);
        }

        boolean poisoned() {
            return request.promptTokens().contains(FakeKernel.POISON);
        }
    }

    @Property(tries = 500)
    void answersAreTheSameWithGuessesAndWithout(@ForAll long seed) {
        var random = new Random(seed);
        int pages = 14 + random.nextInt(40);
        float habit = 5 + random.nextInt(3) * 3f;
        var batching =
                new Batching(
                        1 + random.nextInt(8),
                        1 + random.nextInt(40),
                        Duration.ofMillis(20),
                        random.nextInt(4) > 0);
        var asked = asked(random, pages);
        long fate = random.nextLong();
        var with = world(pages, habit, batching, true);
        var without = world(pages, habit, batching, false);
        var heardWith = drive(with, asked, new Random(fate));
        var heardWithout = drive(without, asked, new Random(fate));

        for (int i = 0; i < asked.size(); i++) {
            check(asked.get(i), habit, heardWith.get(i), heardWithout.get(i));
        }
        assertThat(with.pages.available()).isEqualTo(pages);
        addUp(with, heardWith);
        int accepted = with.reports.stream().mapToInt(r -> r.guesses().accepted()).sum();
        int proposed = with.reports.stream().mapToInt(r -> r.guesses().proposed()).sum();
        assertThat(without.reports).allSatisfy(r -> assertThat(r.guesses().proposed()).isZero());
        Statistics.label("guesses")
                .collect(accepted > 0 && accepted < proposed ? "some right, some wrong" : "else")
                .coverage(c -> c.check("some right, some wrong").percentage(p -> p > 30));
    }

    private static BatchingWorld world(int pages, float habit, Batching batching, boolean lookup) {
        var kernel = new FakeKernel(pages, PAGE).withHabit(habit).taking(1_000_000, 10_000);
        return new BatchingWorld(kernel, batching, lookup);
    }

    private static List<Asked> asked(Random random, int pages) {
        var stems = new ArrayList<List<Long>>();
        for (int i = 0; i < 3; i++) {
            stems.add(RandomRequests.tokens(random, 4 + random.nextInt(20)));
        }
        var asked = new ArrayList<Asked>();
        int count = 1 + random.nextInt(15);
        for (int i = 0; i < count; i++) {
            var request = RandomRequests.one(random, stems, pages * PAGE);
            if (random.nextInt(3) == 0) {
                request = request.withLogprobs(new Logprobs(2, random.nextInt(2) - 1));
            }
            int form = random.nextInt(4) > 0 ? 0 : 1 + random.nextInt(20);
            asked.add(new Asked(request, form));
        }
        return asked;
    }

    private static List<Heard> drive(BatchingWorld world, List<Asked> asked, Random random) {
        var heard = new ArrayList<Heard>();
        boolean more = true;
        for (int steps = 0; more || heard.size() < asked.size(); steps++) {
            assertThat(steps).describedAs("It ends some time").isLessThan(20_000);
            while (heard.size() < asked.size() && random.nextInt(3) > 0) {
                var next = asked.get(heard.size());
                heard.add(world.submit(next.request(), null, next.constraint()));
            }
            if (random.nextInt(15) == 0 && !heard.isEmpty()) {
                var some = heard.get(random.nextInt(heard.size())).answer();
                int before = some.sampled();
                some.cancel();
                more = world.step();
                assertThat(some.sampled()).isEqualTo(before);
            } else {
                more = world.step();
            }
        }
        return heard;
    }

    private static void check(Asked asked, float habit, Heard with, Heard without) {
        var alone = BatchingWorld.alone(asked.request(), habit, asked.constraint());
        for (var heard : List.of(with, without)) {
            var ids = heard.ids();
            assertThat(heard.result().completionTokens()).isEqualTo(ids.size());
            switch (heard.reason()) {
                case STOP, LENGTH -> assertThat(ids).isEqualTo(alone);
                case CANCELLED -> assertThat(alone.subList(0, ids.size())).isEqualTo(ids);
                case FAILED -> assertThat(asked.poisoned()).isTrue();
            }
        }
        boolean compared = ended(with) && ended(without);
        if (compared) {
            assertThat(with.reason()).isEqualTo(without.reason());
            assertThat(with.scores()).isEqualTo(without.scores());
            assertThat(with.promptScores()).isEqualTo(without.promptScores());
            assertThat(with.text()).isEqualTo(without.text());
        }
    }

    private static boolean ended(Heard heard) {
        return heard.reason() == FinishReason.STOP || heard.reason() == FinishReason.LENGTH;
    }

    /// Time, energy and tokens of the steps are those of the answers.
    private static void addUp(BatchingWorld world, List<Heard> heard) {
        var used =
                heard.stream()
                        .map(h -> h.result().usage())
                        .reduce(ComputeUsage.NONE, ComputeUsage::plus);
        var reported =
                world.reports.stream()
                        .flatMap(r -> r.shares().stream())
                        .map(StepReport.Share::usage)
                        .reduce(ComputeUsage.NONE, ComputeUsage::plus);
        assertThat(used.prefillTokens()).isEqualTo(reported.prefillTokens());
        assertThat(used.decodeTokens()).isEqualTo(reported.decodeTokens());
        assertThat(used.compute()).isEqualTo(reported.compute());
        assertThat(used.joules()).isCloseTo(reported.joules(), within(1e-6));
        long nanos = world.reports.stream().mapToLong(r -> r.took().toNanos()).sum();
        assertThat(nanos).isEqualTo(world.kernel.now());
        assertThat(reported.compute().toNanos())
                .isCloseTo(nanos, within((long) world.reports.size() * 20));
        assertThat(reported.joules()).isCloseTo(nanos * 1e-9 * BatchingWorld.WATTS, within(1e-6));
    }
}
