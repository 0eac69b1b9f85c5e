package org.allodium.engine.internal.model;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.allodium.engine.ModelRefused;
import org.allodium.engine.internal.model.EncoderSpec.Pooling;
import org.allodium.engine.internal.model.EncoderSpec.Text;

/// What the files of the sentence-transformers library say about a directory. Without them the mean
/// of all tokens is taken and brought to length 1.
/// @param maxTokens the makers' limit for an input, special tokens included
record SentenceFiles(Pooling pooling, boolean normalised, int maxTokens, Text text) {
    private static final String MODULES = "modules.json";
    private static final String POOLING = "1_Pooling";
    private static final String GENERAL = "config_sentence_transformers.json";
    private static final String LIMITS = "sentence_bert_config.json";

    static SentenceFiles read(Path dir, int hidden) {
        var steps = modules(dir);
        var at = steps.isEmpty() ? POOLING : steps.get(1).path();
        var file = Settings.ifPresent(dir.resolve(at).resolve("config.json"), at + "/config.json");
        if (!steps.isEmpty() && file.isEmpty()) {
            throw new ModelRefused(
                    "The file %s/config.json, which %s names, is missing.".formatted(at, MODULES));
        }
        var transformer = steps.isEmpty() ? dir : dir.resolve(steps.getFirst().path());
        var limits = Settings.ifPresent(transformer.resolve(LIMITS));
        var general = Settings.ifPresent(dir.resolve(GENERAL));
        var prompt = general.map(SentenceFiles::prompt).orElse("");
        if (!prompt.isEmpty() && file.filter(f -> f.isFalse("include_prompt")).isPresent()) {
            throw new ModelRefused(
                    "The key include_prompt in %s/config.json is false, which is not supported."
                            .formatted(at));
        }
        return new SentenceFiles(
                file.map(f -> pooling(f, hidden)).orElse(Pooling.MEAN),
                steps.isEmpty() || steps.size() == 3,
                limits.map(l -> l.intOr("max_seq_length", Integer.MAX_VALUE))
                        .orElse(Integer.MAX_VALUE),
                new Text(prompt, limits.filter(l -> l.flag("do_lower_case")).isPresent()));
    }

    /// The way of an input, which may only be: transformer, pooling and, if wanted, normalisation.
    private static List<Step> modules(Path dir) {
        if (!Files.isRegularFile(dir.resolve(MODULES))) {
            return List.of();
        }
        var known = List.of("Transformer", "Pooling", "Normalize");
        var steps = new ArrayList<Step>();
        for (var entry : Settings.json(dir.resolve(MODULES))) {
            var type = entry.path("type").asString("");
            int place = steps.size();
            if (place >= known.size() || !last(type).equals(known.get(place))) {
                throw new ModelRefused(
                        "The module %s at place %d of %s is not supported (only %s, in this order)."
                                .formatted(
                                        type.isEmpty() ? "without a type" : type,
                                        place,
                                        MODULES,
                                        String.join(", ", known)));
            }
            steps.add(new Step(path(entry.path("path").asString(""))));
        }
        if (steps.size() < 2) {
            throw new ModelRefused("The file " + MODULES + " names no Pooling module.");
        }
        if (!steps.getFirst().path().isEmpty()) {
            throw new ModelRefused(
                    "The file %s puts the Transformer module into the folder %s, which is not supported."
                            .formatted(MODULES, steps.getFirst().path()));
        }
        return steps;
    }

    /// A folder beside the file, never a way out of the directory.
    private static String path(String path) {
        if (!path.matches("[A-Za-z0-9_-]*")) {
            throw new ModelRefused("The path " + path + " in " + MODULES + " is not supported.");
        }
        return path;
    }

    private static String last(String type) {
        return type.substring(type.lastIndexOf('.') + 1);
    }

    private static Pooling pooling(Settings file, int hidden) {
        if (file.intOr("word_embedding_dimension", hidden) != hidden) {
            throw file.wrong("word_embedding_dimension", "hidden_size of config.json");
        }
        var modes = new ArrayList<>(file.keysThatAreTrue("pooling_mode_"));
        // The newer of the two ways to say it.
        file.text("pooling_mode").map(mode -> "pooling_mode_" + mode).ifPresent(modes::add);
        if (modes.isEmpty()) {
            throw new ModelRefused("No pooling_mode_ key in " + file.file() + " is true.");
        }
        if (modes.size() > 1) {
            throw new ModelRefused(
                    "The keys %s in %s are true together, which is not supported."
                            .formatted(String.join(" and ", modes), file.file()));
        }
        return switch (modes.getFirst()) {
            case "pooling_mode_cls_token", "pooling_mode_cls" -> Pooling.FIRST_TOKEN;
            case "pooling_mode_mean_tokens", "pooling_mode_mean" -> Pooling.MEAN;
            default ->
                    throw new ModelRefused(
                            "The key "
                                    + modes.getFirst()
                                    + " in "
                                    + file.file()
                                    + " is not supported.");
        };
    }

    /// What the makers put before every text, where they name such a default.
    private static String prompt(Settings general) {
        if (general.has("truncate_dim")) {
            throw new ModelRefused("The key truncate_dim in " + GENERAL + " is not supported.");
        }
        Optional<String> chosen = general.text("default_prompt_name");
        if (chosen.isEmpty()) {
            return "";
        }
        return general.object("prompts")
                .flatMap(prompts -> prompts.text(chosen.get()))
                .orElseThrow(
                        () -> general.wrong("default_prompt_name", "one of the keys of prompts"));
    }

    private record Step(String path) {}
}
