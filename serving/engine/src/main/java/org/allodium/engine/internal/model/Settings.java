package org.allodium.engine.internal.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.allodium.engine.ModelRefused;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A JSON object of a model directory; a missing or wrong key is refused by file and name.
public final class Settings {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final long MOST_BYTES = 64L << 20;

    private final String file;
    private final JsonNode root;

    private Settings(String file, JsonNode root) {
        this.file = file;
        this.root = root;
    }

    static Settings of(Path file) {
        var name = String.valueOf(file.getFileName());
        if (!Files.isRegularFile(file)) {
            throw new ModelRefused("The file " + name + " is missing.");
        }
        return of(name, json(file));
    }

    static Settings of(String name, JsonNode root) {
        if (!root.isObject()) {
            throw new ModelRefused("The file " + name + " does not hold a JSON object.");
        }
        return new Settings(name, root);
    }

    static Optional<Settings> ifPresent(Path file) {
        return Files.isRegularFile(file) ? Optional.of(of(file)) : Optional.empty();
    }

    /// @param name how refusals call the file
    static Optional<Settings> ifPresent(Path file, String name) {
        return Files.isRegularFile(file) ? Optional.of(of(name, json(file))) : Optional.empty();
    }

    /// @throws ModelRefused if it is no JSON, or larger than any such file of a model is
    public static JsonNode json(Path file) {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new ModelRefused(
                        "The file %s has more than %d bytes."
                                .formatted(file.getFileName(), MOST_BYTES));
            }
            return JSON.readTree(Files.readAllBytes(file));
        } catch (JacksonException e) {
            throw new ModelRefused("The file " + file.getFileName() + " is not valid JSON.", e);
        } catch (IOException e) {
            throw new ModelRefused("The file " + file.getFileName() + " cannot be read.", e);
        }
    }

    public String file() {
        return file;
    }

    boolean has(String key) {
        return root.hasNonNull(key);
    }

    int requireInt(String key) {
        if (!has(key)) {
            throw new ModelRefused("The key " + key + " is missing in " + file + ".");
        }
        return intOr(key, 0);
    }

    /// A size that no published model comes near, so that what follows from it can be listed.
    int requireSize(String key, int most) {
        int size = requireInt(key);
        if (size > most) {
            throw wrong(key, "at most " + most);
        }
        return size;
    }

    int sizeOr(String key, int otherwise, int most) {
        return has(key) ? requireSize(key, most) : otherwise;
    }

    int intOr(String key, int otherwise) {
        if (!has(key)) {
            return otherwise;
        }
        var value = root.get(key);
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < 1) {
            throw wrong(key, "a positive whole number");
        }
        return value.asInt();
    }

    double requireNumber(String key) {
        if (!has(key)) {
            throw new ModelRefused("The key " + key + " is missing in " + file + ".");
        }
        return numberOr(key, 0);
    }

    double numberOr(String key, double otherwise) {
        if (!has(key)) {
            return otherwise;
        }
        if (!root.get(key).isNumber()) {
            throw wrong(key, "a number");
        }
        return root.get(key).asDouble();
    }

    boolean flag(String key) {
        if (!has(key)) {
            return false;
        }
        if (!root.get(key).isBoolean()) {
            throw wrong(key, "true or false");
        }
        return root.get(key).asBoolean();
    }

    boolean isFalse(String key) {
        return has(key) && !flag(key);
    }

    public Optional<String> text(String key) {
        if (!has(key)) {
            return Optional.empty();
        }
        if (!root.get(key).isString()) {
            throw wrong(key, "a text");
        }
        return Optional.of(root.get(key).asString());
    }

    Optional<Settings> object(String key) {
        return has(key)
                ? Optional.of(of(file + " (" + key + ")", root.get(key)))
                : Optional.empty();
    }

    /// Whole numbers under a key that holds one or a list of them; empty if absent.
    List<Long> longs(String key) {
        if (!has(key)) {
            return List.of();
        }
        var value = root.get(key);
        var nodes = value.isArray() ? value.valueStream() : Stream.of(value);
        return nodes.map(
                        n -> {
                            if (!n.isIntegralNumber()) {
                                throw wrong(key, "a whole number or a list of them");
                            }
                            return n.asLong();
                        })
                .toList();
    }

    List<String> texts(String key) {
        return has(key) && root.get(key).isArray()
                ? root.get(key).valueStream().map(JsonNode::asString).toList()
                : List.of();
    }

    List<String> keysThatAreTrue(String prefix) {
        return root.properties().stream()
                .filter(p -> p.getKey().startsWith(prefix) && p.getValue().asBoolean(false))
                .map(Map.Entry::getKey)
                .toList();
    }

    public JsonNode node(String key) {
        return root.path(key);
    }

    /// Refuses a key whose value would change the computation in a way the engine does not know.
    void allowOnly(String key, String... values) {
        var value = text(key);
        if (value.isPresent() && !List.of(values).contains(value.get())) {
            throw new ModelRefused(
                    "The value %s of %s in %s is not supported (only %s)."
                            .formatted(value.get(), key, file, String.join(", ", values)));
        }
    }

    ModelRefused wrong(String key, String wanted) {
        return new ModelRefused("The key " + key + " in " + file + " must be " + wanted + ".");
    }
}
