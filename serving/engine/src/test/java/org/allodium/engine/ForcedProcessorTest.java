package org.allodium.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.allodium.engine.DecoderOptions.Precision;
import org.junit.jupiter.api.Test;

/// Guards the run of the goldens on a processor that has AVX2 and nothing more: it must be one, or
/// that run would say nothing.
class ForcedProcessorTest {
    @Test
    void theEngineItselfSaysThatItIsBoundToAvx2WithoutOwnMachineCode() {
        assertThat(Engine.machine()).isEqualTo(new Machine(InstructionSet.AVX2, false, false));
    }

    @Test
    void whatIsAskedForInBfloat16IsComputedInFullAndSaysSo() {
        var options = DecoderOptions.STANDARD.withPrecision(Precision.BF16);
        try (var decoder = Engine.loadDecoder(Golden.dir("qwen2"), options)) {
            var computing = decoder.computing();

            assertThat(computing.precision()).isEqualTo(Precision.FP32);
            assertThat(computing.words())
                    .contains(
                            "fp32 (bf16 asked for)", "PyTorch's operators", "no products of bf16");
        }
    }
}
