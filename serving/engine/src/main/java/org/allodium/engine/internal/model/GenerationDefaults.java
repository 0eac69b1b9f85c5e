package org.allodium.engine.internal.model;

import java.nio.file.Path;
import java.util.Optional;
import org.allodium.engine.SamplingDefaults;

/// Reads `generation_config.json` as model hubs write it. See decision 0137.
public final class GenerationDefaults {
    private static final double MOST_TEMPERATURE = 100;
    private static final double MOST_PENALTY = 100;
    private static final double LEAST = 1e-6;

    private GenerationDefaults() {}

    /// @throws org.allodium.engine.ModelRefused if a value makes no sense
    public static SamplingDefaults read(Path dir) {
        return Settings.ifPresent(dir.resolve("generation_config.json"))
                .map(GenerationDefaults::of)
                .orElse(SamplingDefaults.NONE);
    }

    private static SamplingDefaults of(Settings file) {
        var temperature =
                file.isFalse("do_sample")
                        ? Optional.of(0.0)
                        : number(file, "temperature", 0, MOST_TEMPERATURE);
        return new SamplingDefaults(
                temperature,
                number(file, "top_p", LEAST, 1),
                topK(file),
                number(file, "min_p", 0, 1),
                number(file, "repetition_penalty", LEAST, MOST_PENALTY),
                file.has("max_new_tokens")
                        ? Optional.of(file.requireInt("max_new_tokens"))
                        : Optional.empty());
    }

    /// Files write 0 or -1 for all.
    private static Optional<Integer> topK(Settings file) {
        return number(file, "top_k", -1, Integer.MAX_VALUE).map(k -> Math.max(0, k.intValue()));
    }

    private static Optional<Double> number(Settings file, String key, double least, double most) {
        if (!file.has(key)) {
            return Optional.empty();
        }
        double value = file.requireNumber(key);
        if (!(value >= least && value <= most)) {
            throw file.wrong(key, "between " + least + " and " + most);
        }
        return Optional.of(value);
    }
}
