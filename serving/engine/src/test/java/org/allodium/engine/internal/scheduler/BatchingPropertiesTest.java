package org.allodium.engine.internal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import java.util.logging.Level;
import java.util.logging.Logger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.allodium.engine.DecoderOptions.Batching;
import org.allodium.engine.GenerationRequest;
import org.allodium.engine.GenerationRequest.Ending;
import org.allodium.engine.GenerationResult.FinishReason;
import org.allodium.engine.Sampling;
import org.allodium.engine.Turn;
import org.allodium.engine.internal.kernel.FakeKernel;
import org.allodium.engine.internal.scheduler.BatchingWorld.Heard;
import org.jspecify.annotations.Nullable;

/// Random arrivals, cancels, failures, priorities and page shortage. The fake kernel's answers
/// depend on every token read through the pages, so no mix-up stays unseen.
class BatchingPropertiesTest {
    private static final int PAGE = 4;
    // Held, or the level is forgotten with it. Deliberate failures are not worth a log.
    private static final Logger LOG = Logger.getLogger(Steps.class.getName());

    static {
        LOG.setLevel(Level.OFF);
    }

    private static final class Case {
        final GenerationRequest request;
        final boolean poisoned;
        boolean cancelled;
        @Nullable Heard heard;

        Case(GenerationRequest request) {
            this.request = request;
            this.poisoned = request.promptTokens().contains(FakeKernel.POISON);
        }
    }

    @Property(tries = 400)
    void everyRequestEndsOnceWithItsOwnTokensAndPagesAddUp(@ForAll long seed) {
        var random = new Random(seed);
        int pages = 12 + random.nextInt(30);
        var world =
                new BatchingWorld(
                        new FakeKernel(pages, PAGE)
                                .taking(1_000_000, 10_000)
                                .withHabit(random.nextInt(4) * 4f),
                        new Batching(
                                1 + random.nextInt(8),
                                1 + random.nextInt(40),
                                Duration.ofMillis(20),
                                random.nextInt(5) > 0));
        var cases = cases(random, pages);
        drive(world, cases, random);

        assertThat(world.pages.available()).isEqualTo(pages);
        for (var each : cases) {
            check(each, world.kernel.habit());
        }
        int used =
                cases.stream()
                        .map(c -> c.heard.result().usage())
                        .mapToInt(u -> u.prefillTokens() + u.decodeTokens())
                        .sum();
        int reported =
                world.reports.stream()
                        .flatMap(r -> r.shares().stream())
                        .mapToInt(s -> s.usage().prefillTokens() + s.usage().decodeTokens())
                        .sum();
        assertThat(used).isEqualTo(reported);
    }

    private static void drive(BatchingWorld world, List<Case> cases, Random random) {
        int submitted = 0;
        boolean more = true;
        for (int steps = 0; more || submitted < cases.size(); steps++) {
            assertThat(steps).describedAs("It ends some time").isLessThan(20_000);
            while (submitted < cases.size() && random.nextInt(3) > 0) {
                var next = cases.get(submitted++);
                next.heard = world.submit(next.request);
            }
            if (random.nextInt(10) == 0 && submitted > 0) {
                var some = cases.get(random.nextInt(submitted));
                some.cancelled = true;
                some.heard.answer().cancel();
            }
            more = world.step();
        }
    }

    private static void check(Case each, float habit) {
        var result = each.heard.result();
        var alone = BatchingWorld.alone(each.request, habit, null);
        var ids = each.heard.ids();
        switch (result.reason()) {
            case STOP, LENGTH -> assertThat(ids).isEqualTo(alone);
            case CANCELLED -> {
                assertThat(each.cancelled).isTrue();
                assertThat(alone.subList(0, ids.size())).isEqualTo(ids);
            }
            case FAILED -> assertThat(each.poisoned).isTrue();
        }
        if (each.poisoned) {
            assertThat(result.reason()).isIn(FinishReason.FAILED, FinishReason.CANCELLED);
        }
        assertThat(result.cachedTokens()).isLessThan(result.promptTokens());
        if (result.reason() == FinishReason.LENGTH) {
            assertThat(result.cachedTokens() + result.usage().prefillTokens())
                    .isGreaterThanOrEqualTo(result.promptTokens());
        }
    }

    private static List<Case> cases(Random random, int pages) {
        var stems = new ArrayList<List<Long>>();
        for (int i = 0; i < 3; i++) {
            stems.add(RandomRequests.tokens(random, 4 + random.nextInt(20)));
        }
        var cases = new ArrayList<Case>();
        int count = 1 + random.nextInt(25);
        for (int i = 0; i < count; i++) {
            cases.add(new Case(RandomRequests.one(random, stems, pages * PAGE)));
        }
        return cases;
    }

    /// One after the other and with room for all, the hits are just what the prompts have in common
    /// with earlier ones of the same salt, in whole pages.
    @Property(tries = 200)
    void hitsAreExactlyTheCommonBeginningsOfOneSalt(@ForAll long seed) {
        var random = new Random(seed);
        var world = BatchingWorld.of(2_000, PAGE, 4, 32);
        var earlier = new HashMap<String, List<List<Long>>>();
        var stems = List.of(RandomRequests.tokens(random, 30), RandomRequests.tokens(random, 30));
        for (int i = 0; i < 20; i++) {
            var stem = stems.get(random.nextInt(2));
            var prompt = new ArrayList<>(stem.subList(0, 1 + random.nextInt(stem.size())));
            prompt.addAll(RandomRequests.tokens(random, random.nextInt(5)));
            var salt = "salt" + random.nextInt(2);
            var request =
                    new GenerationRequest(prompt, 3, Sampling.GREEDY, List.of())
                            .withEnding(new Ending(List.of(), true))
                            .withTurn(new Turn(0, "", 1, salt));
            var heard = world.submit(request);
            world.runToTheEnd();
            var others = earlier.computeIfAbsent(salt, s -> new ArrayList<>());
            assertThat(heard.result().cachedTokens()).isEqualTo(expectedHits(prompt, others));
            var whole = new ArrayList<>(prompt);
            // The last token drawn is not computed.
            whole.addAll(heard.ids().subList(0, 2));
            others.add(whole);
        }
    }

    private static int expectedHits(List<Long> prompt, List<List<Long>> others) {
        int most = (prompt.size() - 1) / PAGE * PAGE;
        int best = 0;
        for (var other : others) {
            int common = 0;
            while (common < Math.min(prompt.size(), other.size())
                    && prompt.get(common).equals(other.get(common))) {
                common++;
            }
            best = Math.max(best, common / PAGE * PAGE);
        }
        return Math.min(most, best);
    }

    @Property(tries = 100)
    void whatOneDrawsDoesNotDependOnTheOthers(@ForAll long seed) {
        var random = new Random(seed);
        var stems = List.of(RandomRequests.tokens(random, 9));
        var request = RandomRequests.one(random, stems, 40 * PAGE);
        var answers = new ArrayList<List<Long>>();
        for (int others : new int[] {0, 3, 7}) {
            var world = BatchingWorld.of(200, PAGE, 16, 1 + random.nextInt(30));
            var heard = new ArrayList<Heard>();
            for (int i = 0; i < others; i++) {
                heard.add(world.submit(RandomRequests.one(random, stems, 40 * PAGE)));
            }
            var own = world.submit(request);
            Collections.shuffle(heard, random);
            world.runToTheEnd();
            answers.add(own.ids());
        }
        if (!request.promptTokens().contains(FakeKernel.POISON)) {
            assertThat(answers).containsOnly(BatchingWorld.alone(request));
        }
    }
}
