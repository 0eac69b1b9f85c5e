package org.allodium.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.allodium.engine.Sampling;
import org.allodium.engine.SamplingDefaults;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SamplingWishTest {
    private static final SamplingDefaults LIKELIEST = file(Optional.of(0.0), Optional.empty());
    private static final SamplingDefaults WARM = file(Optional.of(0.6), Optional.of(0.9));

    private final ServingWorld world = new ServingWorld();

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void whatIsLeftOutTheModelsFileDecides() {
        var silent = SamplingWish.of(Optional.empty(), Optional.of(7L));
        assertThat(silent.over(WARM)).isEqualTo(new Sampling(0.6, 0.9, 7L));
        assertThat(silent.over(LIKELIEST).temperature()).isZero();
        assertThat(silent.over(SamplingDefaults.NONE)).isEqualTo(new Sampling(1, 1, 7L));
    }

    @Test
    void whatIsSaidGoesBeforeTheFile() {
        var said = SamplingWish.of(Optional.of(0.2), Optional.empty());
        assertThat(said.over(WARM)).isEqualTo(new Sampling(0.2, 0.9, null));
        var exact = new Sampling(1, 1, 3L).withTopK(4);
        assertThat(SamplingWish.exactly(exact).over(WARM)).isEqualTo(exact);
    }

    /// A nucleus without a temperature would else do nothing for a model that takes the likeliest.
    @Test
    void whoNamesAPartToDrawFromDraws() {
        var nucleus =
                new SamplingWish(
                        Optional.empty(),
                        Optional.of(0.5),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        new Sampling(1, 1, null));
        assertThat(nucleus.over(LIKELIEST)).isEqualTo(new Sampling(1, 0.5, null));
    }

    @Test
    void aPlainRequestIsDrawnAsTheModelsFileSays() {
        world.home.samplingDefaults =
                new SamplingDefaults(
                        Optional.of(0.0),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(9));
        var ask = ServingWorld.ask("guide").command();
        var silent =
                SamplingOptions.of(
                        Optional.empty(), SamplingWish.of(Optional.empty(), Optional.empty()));
        world.completions.chat(
                new ChatCommand(
                        ask.caller(),
                        ask.model(),
                        ask.messages(),
                        ask.tools(),
                        silent,
                        Optional.empty(),
                        Optional.empty()),
                new Hearing());
        var request = world.home.asked.getFirst().request();
        assertThat(request.sampling()).isEqualTo(Sampling.GREEDY);
        assertThat(request.maxTokens()).isEqualTo(9);
    }

    private static SamplingDefaults file(Optional<Double> temperature, Optional<Double> topP) {
        return new SamplingDefaults(
                temperature,
                topP,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
