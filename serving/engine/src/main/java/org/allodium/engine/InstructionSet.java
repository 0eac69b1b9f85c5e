package org.allodium.engine;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// What PyTorch's operators may use of a processor, each with all before it. See decision 0090.
public enum InstructionSet {
    BASIC("x86-64 without AVX2", List.of()),
    AVX2("AVX2", List.of("avx2")),
    AVX512("AVX-512", List.of("avx512f", "avx512bw", "avx512dq", "avx512vl")),
    AVX512_VNNI("AVX-512 VNNI", List.of("avx512_vnni")),
    AVX512_BF16("AVX-512 BF16", List.of("avx512_bf16")),
    AMX("AMX", List.of("amx_tile", "amx_int8", "amx_bf16"));

    private final String label;
    private final List<String> flags;

    InstructionSet(String label, List<String> flags) {
        this.label = label;
        this.flags = flags;
    }

    /// The most that the processor has and the environment lets PyTorch use: `ATEN_CPU_CAPABILITY`
    /// bounds its own operators, `ONEDNN_MAX_CPU_ISA` (once `DNNL_MAX_CPU_ISA`) those of oneDNN.
    /// One name stands for both, so the lower bound counts.
    /// @param has the processor's flags, as Linux names them
    public static InstructionSet of(Set<String> has, Map<String, String> environment) {
        var most = BASIC;
        for (var set : values()) {
            if (!has.containsAll(set.flags)) {
                break;
            }
            most = set;
        }
        var own = aten(environment.getOrDefault("ATEN_CPU_CAPABILITY", ""));
        var oneDnn =
                oneDnn(
                        environment.getOrDefault(
                                "ONEDNN_MAX_CPU_ISA",
                                environment.getOrDefault("DNNL_MAX_CPU_ISA", "")));
        return least(most, least(own, oneDnn));
    }

    private static InstructionSet least(InstructionSet a, InstructionSet b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    // PyTorch takes these words as they stand, and passes over others.
    private static InstructionSet aten(String bound) {
        return switch (bound) {
            case "default" -> BASIC;
            case "avx2" -> AVX2;
            default -> AMX;
        };
    }

    // In any case of letters; words that oneDNN does not know bound nothing.
    private static InstructionSet oneDnn(String bound) {
        return switch (bound.toUpperCase(Locale.ROOT)) {
            case "SSE41", "AVX" -> BASIC;
            case "AVX2", "AVX2_VNNI", "AVX2_VNNI_2" -> AVX2;
            case "AVX512_CORE" -> AVX512;
            case "AVX512_CORE_VNNI" -> AVX512_VNNI;
            case "AVX512_CORE_BF16", "AVX512_CORE_FP16", "AVX10_1_512" -> AVX512_BF16;
            default -> AMX;
        };
    }

    /// Whether oneDNN has linear layers in bf16; below it refuses the type.
    public boolean multipliesBfloat16() {
        return compareTo(AVX512) >= 0;
    }

    /// Whether bytes are multiplied and added without a loss. Below, sums of two products of an
    /// unsigned and a signed byte are cut off at 16 bits, so oneDNN's int8 layers are wrong there.
    public boolean multipliesBytes() {
        return compareTo(AVX512_VNNI) >= 0;
    }

    public String label() {
        return label;
    }

    /// For machines: `avx2`, `avx512_vnni` …
    public String tag() {
        return name().toLowerCase(Locale.ROOT);
    }
}
