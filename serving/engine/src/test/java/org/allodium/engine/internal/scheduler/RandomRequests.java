package org.allodium.engine.internal.scheduler;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.allodium.engine.GenerationRequest;
import org.allodium.engine.GenerationRequest.Ending;
import org.allodium.engine.GenerationRequest.Logprobs;
import org.allodium.engine.Sampling;
import org.allodium.engine.Sampling.Penalties;
import org.allodium.engine.Turn;
import org.allodium.engine.internal.kernel.FakeKernel;

/// Requests of all kinds for the fake kernel, some of them with a token that makes it fail.
final class RandomRequests {
    private RandomRequests() {}

    /// @param stems with which some prompts begin
    /// @param positions the most that prompt and answer may take
    static GenerationRequest one(Random random, List<List<Long>> stems, int positions) {
        var prompt = new ArrayList<Long>();
        if (random.nextBoolean()) {
            prompt.addAll(stems.get(random.nextInt(stems.size())));
        }
        prompt.addAll(tokens(random, 1 + random.nextInt(12)));
        if (random.nextInt(25) == 0) {
            prompt.set(random.nextInt(prompt.size()), FakeKernel.POISON);
        }
        int room = positions - prompt.size();
        int tokens = 1 + random.nextInt(Math.min(30, room));
        var request =
                new GenerationRequest(prompt, tokens, sampling(random), List.of())
                        .withEnding(ending(random))
                        .withTurn(turn(random));
        if (random.nextInt(4) == 0) {
            request = request.withLogprobs(new Logprobs(random.nextInt(3), random.nextInt(3) - 1));
        }
        return request;
    }

    private static Ending ending(Random random) {
        var stop = random.nextInt(4) > 0 ? "" : letters(random, 1 + random.nextInt(2));
        return new Ending(stop.isEmpty() ? List.of() : List.of(stop, "~~"), random.nextBoolean());
    }

    /// Texts that a model with a habit is likely to say.
    private static String letters(Random random, int count) {
        return BatchingWorld.letters(random.longs(count, 5, 12).toArray());
    }

    private static Turn turn(Random random) {
        var salt = List.of("", "one", "two").get(random.nextInt(3));
        return new Turn(
                random.nextInt(4) - 1,
                "account" + random.nextInt(3),
                1 + random.nextInt(3),
                salt.isEmpty() ? null : salt);
    }

    private static Sampling sampling(Random random) {
        if (random.nextInt(3) == 0) {
            return Sampling.GREEDY;
        }
        return new Sampling(
                random.nextInt(3) * 0.7,
                random.nextBoolean() ? 1 : 0.8,
                random.nextInt(3) * 5,
                random.nextInt(2) * 0.05,
                random.nextBoolean() ? Penalties.NONE : new Penalties(1.2, 0.3, 0.2),
                random.nextBoolean() ? Map.of() : Map.of(7, 2.0),
                random.nextLong());
    }

    static List<Long> tokens(Random random, int count) {
        var tokens = new ArrayList<Long>();
        for (int i = 0; i < count; i++) {
            tokens.add(4L + random.nextInt(40));
        }
        return tokens;
    }
}
