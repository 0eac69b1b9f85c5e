package org.allodium.engine.internal.grammar;

import java.math.BigDecimal;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.allodium.engine.FormatRefused;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// An object within a schema, and where it stands.
/// @param place as `properties.age`; empty for the whole schema
record SchemaPart(ObjectNode node, String place) {
    // They say something about a value, and forbid none.
    private static final Set<String> REMARKS =
            Set.of(
                    "title",
                    "description",
                    "default",
                    "examples",
                    "$schema",
                    "$comment",
                    "deprecated",
                    "readOnly",
                    "writeOnly",
                    "$defs",
                    "definitions");

    boolean has(String keyword) {
        return node.has(keyword);
    }

    JsonNode get(String keyword) {
        return node.path(keyword);
    }

    String at(String keyword) {
        return place.isEmpty() ? keyword : place + "." + keyword;
    }

    /// The keywords that forbid something.
    Set<String> rules() {
        return node.propertyStream()
                .map(e -> e.getKey())
                .filter(k -> !REMARKS.contains(k))
                .filter(k -> !(k.equals("$id") && place.isEmpty()))
                .collect(Collectors.toSet());
    }

    /// Refuses a keyword that is not among these.
    void only(Stream<String> known) {
        var allowed = known.collect(Collectors.toSet());
        rules().stream()
                .filter(k -> !allowed.contains(k))
                .sorted()
                .findFirst()
                .ifPresent(
                        k -> {
                            throw refused(
                                    k,
                                    "The keyword `%s` is not supported here in the schema of an"
                                            + " answer: `%s`.",
                                    k,
                                    at(k));
                        });
    }

    FormatRefused refused(String keyword, String sentence, Object... arguments) {
        return new FormatRefused(
                keyword.isEmpty() ? place : at(keyword), sentence.formatted(arguments));
    }

    /// A whole number from 0 on, or `otherwise` if the keyword is left out.
    int count(String keyword, int otherwise, int most) {
        if (!has(keyword)) {
            return otherwise;
        }
        var value = get(keyword);
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < 0) {
            throw refused(keyword, "`%s` must be a whole number from 0 on.", at(keyword));
        }
        if (value.asInt() > most) {
            throw refused(keyword, "`%s` is supported up to %s.", at(keyword), most);
        }
        return value.asInt();
    }

    BigDecimal number(String keyword) {
        if (!get(keyword).isNumber()) {
            throw refused(keyword, "`%s` must be a number.", at(keyword));
        }
        return get(keyword).decimalValue();
    }

    boolean flag(String keyword) {
        if (has(keyword) && !get(keyword).isBoolean()) {
            throw refused(keyword, "`%s` must be true or false.", at(keyword));
        }
        return get(keyword).asBoolean(false);
    }

    String text(String keyword) {
        if (!get(keyword).isString()) {
            throw refused(keyword, "`%s` must be a string.", at(keyword));
        }
        return get(keyword).asString();
    }
}
