package org.allodium.serving.rest;

import java.util.Set;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/// Values with which a parameter asks for nothing.
final class Harmless {
    private Harmless() {}

    static boolean isFalse(JsonNode value) {
        return value.isBoolean() && !value.asBoolean();
    }

    static boolean isZero(JsonNode value) {
        return value.isNumber() && value.asDouble() == 0;
    }

    static boolean isEmpty(JsonNode value) {
        return value.isContainer() && value.isEmpty();
    }

    static boolean isTextAlone(JsonNode value) {
        return value.isArray() && value.size() == 1 && isText(value.get(0));
    }

    static boolean isTextFormat(JsonNode value) {
        return value.isObject()
                && value.size() == 1
                && value.has("type")
                && isText(value.get("type"));
    }

    static Predicate<JsonNode> oneOf(String... texts) {
        var allowed = Set.of(texts);
        return value -> value.isString() && allowed.contains(value.asString());
    }

    private static boolean isText(JsonNode value) {
        return value.isString() && "text".equals(value.asString());
    }
}
