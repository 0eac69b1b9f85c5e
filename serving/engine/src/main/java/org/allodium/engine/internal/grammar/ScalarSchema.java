package org.allodium.engine.internal.grammar;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Makes grammars of the parts of a schema that describe single values.
final class ScalarSchema {
    private static final int MOST_COUNTED_BY_TABLE = 256;
    private static final int MOST_STATES = 50_000;

    // Of all tables of the schema.
    private int states;

    Node of(SchemaType type, SchemaPart part) {
        return switch (type) {
            case STRING -> string(part);
            case NUMBER -> number(part);
            case INTEGER -> integer(part);
            case BOOLEAN -> JsonParts.BOOLEAN;
            case NULL -> JsonParts.NULL;
            case OBJECT, ARRAY -> throw new IllegalArgumentException(type + " is no single value");
        };
    }

    /// `enum` and `const`, of which those remain that fit `type`.
    Node constants(SchemaPart part) {
        part.only(Stream.of("enum", "const", "type"));
        var keyword = part.has("enum") ? "enum" : "const";
        if (part.has("enum") && !part.get("enum").isArray()) {
            throw part.refused("enum", "`%s` must be a list.", part.at("enum"));
        }
        var given =
                part.has("enum")
                        ? part.get("enum").valueStream().toList()
                        : List.of(part.get("const"));
        var values = new ArrayList<Regular>();
        for (var value : given) {
            boolean isConst = !part.has("const") || value.equals(part.get("const"));
            if (isConst && fitsType(part, value)) {
                values.add(Regular.text(JsonParts.spelled(value)));
            }
        }
        if (values.isEmpty()) {
            throw part.refused(keyword, "`%s` leaves no value.", part.at(keyword));
        }
        return new Node.Leaf(table(part, keyword, new Regular.Either(values)));
    }

    private static boolean fitsType(SchemaPart part, JsonNode value) {
        if (!part.has("type")) {
            return true;
        }
        var type = part.get("type");
        return (type.isArray() ? type.valueStream() : Stream.of(type))
                .flatMap(name -> SchemaType.of(name).stream())
                .anyMatch(t -> t.fits(value));
    }

    private Node string(SchemaPart part) {
        int min = part.count("minLength", 0, Counted.MOST);
        int max = part.count("maxLength", Regular.UNLIMITED, Counted.MOST);
        if (max != Regular.UNLIMITED && max < min) {
            throw part.refused("maxLength", "`%s` is below minLength.", part.at("maxLength"));
        }
        var inside = expression(part);
        if (inside == null) {
            return JsonParts.string(new Counted(min, max));
        }
        if (min > 0 || max != Regular.UNLIMITED) {
            var keyword = part.has("maxLength") ? "maxLength" : "minLength";
            if (Math.max(min, max) > MOST_COUNTED_BY_TABLE) {
                throw part.refused(
                        keyword,
                        "`%s` is supported up to %s beside pattern or format.",
                        part.at(keyword),
                        MOST_COUNTED_BY_TABLE);
            }
            var length = new Regular.Repeat(Characters.ALL.inString(), min, max);
            inside = both(part, keyword, inside, table(part, keyword, length));
        }
        return JsonParts.string(inside);
    }

    private @Nullable Dfa expression(SchemaPart part) {
        Dfa inside = null;
        if (part.has("format")) {
            var known = Formats.KNOWN.get(part.text("format"));
            if (known == null) {
                throw part.refused(
                        "format",
                        "The format `%s` at `%s` is not supported.",
                        part.text("format"),
                        part.at("format"));
            }
            inside = table(part, "format", known);
        }
        if (part.has("pattern")) {
            var pattern = pattern(part);
            inside = inside == null ? pattern : both(part, "pattern", inside, pattern);
        }
        return inside;
    }

    private Dfa pattern(SchemaPart part) {
        try {
            var table = table(part, "pattern", PatternReader.read(part.text("pattern")));
            if (table.isEmpty()) {
                throw part.refused("pattern", "`%s` fits no text.", part.at("pattern"));
            }
            return table;
        } catch (PatternReader.Unknown e) {
            throw part.refused(
                    "pattern",
                    "The expression at `%s` is not supported: it has %s.",
                    part.at("pattern"),
                    Objects.requireNonNull(e.getMessage()));
        }
    }

