package org.allodium.engine.internal.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.allodium.engine.OutputFormat;
import org.allodium.engine.internal.text.Tokens;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Whatever a model draws, what it writes has the prescribed form: an independent validator says
/// so.
class StructuredOutputTest {
    private static final Path GUIDE_TOKENIZER =
            Path.of("../models/src/main/resources/models/allodium-guide/tokenizer.json");
    private static final long GUIDE_END = 2;
    private static final int MOST_TOKENS = 1_500;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void alwaysFitsTheSchema(long seed) {
        var random = new Random(seed);
        var writer =
                ByteWriter.withTokens(
                        "{\"",
                        "\":",
                        "\", \"",
                        "\"}",
                        "}}",
                        "]}",
                        "],[",
                        "null",
                        "true",
                        "12",
                        "abc",
                        " {",
                        "[{\"",
                        ": [",
                        "\n  ",
                        "ü",
                        "\\\"",
                        "\\n",
                        "2024-",
                        "name",
                        "\u00e9x",
                        "😀",
                        "the ",
                        "\"a\": \"");
        int whole = 0;
        for (int i = 0; i < 150; i++) {
            var schema = RandomSchema.of(random);
            var format = new OutputFormat.JsonSchema(schema.toString());
            var written = writer.write(writer.start(format), random, MOST_TOKENS);
            whole += check(schema, written) ? 1 : 0;
        }
        assertThat(whole).isGreaterThan(120);
    }

    @Test
    void alwaysFitsTheSchemaWithARealVocabulary() {
        try (var tokens = Tokens.load(GUIDE_TOKENIZER)) {
            var constraints =
                    new Constraints(GUIDE_TOKENIZER, tokens::decode, Set.of(GUIDE_END), null);
            var random = new Random(5);
            var closing = new boolean[2048];
            for (int i = 0; i < closing.length; i++) {
                closing[i] = "\"}]".contains(tokens.decode(new long[] {i}));
            }
            int whole = 0;
            for (int i = 0; i < 100; i++) {
                var schema = RandomSchema.of(random);
                var format = new OutputFormat.JsonSchema(schema.toString());
                whole += check(schema, write(constraints, format, tokens, closing, random)) ? 1 : 0;
            }
            assertThat(whole).isGreaterThan(75);
        }
    }

    @Test
    void aJsonObjectParses() {
        var random = new Random(6);
        var writer = ByteWriter.withTokens("{\"", "\":", "\"}", "[[", "{\"a\":{\"", "]]");
        int whole = 0;
        for (int i = 0; i < 200; i++) {
            var format = new OutputFormat.JsonObject();
            var written = writer.write(writer.start(format), random, MOST_TOKENS);
            if (written.whole()) {
                whole++;
                assertThat(JsonMapper.shared().readTree(written.text()).isObject()).isTrue();
            }
        }
        assertThat(whole).isGreaterThan(150);
    }

    private static ByteWriter.Written write(
            Constraints constraints,
            OutputFormat format,
            Tokens tokens,
            boolean[] closing,
            Random random) {
        var constraint = constraints.start(format).orElseThrow();
        var ids = new ArrayList<Long>();
        while (!constraint.complete() && ids.size() < MOST_TOKENS) {
            var logits = new float[2048];
            for (int i = 0; i < logits.length; i++) {
                logits[i] = random.nextFloat() + (closing[i] ? random.nextFloat() : 0);
            }
            constraint.mask(logits);
            int best = 0;
            for (int i = 1; i < logits.length; i++) {
                best = logits[i] > logits[best] ? i : best;
            }
            assertThat(logits[best]).isNotEqualTo(Float.NEGATIVE_INFINITY);
            constraint.accept(best);
            if (best != GUIDE_END) {
                ids.add((long) best);
            }
        }
        var text = tokens.decode(ids.stream().mapToLong(i -> i).toArray());
        return new ByteWriter.Written(text, constraint.complete());
    }

    /// False if the text was cut; a whole one must fit.
    private static boolean check(JsonNode schema, ByteWriter.Written written) {
        if (!written.whole()) {
            return false;
        }
        assertThat(validator(schema).validate(JsonMapper.shared().readTree(written.text())))
                .as("%s%n%s", schema, written.text())
                .isEmpty();
        return true;
    }

    private static Schema validator(JsonNode schema) {
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7).getSchema(schema);
    }

    @Test
    void aLargeVocabularyCostsLittlePerStep() {
        var random = new Random(7);
        var tokens = largeVocabulary(random, 150_000);
        var writer = ByteWriter.of(tokens, 256);
        var schema =
                "{\"type\":\"object\",\"properties\":{\"text\":{\"type\":\"string\",\"maxLength\":500},"
                        + "\"tags\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}},"
                        + "\"code\":{\"type\":\"string\",\"pattern\":\"^[a-z]+-\\\\d+$\"}},"
                        + "\"required\":[\"text\",\"tags\",\"code\"]}";
        long worst = 0;
        long sum = 0;
        int steps = 0;
        for (int round = 0; round < 6; round++) {
            var constraint = writer.start(new OutputFormat.JsonSchema(schema));
            for (int n = 0; n < 200 && !constraint.complete(); n++) {
                var logits = new float[tokens.length];
                for (int i = 0; i < logits.length; i++) {
                    logits[i] = random.nextFloat();
                }
                long begun = System.nanoTime();
                constraint.mask(logits);
                int best = 0;
                long took = System.nanoTime() - begun;
                for (int i = 0; i < logits.length; i++) {
                    best = logits[i] > logits[best] ? i : best;
                }
                constraint.accept(best);
                if (round > 0) {
                    worst = Math.max(worst, took);
                    sum += took;
                    steps++;
                }
            }
        }
        System.out.printf(
                "%d steps, mean %.3f ms, worst %.3f ms%n", steps, sum / 1e6 / steps, worst / 1e6);
        assertThat(sum / steps).isLessThan(20_000_000L);
    }

    private static byte[][] largeVocabulary(Random random, int size) {
        var tokens = new byte[size][];
        for (int b = 0; b < 256; b++) {
            tokens[b] = new byte[] {(byte) b};
        }
        tokens[256] = new byte[0];
        var pieces =
                List.of(
                        "e", "in", "the", "er", "a", "ion", "sch", "ß", "汉", "0", "{", "\"", "t",
                        "o", "n");
        for (int i = 257; i < size; i++) {
            var text = new StringBuilder(random.nextInt(3) == 0 ? " " : "");
            for (int n = 1 + random.nextInt(5); n > 0; n--) {
                text.append(pieces.get(random.nextInt(random.nextInt(9) == 0 ? 15 : 10)));
                if (random.nextBoolean()) {
                    text.append((char) ('a' + random.nextInt(26)));
                }
            }
            tokens[i] = text.toString().getBytes(StandardCharsets.UTF_8);
        }
        return tokens;
    }
}
