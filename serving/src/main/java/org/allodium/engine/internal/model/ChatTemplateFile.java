package org.allodium.engine.internal.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.allodium.engine.ModelRefused;
import tools.jackson.databind.JsonNode;

/// The chat template of a model directory and the special tokens it may name. `chat_template.jinja`
/// wins over the template inside `tokenizer_config.json`, of which the one named `default` is taken
/// from a list.
///
/// @param file where the source was found
/// @param tokens `bos_token`, `eos_token` and the like, by name
public record ChatTemplateFile(String file, String source, Map<String, String> tokens) {
    private static final String CONFIG = "tokenizer_config.json";

    public ChatTemplateFile {
        tokens = Map.copyOf(tokens);
    }

    public static Optional<ChatTemplateFile> find(Path dir) {
        var config = Settings.ifPresent(dir.resolve(CONFIG));
        var tokens = config.map(ChatTemplateFile::tokens).orElse(Map.of());
        var own = dir.resolve("chat_template.jinja");
        if (Files.isRegularFile(own)) {
            try {
                return Optional.of(
                        new ChatTemplateFile("chat_template.jinja", Files.readString(own), tokens));
            } catch (IOException e) {
                throw new ModelRefused("The file chat_template.jinja cannot be read as UTF-8.", e);
            }
        }
        return config.flatMap(c -> inside(c.node("chat_template")))
                .map(source -> new ChatTemplateFile(CONFIG, source, tokens));
    }

    private static Optional<String> inside(JsonNode node) {
        if (node.isString()) {
            return Optional.of(node.asString());
        }
        return node.valueStream()
                .filter(t -> t.path("name").asString("").equals("default"))
                .map(t -> t.path("template").asString(""))
                .findFirst();
    }

    private static Map<String, String> tokens(Settings config) {
        var tokens = new LinkedHashMap<String, String>();
        for (var name : new String[] {"bos_token", "eos_token", "pad_token", "unk_token"}) {
            var node = config.node(name);
            if (node.isString()) {
                tokens.put(name, node.asString());
            } else if (node.path("content").isString()) {
                tokens.put(name, node.path("content").asString());
            }
        }
        return tokens;
    }
}
