package org.allodium.engine.reference;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A small model of random weights, written as a hub would hold it. The same settings write the
/// same bytes. Weights are larger than those of a fresh model, so that attention, norms and
/// multipliers all show in the result.
///
/// `TinyModel.of(Family.QWEN3).numbers(Numbers.BF16).shards(3).seed(7).writeTo(dir)`
public final class TinyModel {
    /// How numbers are stored.
    public enum Numbers {
        F32("float32"),
        F16("float16"),
        BF16("bfloat16");

        private final String configured;

        Numbers(String configured) {
            this.configured = configured;
        }
    }

    /// Which generation of the transformers library the configuration looks like.
    public enum Style {
        TRANSFORMERS_4,
        TRANSFORMERS_5
    }

    private final Family family;
    private final ObjectNode config;
    private Numbers numbers = Numbers.F32;
    private Style style = Style.TRANSFORMERS_4;
    private int shards = 1;
    private long seed = 1;

    private TinyModel(Family family) {
        this.family = family;
        config = family.config();
    }

    public static TinyModel of(Family family) {
        return new TinyModel(family);
    }

    public TinyModel numbers(Numbers chosen) {
        numbers = chosen;
        return this;
    }

    public TinyModel style(Style chosen) {
        style = chosen;
        return this;
    }

    /// With 1, the default, there is no index.
    public TinyModel shards(int count) {
        shards = count;
        return this;
    }

    public TinyModel seed(long chosen) {
        seed = chosen;
        return this;
    }

    /// Changes keys of config.json as transformers 4 writes it; shapes of tensors follow them.
    public TinyModel config(Consumer<ObjectNode> change) {
        change.accept(config);
        return this;
    }

    public Path writeTo(Path dir) {
        try {
            Files.createDirectories(dir);
            var written = style == Style.TRANSFORMERS_5 ? newer(config.deepCopy()) : older();
            Files.writeString(dir.resolve("config.json"), written.toPrettyString());
            var shapes = TinyShapes.of(family, config);
            new TinyWeights(numbers, new Random(seed)).write(dir, shapes, shards);
            return dir;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ObjectNode older() {
        return config.deepCopy()
                .put("torch_dtype", numbers.configured)
                .put("transformers_version", "4.46.0");
    }

    private ObjectNode newer(ObjectNode changed) {
        changed.put("dtype", numbers.configured).put("transformers_version", "5.1.0");
        if (family.isDecoder()) {
            var rope = changed.putObject("rope_parameters").put("rope_type", "default");
            if (changed.remove("rope_scaling") instanceof ObjectNode scaling) {
                rope.setAll(scaling);
                if (rope.remove("type") instanceof JsonNode type) {
                    rope.set("rope_type", type);
                }
            }
            rope.put("rope_theta", changed.path("rope_theta").asDouble(10_000));
            changed.remove("rope_theta");
        }
        return changed;
    }
}
