package org.allodium.serving.rest;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.allodium.identity.Caller;
import org.allodium.kernel.Refused;
import org.allodium.serving.EmbedCommand;
import org.allodium.serving.TextInput;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The body of `POST /v1/embeddings`, checked: one text, texts, one text's token ids, or many.
record EmbeddingsRequest(
        String model, List<TextInput> inputs, Optional<Integer> dimensions, boolean base64)
        implements Endpoint.Body {
    EmbeddingsRequest {
        inputs = List.copyOf(inputs);
    }

    private static final TextInputs INPUTS = new TextInputs("input", 2_048, false);
    static final Set<String> KNOWN = Set.of("model", "input", "encoding_format", "dimensions");

    static EmbeddingsRequest of(ObjectNode body) {
        var fields = new Fields(body, "");
        fields.refuseOthers(KNOWN, Map.of("user", JsonNode::isString));
        return new EmbeddingsRequest(
                ChatRequest.model(fields),
                INPUTS.of(fields),
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

    EmbedCommand command(Caller caller, Optional<String> residency, Optional<String> dataClass) {
        return new EmbedCommand(caller, model, inputs, dimensions, residency, dataClass);
    }
}
