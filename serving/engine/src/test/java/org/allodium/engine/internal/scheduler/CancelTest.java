package org.allodium.engine.internal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.allodium.engine.Engine;
import org.allodium.engine.GenerationListener;
import org.allodium.engine.GenerationRequest;
import org.allodium.engine.GenerationResult;
import org.allodium.engine.GenerationResult.FinishReason;
import org.allodium.engine.Golden;
import org.allodium.engine.RecordedAnswer;
import org.allodium.engine.Sampling;
import org.junit.jupiter.api.RepeatedTest;

class CancelTest {

    @RepeatedTest(5)
    void atMostOneStepIsComputedAfterCancel() throws InterruptedException {
        var begun = new CountDownLatch(1);
        var recorded = new RecordedAnswer();
        var listener =
                new GenerationListener() {
                    @Override
                    public void onText(String text, int completionTokensSoFar) {
                        begun.countDown();
                    }

                    @Override
                    public void onEnd(GenerationResult result) {
                        recorded.onEnd(result);
                    }
                };
        try (var decoder = Engine.loadDecoder(Golden.dir("llama-tied"))) {
            var request =
                    new GenerationRequest(List.of(5L), 500, new Sampling(1.5, 1, 7L), List.of());
            var answer = (Answer) decoder.submit(request, listener);
            assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
            answer.cancel();
            int atCancel = answer.sampled();
            assertThat(recorded.result().reason()).isEqualTo(FinishReason.CANCELLED);
            assertThat(recorded.result().completionTokens()).isBetween(atCancel, atCancel + 1);
        }
    }
}
