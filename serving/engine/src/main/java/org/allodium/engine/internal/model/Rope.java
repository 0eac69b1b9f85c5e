package org.allodium.engine.internal.model;

import org.allodium.engine.ModelRefused;

/// Rotary positions: the angle per position of each pair of dimensions. Reads the keys of both
/// generations of configuration files (`rope_parameters`, or `rope_theta` with `rope_scaling`).
public record Rope(double theta, Scaling scaling) {

    /// What is done to the plain frequencies.
    public sealed interface Scaling {
        record Plain() implements Scaling {}

        record Linear(double factor) implements Scaling {}

        record Llama3(double factor, double low, double high, double originalContext)
                implements Scaling {}
    }

    static Rope of(Settings config) {
        var place = config.object("rope_parameters").or(() -> config.object("rope_scaling"));
        double theta = config.numberOr("rope_theta", 10_000);
        if (place.isEmpty()) {
            return new Rope(theta, new Scaling.Plain());
        }
        var rope = place.get();
        if (rope.numberOr("partial_rotary_factor", 1) != 1) {
            throw new ModelRefused(
                    "The key partial_rotary_factor in " + rope.file() + " is not supported.");
        }
        theta = rope.numberOr("rope_theta", theta);
        var type = rope.text("rope_type").or(() -> rope.text("type")).orElse("default");
        return new Rope(
                theta,
                switch (type) {
                    case "default" -> new Scaling.Plain();
                    case "linear" -> new Scaling.Linear(rope.requireNumber("factor"));
                    case "llama3" ->
                            new Scaling.Llama3(
                                    rope.requireNumber("factor"),
                                    rope.requireNumber("low_freq_factor"),
                                    rope.requireNumber("high_freq_factor"),
                                    rope.requireNumber("original_max_position_embeddings"));
                    default ->
                            throw new ModelRefused(
                                    "The rope type %s in %s is not supported (only default, linear, llama3)."
                                            .formatted(type, rope.file()));
                });
    }

    /// Radians per position for each of the `headDimensions / 2` pairs.
    public float[] frequencies(int headDimensions) {
        var frequencies = new float[headDimensions / 2];
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = (float) scaled(Math.pow(theta, -2.0 * i / headDimensions));
        }
        return frequencies;
    }

    private double scaled(double frequency) {
        return switch (scaling) {
            case Scaling.Plain() -> frequency;
            case Scaling.Linear(double factor) -> frequency / factor;
            case Scaling.Llama3(double factor, double low, double high, double original) -> {
                double turns = original * frequency / (2 * Math.PI);
                // Slow pairs are stretched, fast ones kept, those between are blended.
                double keep = Math.clamp((turns - low) / (high - low), 0, 1);
                yield (1 - keep) * frequency / factor + keep * frequency;
            }
        };
    }
}
