package org.allodium.engine.internal.model;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.allodium.engine.ModelDescription;
import org.allodium.engine.ModelDescription.Kind;
import org.allodium.engine.ModelRefused;
import tools.jackson.databind.JsonNode;

/// A model directory that has been read and found whole.
/// @param prefix what stands before every tensor name of the specification in the files
public record ModelFolder(
        Path dir, ModelSpec spec, Safetensors weights, String prefix, Optional<Path> tokenizer) {

    public static ModelFolder read(Path dir) {
        if (!Files.isDirectory(dir)) {
            throw new ModelRefused("The model directory " + dir.getFileName() + " does not exist.");
        }
        var spec = spec(dir, Settings.of(dir.resolve("config.json")));
        var weights = Safetensors.ofDirectory(dir);
        var prefix = prefix(spec, weights);
        checkTensors(spec, weights, prefix);
        var file = dir.resolve("tokenizer.json");
        var tokenizer = Files.isRegularFile(file) ? Optional.of(file) : Optional.<Path>empty();
        tokenizer.ifPresent(t -> checkTokenizer(t, spec));
        return new ModelFolder(dir, spec, weights, prefix, tokenizer);
    }

    /// What the configuration of a directory promises, whether or not its weights are there.
    public static ModelSpec specOf(Path dir) {
        return spec(dir, Settings.of(dir.resolve("config.json")));
    }

    private static ModelSpec spec(Path dir, Settings config) {
        var names = config.texts("architectures");
        if (names.size() != 1) {
            throw new ModelRefused(
                    "The key architectures in " + config.file() + " must hold exactly one name.");
        }
        if (config.has("quantization_config")) {
            throw new ModelRefused(
                    "The key quantization_config in " + config.file() + " is not supported.");
        }
        var architecture = names.getFirst();
        if (DecoderFamily.knows(architecture)) {
            // What makes no sense is refused before anything is loaded.
            GenerationDefaults.read(dir);
            var generation = Settings.ifPresent(dir.resolve("generation_config.json"));
            return DecoderFamily.spec(
                    architecture,
                    config,
                    DecoderSpec.endTokens(
                            config.longs("eos_token_id"),
                            generation.map(g -> g.longs("eos_token_id")).orElse(List.of())));
        }
        if (EncoderFamily.knows(architecture)) {
            return EncoderFamily.spec(dir, architecture, config);
        }
        var known = new ArrayList<>(DecoderFamily.architectures());
        known.addAll(EncoderFamily.architectures());
        throw new ModelRefused(
                "The architecture %s in %s is not supported (only %s)."
                        .formatted(architecture, config.file(), String.join(", ", known)));
    }

    private static String prefix(ModelSpec spec, Safetensors weights) {
        return switch (spec) {
            case DecoderSpec d -> "";
            case EncoderSpec e -> e.prefix(weights);
        };
    }

    private static void checkTensors(ModelSpec spec, Safetensors weights, String prefix) {
        var wanted = spec.tensors();
        wanted.forEach((name, shape) -> checkTensor(weights.entries(), prefix + name, shape));
        for (var name : weights.entries().keySet()) {
            var plain = name.startsWith(prefix) ? name.substring(prefix.length()) : name;
            if (!wanted.containsKey(plain) && !spec.ignores(plain)) {
                throw new ModelRefused(
                        "The tensor %s in %s is no part of %s as config.json describes it."
                                .formatted(
                                        name,
                                        file(weights.entries().get(name)),
                                        spec.architecture()));
            }
        }
    }

    private static void checkTensor(
            Map<String, TensorEntry> entries, String name, List<Long> shape) {
        var entry = entries.get(name);
        if (entry == null) {
            var files =
                    entries.values().stream().map(ModelFolder::file).distinct().sorted().toList();
            throw new ModelRefused(
                    "The tensor %s is missing in %s."
                            .formatted(
                                    name,
                                    files.isEmpty()
                                            ? "model.safetensors"
                                            : String.join(", ", files)));
        }
        if (!entry.shape().equals(shape)) {
            throw new ModelRefused(
                    "The tensor %s in %s has the shape %s, but config.json asks for %s."
                            .formatted(name, file(entry), entry.shape(), shape));
        }
        if (entry.type() == TensorEntry.ElementType.I64) {
            throw new ModelRefused(
                    "The tensor %s in %s holds whole numbers where weights are wanted."
                            .formatted(name, file(entry)));
        }
    }

    private static String file(TensorEntry entry) {
        return String.valueOf(entry.file().getFileName());
    }

    private static void checkTokenizer(Path file, ModelSpec spec) {
        var root = Settings.json(file);
        var vocabulary = root.path("model").path("vocab");
        if (!vocabulary.isArray()
                && vocabulary
                        .valueStream()
                        .anyMatch(id -> !id.canConvertToInt() || id.asInt() < 0)) {
            throw new ModelRefused("The vocabulary of tokenizer.json has an id that is none.");
        }
        long highest =
                vocabulary.isArray()
                        ? vocabulary.size() - 1L
                        : vocabulary.valueStream().mapToLong(JsonNode::asLong).max().orElse(-1);
        var added = root.path("added_tokens").valueStream().mapToLong(t -> t.path("id").asLong(0));
        highest = Math.max(highest, added.max().orElse(-1));
        if (highest < 0) {
            throw new ModelRefused("The file tokenizer.json holds no vocabulary.");
        }
        if (highest >= spec.vocabulary()) {
            throw new ModelRefused(
                    "The vocabulary of tokenizer.json reaches id %d, but the embedding tensor has only %d rows."
                            .formatted(highest, spec.vocabulary()));
        }
    }

    /// A tensor of the specification, which `read` has found.
    public TensorEntry tensor(String name) {
        return weights.require(prefix + name);
    }

    public ModelDescription description() {
        long parameters = spec.tensors().values().stream().mapToLong(TensorEntry::elements).sum();
        var kind =
                switch (spec) {
                    case DecoderSpec d -> Kind.DECODER;
                    case EncoderSpec e -> e.ranks() ? Kind.RANKER : Kind.ENCODER;
                };
        return new ModelDescription(
                spec.architecture(),
                kind,
                spec.context(),
                spec.vocabulary(),
                spec.dimensions(),
                parameters,
                tokenizer.isPresent(),
                ChatTemplateFile.find(dir).isPresent());
    }
}
