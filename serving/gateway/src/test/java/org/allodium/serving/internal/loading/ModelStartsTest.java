package org.allodium.serving.internal.loading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.Optional;
import org.allodium.engine.Computing;
import org.allodium.engine.DecoderOptions.Precision;
import org.allodium.engine.InstructionSet;
import org.allodium.engine.ModelRefused;
import org.allodium.serving.ServingWorld;
import org.junit.jupiter.api.Test;

class ModelStartsTest {
    private static final Computing FULL =
            Computing.of(Precision.FP32, Precision.BF16, Optional.empty(), InstructionSet.AVX2);

    private final ModelStarts starts = new ModelStarts();

    @Test
    void namesTheModelThePoolAndTheReason() {
        starts.failed("guide", ServingWorld.HOME, new ModelRefused("The device gpu:0 is away."));

        assertThat(starts.failures())
                .containsExactly(
                        entry("guide@" + ServingWorld.HOME.value(), "The device gpu:0 is away."));
    }

    @Test
    void keepsWhatALibraryThrewOutOfSight() {
        var why = new IllegalStateException("connect to 10.0.0.7 failed at /srv/secret");
        starts.failed("guide", ServingWorld.HOME, why);

        assertThat(starts.failures().values())
                .containsExactly("It could not be started; the server's log says why.");
    }

    @Test
    void forgetsAFailureWhenTheModelStarts() {
        starts.failed("guide", ServingWorld.HOME, new ModelRefused("Not yet."));
        starts.succeeded("guide", ServingWorld.HOME, FULL);

        assertThat(starts.failures()).isEmpty();
        assertThat(starts.computing())
                .containsExactly(entry("guide@" + ServingWorld.HOME.value(), FULL));
        assertThat(FULL.words())
                .isEqualTo(
                        "fp32 (bf16 asked for), by PyTorch's operators. The processor has no products of bf16 (AVX2), so fp32 is computed.");
    }
}
