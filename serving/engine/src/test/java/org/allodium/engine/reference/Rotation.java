package org.allodium.engine.reference;

import tools.jackson.databind.JsonNode;

/// Rotary position embedding: turns the pairs (i, i + half) of a head's leading dimensions.
final class Rotation {
    private final double[] frequencies;

    Rotation(JsonNode config, int headDimensions) {
        var rope =
                config.path(
                        config.hasNonNull("rope_parameters") ? "rope_parameters" : "rope_scaling");
        double theta = rope.path("rope_theta").asDouble(config.path("rope_theta").asDouble(10_000));
        double part =
                rope.path("partial_rotary_factor")
                        .asDouble(config.path("partial_rotary_factor").asDouble(1));
        int turned = (int) (headDimensions * part);
        var type = rope.path("rope_type").asString(rope.path("type").asString("default"));
        frequencies = new double[turned / 2];
        for (int i = 0; i < frequencies.length; i++) {
            double plain = 1 / Math.pow(theta, 2.0 * i / turned);
            frequencies[i] =
                    switch (type) {
                        case "default" -> plain;
                        case "linear" -> plain / rope.path("factor").asDouble();
                        case "llama3" -> llama3(rope, plain);
                        default -> throw new IllegalArgumentException("rope type " + type);
                    };
        }
    }

    /// Long waves are stretched by the factor, short ones kept, those between are blended.
    private static double llama3(JsonNode rope, double plain) {
        double wave = 2 * Math.PI / plain;
        double original = rope.path("original_max_position_embeddings").asDouble();
        double low = rope.path("low_freq_factor").asDouble();
        double high = rope.path("high_freq_factor").asDouble();
        double stretched = plain / rope.path("factor").asDouble();
        if (wave > original / low) {
            return stretched;
        }
        if (wave < original / high) {
            return plain;
        }
        double smooth = (original / wave - low) / (high - low);
        return (1 - smooth) * stretched + smooth * plain;
    }

    double[] turn(double[] head, int position) {
        var turned = head.clone();
        int half = frequencies.length;
        for (int i = 0; i < half; i++) {
            double sine = Math.sin(position * frequencies[i]);
            double cosine = Math.cos(position * frequencies[i]);
            turned[i] = head[i] * cosine - head[i + half] * sine;
            turned[i + half] = head[i + half] * cosine + head[i] * sine;
        }
        return turned;
    }
}
