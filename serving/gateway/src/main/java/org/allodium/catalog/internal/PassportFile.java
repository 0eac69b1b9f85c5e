package org.allodium.catalog.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.allodium.catalog.Model;
import org.allodium.kernel.Refused;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// Reads `passport.yaml`. A model without one is served all the same, and says `undeclared`.
public final class PassportFile {
    private static final String DIRECTORY = "directory";
    private static final String FILE = "passport.yaml";
    private static final String UNDECLARED = "undeclared";
    private static final int MOST_CHARACTERS = 262_144;

    private PassportFile() {}

    public static Model.Passport read(Path directory, String name) {
        var file = directory.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            return new Model.Passport(name, "", UNDECLARED, UNDECLARED, UNDECLARED, Set.of());
        }
        try {
            var settings =
                    LoadSettings.builder()
                            .setLabel(FILE)
                            .setCodePointLimit(MOST_CHARACTERS)
                            .build();
            if (new Load(settings).loadFromString(Files.readString(file))
                    instanceof Map<?, ?> map) {
                return passport(map, name);
            }
            throw Refused.invalid(DIRECTORY, "catalog.passport-no-map", FILE);
        } catch (YamlEngineException e) {
            throw Refused.invalid(DIRECTORY, "catalog.passport-no-yaml", FILE).because(e);
        } catch (IOException e) {
            throw Refused.invalid(DIRECTORY, "catalog.passport-unreadable", FILE).because(e);
        }
    }

    private static Model.Passport passport(Map<?, ?> map, String name) {
        return new Model.Passport(
                text(map, "title", name),
                text(map, "summary", ""),
                text(map, "licence", text(map, "license", UNDECLARED)),
                text(map, "openness", UNDECLARED),
                text(map, "supplier", UNDECLARED),
                languages(map.get("languages")));
    }

    private static String text(Map<?, ?> map, String key, String fallback) {
        return switch (map.get(key)) {
            case String text when !text.isBlank() -> text.strip();
            case Map<?, ?> nested -> text(nested, "class", text(nested, "name", fallback));
            case null, default -> fallback;
        };
    }

    private static Set<String> languages(@Nullable Object value) {
        return value instanceof Collection<?> many
                ? many.stream().map(Object::toString).collect(Collectors.toUnmodifiableSet())
                : Set.of();
    }
}
