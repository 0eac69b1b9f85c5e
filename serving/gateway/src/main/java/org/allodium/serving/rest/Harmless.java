package org.allodium.serving.rest;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/// Values with which a parameter asks for nothing.
final class Harmless {
    /// Of other engines' interfaces, which clients send with the value that changes nothing.
    static final Map<String, Predicate<JsonNode>> OF_OTHERS =
            Map.ofEntries(
                    Map.entry("min_tokens", Harmless::isZero),
                    Map.entry("priority", Harmless::isZero),
                    Map.entry("length_penalty", v -> v.isNumber() && v.asDouble() == 1),
                    Map.entry("use_beam_search", Harmless::isFalse),
                    Map.entry("include_stop_str_in_output", Harmless::isFalse),
                    Map.entry("stop_token_ids", Harmless::isEmpty),
                    Map.entry("bad_words", Harmless::isEmpty),
                    Map.entry("skip_special_tokens", Harmless::isTrue),
                    Map.entry("spaces_between_special_tokens", Harmless::isTrue));

    private Harmless() {}

    static boolean isFalse(JsonNode value) {
        return value.isBoolean() && !value.asBoolean();
    }

    static boolean isTrue(JsonNode value) {
        return value.isBoolean() && value.asBoolean();
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

    /// These, and [#OF_OTHERS].
    static Map<String, Predicate<JsonNode>> and(Map<String, Predicate<JsonNode>> own) {
        var all = new HashMap<>(OF_OTHERS);
        all.putAll(own);
        return Map.copyOf(all);
    }

    private static boolean isText(JsonNode value) {
        return value.isString() && "text".equals(value.asString());
    }
}
