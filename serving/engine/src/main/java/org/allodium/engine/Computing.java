package org.allodium.engine;

import java.util.Locale;
import java.util.Optional;
import org.allodium.engine.DecoderOptions.Precision;

/// What a copy of a model computes with, once it is loaded.
/// @param precision what was taken, never `AUTO`
/// @param operators the name of those that compute its layers
/// @param why a sentence where the machine cannot compute as it was asked
public record Computing(
        Precision precision, Precision asked, String operators, Optional<String> why) {
    static final String PYTORCH = "PyTorch's operators";

    public Computing {
        if (precision == Precision.AUTO) {
            throw new IllegalArgumentException("A loaded copy has a precision");
        }
    }

    /// @param own the name of own machine code, if it computes the layers
    public static Computing of(
            Precision precision,
            Precision asked,
            Optional<String> own,
            InstructionSet instructions) {
        boolean lacks = asked == Precision.BF16 && precision == Precision.FP32;
        return new Computing(
                precision,
                asked,
                own.orElse(PYTORCH),
                lacks
                        ? Optional.of(
                                "The processor has no products of bf16 (%s), so fp32 is computed."
                                        .formatted(instructions.label()))
                        : Optional.empty());
    }

    /// `fp32 (bf16 asked for), by PyTorch's operators`.
    public String words() {
        return "%s (%s asked for), by %s".formatted(name(precision), name(asked), operators)
                + why.map(sentence -> ". " + sentence).orElse("");
    }

    private static String name(Precision precision) {
        return precision.name().toLowerCase(Locale.ROOT);
    }
}
