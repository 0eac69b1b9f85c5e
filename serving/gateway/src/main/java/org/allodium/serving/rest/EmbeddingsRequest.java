package org.allodium.serving.rest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.allodium.identity.Caller;
import org.allodium.kernel.Refused;
import org.allodium.serving.EmbedCommand;
import org.allodium.serving.EmbedCommand.Input;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The body of `POST /v1/embeddings`, checked: one text, texts, one text's token ids, or many.
record EmbeddingsRequest(
        String model, List<Input> inputs, Optional<Integer> dimensions, boolean base64)
        implements Endpoint.Body {
    EmbeddingsRequest {
        inputs = List.copyOf(inputs);
    }

    private static final int MOST_INPUTS = 2048;
    static final Set<String> KNOWN = Set.of("model", "input", "encoding_format", "dimensions");

    static EmbeddingsRequest of(ObjectNode body) {
        var fields = new Fields(body, "");
        fields.refuseOthers(KNOWN, Map.of("user", JsonNode::isString));
        return new EmbeddingsRequest(
                ChatRequest.model(fields),
                inputs(fields),
                fields.integer("dimensions", 1, Integer.MAX_VALUE),
                base64(fields));
    }

    private static boolean base64(Fields fields) {
        return switch (fields.text("encoding_format").orElse("float")) {
            case "float" -> false;
            case "base64" -> true;
            default -> throw Refused.invalid("encoding_format", "serving.no-encoding-format");
        };
    }

    private static List<Input> inputs(Fields fields) {
        var value = fields.get("input");
        if (value == null) {
            throw Fields.missing("input");
        }
        if (value.isString()) {
            return List.of(text(value, "input"));
        }
        if (!value.isArray() || value.isEmpty()) {
            throw Refused.invalid("input", "serving.no-text-or-tokens", "input");
        }
        if (value.get(0).isNumber()) {
            return List.of(tokens(value, "input"));
        }
        if (value.size() > MOST_INPUTS) {
            throw Fields.tooMany("input", MOST_INPUTS);
        }
        var inputs = new ArrayList<Input>(value.size());
        for (int i = 0; i < value.size(); i++) {
            var path = "input[" + i + "]";
            var entry = value.get(i);
            inputs.add(entry.isArray() ? tokens(entry, path) : text(entry, path));
        }
        return inputs;
    }

    private static Input text(JsonNode value, String path) {
        var text = Fields.text(value, path);
        if (text.isEmpty()) {
            throw Fields.empty(path);
        }
        return new Input.Text(text);
    }

    private static Input tokens(JsonNode list, String path) {
        if (list.isEmpty()) {
            throw Fields.empty(path);
        }
        var ids = new ArrayList<Long>(list.size());
        for (int i = 0; i < list.size(); i++) {
            var id = list.get(i);
            if (!id.isIntegralNumber() || !id.canConvertToLong()) {
                throw Fields.noTokenId(path + "[" + i + "]");
            }
            ids.add(id.asLong());
        }
        return new Input.Tokens(ids);
    }

    EmbedCommand command(Caller caller, Optional<String> residency, Optional<String> dataClass) {
        return new EmbedCommand(caller, model, inputs, dimensions, residency, dataClass);
    }
}
