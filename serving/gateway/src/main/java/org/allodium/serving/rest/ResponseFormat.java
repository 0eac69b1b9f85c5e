package org.allodium.serving.rest;

import java.util.Map;
import java.util.Set;
import org.allodium.engine.OutputFormat;
import org.allodium.kernel.Refused;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads `response_format`. A schema is kept to whether it says `strict` or not; what of it cannot
/// be kept is refused later, by those who keep it.
final class ResponseFormat {
    private static final String NAME = "response_format";

    private ResponseFormat() {}

    static OutputFormat of(Fields body) {
        var value = body.get(NAME);
        if (value == null) {
            return OutputFormat.TEXT;
        }
        if (!(value instanceof ObjectNode object)) {
            throw Fields.noObject(NAME);
        }
        var fields = new Fields(object, NAME + ".");
        return switch (fields.requireText("type")) {
            case "text" -> {
                fields.refuseOthers(Set.of("type"), Map.of());
                yield OutputFormat.TEXT;
            }
            case "json_object" -> {
                fields.refuseOthers(Set.of("type"), Map.of());
                yield new OutputFormat.JsonObject();
            }
            case "json_schema" -> {
                fields.refuseOthers(Set.of("type", "json_schema"), Map.of());
                yield schema(fields);
            }
            default -> throw Refused.invalid(fields.path("type"), "serving.no-response-format");
        };
    }

    private static OutputFormat schema(Fields format) {
        if (!(format.get("json_schema") instanceof ObjectNode object)) {
            throw Fields.noObject(format.path("json_schema"));
        }
        var fields = new Fields(object, NAME + ".json_schema.");
        fields.refuseOthers(
                Set.of("name", "schema", "strict"), Map.of("description", JsonNode::isString));
        if (!fields.requireText("name").matches("[A-Za-z0-9_-]{1,64}")) {
            throw Refused.invalid(fields.path("name"), "serving.no-schema-name");
        }
        fields.flag("strict");
        if (!(fields.get("schema") instanceof ObjectNode schema)) {
            throw Fields.noObject(fields.path("schema"));
        }
        return new OutputFormat.JsonSchema(schema.toString());
    }
}
