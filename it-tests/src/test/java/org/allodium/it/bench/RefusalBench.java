package org.allodium.it.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import org.allodium.it.product.Api;
import org.junit.jupiter.api.Test;

/// What a prompt costs that no context holds, beside a prompt of one word that is refused for a
/// parameter: both are read whole, parsed and recorded. The limit holds on an idle machine.
class RefusalBench {
    private static final int BYTES = 2_000_000;
    private static final double LIMIT_MILLIS = 20;
    private static final int CALLS = 100;
    private static final int WARM = 4;

    @Test
    void aPromptOfTwoMegabytesIsRefusedInTwentyMilliseconds() throws IOException {
        var large = body("word ".repeat(BYTES / 5), 4);
        var small = body("word", -1);
        // Until the compiler has seen both.
        for (int round = 0; round < WARM; round++) {
            millis(large, "context_length_exceeded");
            millis(small, "max_tokens");
        }
        double of = millis(large, "context_length_exceeded");
        double reference = millis(small, "max_tokens");
        System.out.printf(
                Locale.ROOT,
                "  %s%n  2 MB refused in %.1f ms (median of %d; %s), one word in %.1f ms: %.1f times%n",
                Machine.words(),
                of,
                CALLS,
                Machine.verdict(of, LIMIT_MILLIS),
                reference,
                of / reference);
    }

    private static String body(String prompt, int maxTokens) {
        return "{\"model\":\"allodium-guide\",\"max_tokens\":%d,\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}"
                .formatted(maxTokens, prompt);
    }

    private static double millis(String body, String refusedFor) {
        var times = new double[CALLS];
        for (int i = 0; i < CALLS; i++) {
            long begun = System.nanoTime();
            var answer = Api.as("startup").post("/chat/completions", body);
            times[i] = (System.nanoTime() - begun) / 1e6;
            assertThat(answer.status()).as(answer.text()).isEqualTo(400);
            assertThat(answer.text()).contains(refusedFor);
        }
        Arrays.sort(times);
        return times[CALLS / 2];
    }
}