    private Dfa table(SchemaPart part, String keyword, Regular regular) {
        try {
            var table = Dfa.of(regular);
            states += table.states();
            if (states > MOST_STATES) {
                throw new Dfa.TooLarge();
            }
            return table;
        } catch (Dfa.TooLarge e) {
            throw part.refused(keyword, "`%s` is too large.", part.at(keyword));
        }
    }

    private static Dfa both(SchemaPart part, String keyword, Dfa a, Dfa b) {
        try {
            var both = Dfa.both(a, b);
            if (both.isEmpty()) {
                throw part.refused(keyword, "`%s` leaves no text.", part.at(keyword));
            }
            return both;
        } catch (Dfa.TooLarge e) {
            throw part.refused(keyword, "`%s` is too large.", part.at(keyword));
        }
    }

    private static Node number(SchemaPart part) {
        var low = bound(part, "minimum", "exclusiveMinimum", true);
        var high = bound(part, "maximum", "exclusiveMaximum", false);
        if (low == null && high == null) {
            return JsonParts.NUMBER;
        }
        var options = Decimals.between(low, high);
        if (options.isEmpty()) {
            var keyword =
                    low == null ? "maximum" : part.has("minimum") ? "minimum" : "exclusiveMinimum";
            throw part.refused(keyword, "`%s` leaves no number.", part.at(keyword));
        }
        return new Node.Choice(options);
    }

    /// The narrower of the two bounds at one end.
    private static Decimals.@Nullable Bound bound(
            SchemaPart part, String inclusive, String exclusive, boolean low) {
        Decimals.Bound bound = null;
        for (var keyword : List.of(inclusive, exclusive)) {
            if (!part.has(keyword)) {
                continue;
            }
            var number = part.number(keyword);
            if (Decimals.tooFine(number)) {
                throw part.refused(
                        keyword,
                        "`%s` is supported with up to %s digits.",
                        part.at(keyword),
                        Numbers.MOST_DIGITS);
            }
            int narrower = bound == null ? 1 : number.compareTo(bound.number()) * (low ? 1 : -1);
            if (narrower >= 0) {
                bound = new Decimals.Bound(number, keyword.equals(inclusive));
            }
        }
        return bound;
    }

    private static Node integer(SchemaPart part) {
        var low = bound(part, "minimum", "exclusiveMinimum", RoundingMode.CEILING, BigInteger.ONE);
        var high =
                bound(
                        part,
                        "maximum",
                        "exclusiveMaximum",
                        RoundingMode.FLOOR,
                        BigInteger.ONE.negate());
        if (low == null && high == null) {
            return JsonParts.INTEGER;
        }
        var from = low == null ? Numbers.LARGEST.negate() : low.max(Numbers.LARGEST.negate());
        var to = high == null ? Numbers.LARGEST : high.min(Numbers.LARGEST);
        if (from.compareTo(to) > 0) {
            var keyword = part.has("minimum") ? "minimum" : part.rules().iterator().next();
            throw part.refused(
                    keyword,
                    "`%s` leaves no integer of at most %s digits.",
                    part.at(keyword),
                    Numbers.MOST_DIGITS);
        }
        return new Node.Leaf(Dfa.of(Numbers.integers(from, to)));
    }

    private static @Nullable BigInteger bound(
            SchemaPart part,
            String inclusive,
            String exclusive,
            RoundingMode inwards,
            BigInteger step) {
        BigInteger bound = null;
        if (part.has(inclusive)) {
            bound = rounded(part.number(inclusive), inwards);
        }
        if (part.has(exclusive)) {
            var given = part.number(exclusive);
            var whole = rounded(given, inwards);
            var inside = given.compareTo(new BigDecimal(whole)) == 0 ? whole.add(step) : whole;
            bound =
                    bound == null
                            ? inside
                            : step.signum() > 0 ? bound.max(inside) : bound.min(inside);
        }
        return bound;
    }

    private static BigInteger rounded(BigDecimal number, RoundingMode mode) {
        return number.setScale(0, mode).toBigInteger();
    }
}
