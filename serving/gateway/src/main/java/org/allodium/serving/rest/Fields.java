package org.allodium.serving.rest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.kernel.Sentence;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads one object's fields with their types and bounds. A field that is `null` counts as absent.
/// What is wrong is refused under its path, such as `messages[1].content`.
final class Fields {
    private final ObjectNode node;
    private final String prefix;

    /// `prefix` is the object's own path with a dot behind it, or empty for the body itself.
    Fields(ObjectNode node, String prefix) {
        this.node = node;
        this.prefix = prefix;
    }

    String path(String name) {
        return prefix + name;
    }

    @Nullable JsonNode get(String name) {
        var value = node.get(name);
        return value == null || value.isNull() ? null : value;
    }

    String requireText(String name) {
        return text(name).orElseThrow(() -> missing(path(name)));
    }

    Optional<String> text(String name) {
        var value = get(name);
        if (value == null) {
            return Optional.empty();
        }
        return Optional.of(text(value, path(name)));
    }

    Optional<Double> number(String name, double least, double most) {
        var value = get(name);
        if (value == null) {
            return Optional.empty();
        }
        double number = value.isNumber() ? value.asDouble() : Double.NaN;
        if (!(number >= least && number <= most)) {
            throw Refused.invalid(
                    path(name), "serving.no-number", path(name), plain(least), plain(most));
        }
        return Optional.of(number);
    }

    Optional<Integer> integer(String name, int least, int most) {
        return whole(name, least, most).map(Math::toIntExact);
    }

    Optional<Long> whole(String name, long least, long most) {
        var value = get(name);
        if (value == null) {
            return Optional.empty();
        }
        boolean fits = value.isIntegralNumber() && value.canConvertToLong();
        if (!fits || value.asLong() < least || value.asLong() > most) {
            throw Refused.invalid(path(name), "serving.no-whole-number", path(name), least, most);
        }
        return Optional.of(value.asLong());
    }

    boolean flag(String name) {
        var value = get(name);
        if (value == null) {
            return false;
        }
        if (!value.isBoolean()) {
            throw Refused.invalid(path(name), "serving.no-flag", path(name));
        }
        return value.asBoolean();
    }

    /// Refuses every field that is neither known nor, with the value that it has, without effect.
    void refuseOthers(Set<String> known, Map<String, Predicate<JsonNode>> harmless) {
        for (var field : node.properties()) {
            var name = field.getKey();
            var value = field.getValue();
            boolean fine =
                    known.contains(name)
                            || value.isNull()
                            || harmless.getOrDefault(name, any -> false).test(value);
            if (!fine) {
                var path = path(name);
                throw new Refused(
                                ErrorCode.UNSUPPORTED_PARAMETER,
                                harmless.containsKey(name)
                                        ? Sentence.of("serving.unsupported-value", path)
                                        : Sentence.of("serving.unsupported", path))
                        .at(path);
            }
        }
    }

    static String text(JsonNode value, String path) {
        if (!value.isString()) {
            throw Refused.invalid(path, "serving.no-string", path);
        }
        var text = value.asString();
        if (!wellFormed(text)) {
            throw Refused.invalid(path, "serving.half-a-character", path);
        }
        return text;
    }

    /// Half a surrogate pair becomes `?` on the way. An encoder would tell in ten times the time.
    private static boolean wellFormed(String text) {
        return new String(text.getBytes(UTF_8), UTF_8).equals(text);
    }

    static Refused missing(String path) {
        return Refused.invalid(path, "serving.missing", path);
    }

    static Refused empty(String path) {
        return Refused.invalid(path, "serving.empty", path);
    }

    static Refused noObject(String path) {
        return Refused.invalid(path, "serving.no-object", path);
    }

    static Refused noTokenId(String path) {
        return Refused.invalid(path, "serving.no-token-id", path);
    }

    static Refused tooMany(String path, int most) {
        return Refused.invalid(path, "serving.too-many-entries", path, most);
    }

    private static String plain(double bound) {
        return bound == Math.rint(bound) ? Long.toString((long) bound) : Double.toString(bound);
    }
}
