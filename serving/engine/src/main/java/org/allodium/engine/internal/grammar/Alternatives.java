package org.allodium.engine.internal.grammar;

import java.util.EnumSet;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// Schemas of which a value must fit exactly one (`oneOf`). A choice keeps that only where no value
/// can fit two: they are of different types, or objects that a constant property tells apart.
final class Alternatives {
    private Alternatives() {}

    static void demandApart(SchemaPart part) {
        var given = part.get("oneOf");
        if (given.isArray() && given.size() > 1 && !byType(given) && !byTag(given)) {
            throw part.refused(
                    "oneOf",
                    "`%s` is supported where its schemas have different types, or require one"
                            + " property of a different constant each; else use anyOf.",
                    part.at("oneOf"));
        }
    }

    private static boolean byType(JsonNode alternatives) {
        var seen = EnumSet.noneOf(SchemaType.class);
        for (var alternative : alternatives) {
            var names = alternative.path("type");
            var types = (names.isArray() ? names.valueStream() : Stream.of(names)).toList();
            for (var name : types) {
                var type = SchemaType.of(name).map(Alternatives::broad);
                if (type.isEmpty() || !seen.add(type.get())) {
                    return false;
                }
            }
        }
        return true;
    }

    /// Every integer is a number too.
    private static SchemaType broad(SchemaType type) {
        return type == SchemaType.INTEGER ? SchemaType.NUMBER : type;
    }

    private static boolean byTag(JsonNode alternatives) {
        return alternatives.get(0).path("properties").propertyNames().stream()
                .anyMatch(name -> tells(alternatives, name));
    }

    private static boolean tells(JsonNode alternatives, String name) {
        Set<JsonNode> constants = new HashSet<>();
        for (var alternative : alternatives) {
            var constant = constant(alternative, name);
            if (constant.isEmpty() || !constants.add(constant.get())) {
                return false;
            }
        }
        return true;
    }

    private static Optional<JsonNode> constant(JsonNode schema, String name) {
        boolean required =
                schema.path("required").valueStream().anyMatch(n -> n.asString("").equals(name));
        var property = schema.path("properties").path(name);
        var only = property.path("enum").size() == 1 ? property.path("enum").get(0) : null;
        var constant = property.has("const") ? property.get("const") : only;
        return required && constant != null ? Optional.of(constant) : Optional.empty();
    }
}
