package org.allodium.engine.internal.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/// Patterns made by chance: what our tables write, another engine of expressions takes.
class PatternReaderTest {
    private static final String[] ATOMS = {
        "a",
        "Z",
        "0",
        "ü",
        "😀",
        ".",
        "\\d",
        "\\w",
        "\\s",
        "\\D",
        "\\W",
        "\\S",
        "[a-f]",
        "[^a-f]",
        "[\\d_-]",
        "[^\\s\\d]",
        "\\.",
        "\\\\",
        "\"",
        "\\/",
        "\\t",
        "[\\]x]",
        "\\u00e9",
        "\\x41"
    };
    private static final String[] REPEATS = {
        "", "", "", "*", "+", "?", "{2}", "{1,3}", "{2,}", "+?"
    };

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void writesOnlyWhatMatches(long seed) {
        var random = new Random(seed);
        int written = 0;
        for (int i = 0; i < 50; i++) {
            var pattern = "^" + alternatives(random, 2) + "$";
            if (random.nextInt(4) == 0) {
                pattern = pattern.substring(1, pattern.length() - 1);
            }
            Dfa table;
            try {
                table = Dfa.of(PatternReader.read(pattern));
            } catch (Dfa.TooLarge e) {
                // Chance nests what nobody would.
                continue;
            }
            for (int n = 0; n < 5; n++) {
                var found = text(table, random);
                if (found.isEmpty()) {
                    continue;
                }
                written++;
                var text = found.get();
                assertThat(Pattern.compile(pattern).matcher(text).find())
                        .as("%s takes %s", pattern, text)
                        .isTrue();
            }
        }
        assertThat(written).isGreaterThan(150);
    }

    private static String alternatives(Random random, int depth) {
        var one = sequence(random, depth);
        return random.nextInt(4) == 0 ? "(?:" + one + "|" + sequence(random, depth) + ")" : one;
    }

    private static String sequence(Random random, int depth) {
        var out = new StringBuilder();
        for (int n = 1 + random.nextInt(3); n > 0; n--) {
            var atom =
                    depth > 0 && random.nextInt(5) == 0
                            ? "(" + alternatives(random, depth - 1) + ")"
                            : ATOMS[random.nextInt(ATOMS.length)];
            out.append(atom).append(REPEATS[random.nextInt(REPEATS.length)]);
        }
        return out.toString();
    }

    /// A way through the table; empty if chance has not found an end.
    private static Optional<String> text(Dfa table, Random random) {
        var out = new ByteArrayOutputStream();
        out.write('"');
        int state = table.start();
        while (!table.accepts(state) || (table.goesOn(state) && random.nextInt(6) > 0)) {
            int b = random.nextInt(256);
            while (table.next(state, b) == Automaton.DEAD) {
                b = (b + 1) % 256;
            }
            state = table.next(state, b);
            out.write(b);
            if (out.size() > 2_000) {
                return Optional.empty();
            }
        }
        out.write('"');
        var json = JsonMapper.shared().readTree(out.toString(StandardCharsets.UTF_8));
        return Optional.of(json.asString());
    }
}
