package org.allodium.engine.internal.grammar;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A regular expression over bytes.
sealed interface Regular {
    int UNLIMITED = -1;

    /// One byte from `low` to `high`.
    record Range(int low, int high) implements Regular {}

    record Chain(List<Regular> parts) implements Regular {
        public Chain {
            parts = List.copyOf(parts);
        }
    }

    record Either(List<Regular> options) implements Regular {
        public Either {
            options = List.copyOf(options);
        }
    }

    /// @param max [#UNLIMITED] for no bound
    record Repeat(Regular part, int min, int max) implements Regular {}

    static Regular text(String text) {
        var bytes = new ArrayList<Regular>();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            bytes.add(new Range(b & 0xff, b & 0xff));
        }
        return new Chain(bytes);
    }

    static Regular chain(Regular... parts) {
        return new Chain(List.of(parts));
    }

    static Regular either(Regular... options) {
        return new Either(List.of(options));
    }

    static Regular texts(String... texts) {
        return new Either(List.of(texts).stream().map(Regular::text).toList());
    }

    static Regular optional(Regular part) {
        return new Repeat(part, 0, 1);
    }
}
