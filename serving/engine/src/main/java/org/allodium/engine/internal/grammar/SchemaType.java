package org.allodium.engine.internal.grammar;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// The types of JSON Schema with the keywords that are supported for each.
enum SchemaType {
    OBJECT("properties", "required", "additionalProperties", "minProperties", "maxProperties"),
    ARRAY("items", "minItems", "maxItems", "uniqueItems"),
    STRING("pattern", "format", "minLength", "maxLength"),
    NUMBER("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    INTEGER("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    BOOLEAN,
    NULL;

    private final Set<String> keywords;

    SchemaType(String... keywords) {
        this.keywords = Set.of(keywords);
    }

    Set<String> keywords() {
        return keywords;
    }

    static Optional<SchemaType> of(JsonNode name) {
        for (var type : values()) {
            if (name.isString() && name.asString().equals(type.name().toLowerCase(Locale.ROOT))) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    boolean fits(JsonNode value) {
        return switch (this) {
            case OBJECT -> value.isObject();
            case ARRAY -> value.isArray();
            case STRING -> value.isString();
            case NUMBER -> value.isNumber();
            case INTEGER ->
                    value.isNumber() && value.decimalValue().stripTrailingZeros().scale() <= 0;
            case BOOLEAN -> value.isBoolean();
            case NULL -> value.isNull();
        };
    }
}
