package org.allodium.engine.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.allodium.engine.internal.torch.Compute;
import org.junit.jupiter.api.Test;

/// On a processor with AVX2 alone: elsewhere the bench itself shows it.
class RooflineTest {
    @Test
    void leaveOutWhatTheProcessorCannotDo() {
        try (var compute = Compute.share()) {
            var roofline = Roofline.measure(compute, 256, 1 << 20);

            assertThat(roofline.bf16()).isZero();
            assertThat(roofline.int8()).isZero();
        }
    }
}
