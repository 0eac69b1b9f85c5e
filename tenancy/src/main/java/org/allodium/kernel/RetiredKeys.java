package org.allodium.kernel;

import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/// Keys that were once read. Whoever still sets one believes that it does something: the start ends
/// with a sentence that says what to set instead.
public final class RetiredKeys {
    private static final Map<String, String> SUCCESSORS =
            Map.of("allodium.evidence.signing-key-file", "allodium.signing-key-file");

    private RetiredKeys() {}

    /// Old keys, each with the one that took its place.
    public static Map<String, String> successors() {
        return SUCCESSORS;
    }

    /// Why nothing starts with these settings.
    /// @param set whether a key is set
    public static Optional<String> refusal(Predicate<String> set) {
        return SUCCESSORS.keySet().stream()
                .sorted()
                .filter(set)
                .findFirst()
                .map(
                        old ->
                                "%s is no longer read: set %s in its place."
                                        .formatted(
                                                both(old),
                                                both(Objects.requireNonNull(SUCCESSORS.get(old)))));
    }

    /// The environment's name of a key, as MicroProfile Config reads it.
    public static String variable(String key) {
        return key.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }

    private static String both(String key) {
        return "%s (%s)".formatted(key, variable(key));
    }
}
