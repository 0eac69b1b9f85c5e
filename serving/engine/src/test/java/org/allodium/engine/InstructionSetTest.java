package org.allodium.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InstructionSetTest {
    /// An AMD EPYC of the third generation.
    private static final Set<String> MILAN = Set.of("sse4_2", "avx", "f16c", "fma", "avx2", "vaes");

    private static final Set<String> SAPPHIRE_RAPIDS = sapphireRapids();

    private static Set<String> sapphireRapids() {
        var flags = new HashSet<>(MILAN);
        flags.addAll(Set.of("avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512_vnni"));
        flags.addAll(Set.of("avx512_bf16", "amx_tile", "amx_int8", "amx_bf16"));
        return flags;
    }

    @Test
    void aProcessorWithoutAvx512HasNeitherBfloat16NorSafeBytes() {
        var milan = InstructionSet.of(MILAN, Map.of());

        assertThat(milan).isEqualTo(InstructionSet.AVX2);
        assertThat(milan.multipliesBfloat16()).isFalse();
        assertThat(milan.multipliesBytes()).isFalse();
    }

    @Test
    void avx512AloneCutsSumsOfBytesOffToo() {
        var skylake = Set.of("avx2", "avx512f", "avx512bw", "avx512dq", "avx512vl");
        var set = InstructionSet.of(skylake, Map.of());

        assertThat(set).isEqualTo(InstructionSet.AVX512);
        assertThat(set.multipliesBfloat16()).isTrue();
        assertThat(set.multipliesBytes()).isFalse();
    }

    @Test
    void unknownProcessorsGetTheLeast() {
        assertThat(InstructionSet.of(Set.of(), Map.of())).isEqualTo(InstructionSet.BASIC);
    }

    @ParameterizedTest
    @CsvSource({
        "ATEN_CPU_CAPABILITY, avx2, AVX2",
        "ATEN_CPU_CAPABILITY, default, BASIC",
        "ATEN_CPU_CAPABILITY, avx512, AMX",
        "ATEN_CPU_CAPABILITY, AVX2, AMX",
        "ONEDNN_MAX_CPU_ISA, AVX2, AVX2",
        "ONEDNN_MAX_CPU_ISA, avx2_vnni_2, AVX2",
        "ONEDNN_MAX_CPU_ISA, AVX512_CORE, AVX512",
        "ONEDNN_MAX_CPU_ISA, avx512_core_vnni, AVX512_VNNI",
        "ONEDNN_MAX_CPU_ISA, AVX512_CORE_BF16, AVX512_BF16",
        "ONEDNN_MAX_CPU_ISA, SSE41, BASIC",
        "ONEDNN_MAX_CPU_ISA, DEFAULT, AMX",
        "DNNL_MAX_CPU_ISA, AVX2, AVX2"
    })
    void theEnvironmentBoundsWhatPyTorchUses(String name, String value, InstructionSet expected) {
        assertThat(InstructionSet.of(SAPPHIRE_RAPIDS, Map.of(name, value))).isEqualTo(expected);
    }

    @Test
    void theEnvironmentGivesNothingThatTheProcessorLacks() {
        var wish = Map.of("ONEDNN_MAX_CPU_ISA", "AVX512_CORE_AMX", "ATEN_CPU_CAPABILITY", "avx512");

        assertThat(InstructionSet.of(MILAN, wish)).isEqualTo(InstructionSet.AVX2);
    }
}
