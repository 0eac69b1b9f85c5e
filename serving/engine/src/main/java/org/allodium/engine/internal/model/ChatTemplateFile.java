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
/// from a list. Some models have another one for conversations with tools, named `tool_use`.
/// @param file where the source was found
/// @param tokens `bos_token`, `eos_token` and the like, by name
public record ChatTemplateFile(String file, String source, Map<String, String> tokens) {
    private static final String CONFIG = "tokenizer_config.json";
    private static final String ALONE = "chat_template.jinja";
    private static final String FOR_TOOLS = "additional_chat_templates/tool_use.jinja";

    public ChatTemplateFile {
        tokens = Map.copyOf(tokens);
    }

    public static Optional<ChatTemplateFile> find(Path dir) {
        return find(dir, ALONE, "default");
    }

    /// The one for conversations with tools, if there is one for them alone.
    public static Optional<ChatTemplateFile> findForTools(Path dir) {
        return find(dir, FOR_TOOLS, "tool_use");
    }

    private static Optional<ChatTemplateFile> find(Path dir, String file, String name) {
        var config = Settings.ifPresent(dir.resolve(CONFIG));
        var tokens = config.map(ChatTemplateFile::tokens).orElse(Map.of());
        var own = dir.resolve(file);
        if (Files.isRegularFile(own)) {
            try {
                return Optional.of(new ChatTemplateFile(file, Files.readString(own), tokens));
            } catch (IOException e) {
                throw new ModelRefused("The file " + file + " cannot be read as UTF-8.", e);
            }
        }
        return config.flatMap(c -> inside(c.node("chat_template"), name))
                .map(source -> new ChatTemplateFile(CONFIG, source, tokens));
    }

    private static Optional<String> inside(JsonNode node, String name) {
        if (node.isString()) {
            return name.equals("default") ? Optional.of(node.asString()) : Optional.empty();
        }
        return node.valueStream()
                .filter(t -> t.path("name").asString("").equals(name))
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
