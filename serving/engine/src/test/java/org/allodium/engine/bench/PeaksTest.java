package org.allodium.engine.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.allodium.engine.internal.torch.Compute;
import org.junit.jupiter.api.Test;

/// On a processor with AVX2 alone: elsewhere the bench itself shows it.
class PeaksTest {
    @Test
    void leaveOutWhatTheProcessorCannotDo() {
        try (var compute = Compute.share()) {
            var peaks = Peaks.measure(compute, 256, 1 << 20);

            assertThat(peaks.bf16()).isZero();
            assertThat(peaks.int8()).isZero();
        }
    }
}
