package org.allodium.evidence;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/// Files that were written once and never change.
final class Golden {
    private Golden() {}

    static String text(String name) {
        var path = "/org/allodium/evidence/golden/" + name;
        try (var file = Golden.class.getResourceAsStream(path)) {
            return new String(
                    Objects.requireNonNull(file, path).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
