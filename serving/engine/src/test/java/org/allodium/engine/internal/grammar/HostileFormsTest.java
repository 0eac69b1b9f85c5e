package org.allodium.engine.internal.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.allodium.engine.EngineBusy;
import org.allodium.engine.FormatRefused;
import org.allodium.engine.OutputFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/// Forms that were written to cost much. What is counted is work, not time.
class HostileFormsTest {
    private static final long PLENTY = Long.MAX_VALUE / 2;

    private final ByteWriter writer = ByteWriter.withTokens("a", "b");

    @Test
    void aClassOfThousandsOfCharactersTakesStepsInProportion() {
        long small = stepsOf(string("^[" + everySecond(1_000) + "]+$"));
        long large = stepsOf(string("^[" + everySecond(8_000) + "]+$"));
        // Eight times the characters: a square would be 64 times the steps.
        assertThat(large).isLessThan(16 * small);
        assertThat(writer.writes(string("^[" + everySecond(8_000) + "]+$"), "\"\u4e00\"")).isTrue();
    }

    @Test
    void aLongChainOfReferencesIsReadWithoutDepth() {
        var defs =
                IntStream.range(0, 3_000)
                        .mapToObj(
                                i ->
                                        "\"d%d\":{\"type\":\"array\",\"items\":{\"$ref\":\"#/$defs/d%d\"}}"
                                                .formatted(i, i + 1))
                        .collect(Collectors.joining(","));
        var schema =
                "{\"$ref\":\"#/$defs/d0\",\"$defs\":{" + defs + ",\"d3000\":{\"type\":\"null\"}}}";
        assertThat(writer.writes(new OutputFormat.JsonSchema(schema), "[[[]]]")).isTrue();
    }

    @Test
    void referencesThatLeadOnlyToReferencesAreRefusedBeyondABound() {
        var refusal =
                catchThrowableOfType(
                        FormatRefused.class,
                        () -> Constraints.compile(chain(1_000, "{\"$ref\":\"%s\"}"), null));
        assertThat(refusal.place()).endsWith("$ref");
        assertThat(writer.writes(chain(90, "{\"$ref\":\"%s\"}"), "null")).isTrue();
    }

    @Test
    void choicesThatShareTheirPartsAreNotMultiplied() {
        var format = chain(45, "{\"anyOf\":[{\"$ref\":\"%1$s\"},{\"$ref\":\"%1$s\"}]}");
        assertThat(stepsOf(format)).isLessThan(100_000);
        assertThat(writer.writes(format, "null")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "^((((a?){100}){100}){100}){10}$",
                "^(.*a){30}[^a]{400}$",
                "^([a-z]|[b-y]|[c-x]){1000}z{1000}$",
                "(((((a*)*)*)*)*)*b",
            })
    void everyExpressionIsKeptOrRefusedWithinTheBounds(String pattern) {
        assertThat(workOf(string(pattern))).isLessThan(GrammarMakers.MOST_STEPS + 1_000_000);
    }

    @Test
    void randomFormsNeverBreakAnythingButTheirOwnRequest() {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            var format = new OutputFormat.JsonSchema(hostile(random));
            assertThat(workOf(format))
                    .as("seed %s, schema %s", seed, format)
                    .isLessThan(GrammarMakers.MOST_STEPS + 1_000_000);
        }
    }

    @Test
    void aSchemaBeyondTheDocumentedSizeIsRefused() {
        var tooLong = "{\"description\":\"" + "x".repeat(262_144) + "\",\"type\":\"null\"}";
        assertThatExceptionOfType(FormatRefused.class)
                .isThrownBy(() -> Constraints.compile(new OutputFormat.JsonSchema(tooLong), null));
    }

    @Test
    void workBeyondTheBoundOfStepsIsRefused() {
        var makers = new GrammarMakers(1, 1, 1_000, () -> 0);
        assertThatExceptionOfType(FormatRefused.class)
                .isThrownBy(() -> makers.make(HostileFormsTest::endless))
                .withMessageContaining("more work");
    }

    @Test
    void workBeyondTheDeadlineIsRefused() {
        var now = new AtomicLong();
        var makers = new GrammarMakers(1, 1, PLENTY, now::get);
        assertThatExceptionOfType(FormatRefused.class)
                .isThrownBy(
                        () ->
                                makers.make(
                                        () -> {
                                            now.set(GrammarMakers.LONGEST.toNanos() + 1);
                                            return endless();
                                        }));
    }

    @Test
    void workEndsWhenNobodyWaitsForIt() throws Exception {
        var makers = new GrammarMakers(1, 1, PLENTY, () -> 0);
        var begun = new CountDownLatch(1);
        var ended = new CountDownLatch(1);
        var caller =
                Thread.ofVirtual()
                        .start(
                                () ->
                                        makers.make(
                                                () -> {
                                                    begun.countDown();
                                                    try {
                                                        return endless();
                                                    } finally {
                                                        ended.countDown();
                                                    }
                                                }));
        begun.await();
        caller.interrupt();
        ended.await();
        caller.join();
        assertThat(makers.make(() -> 1).it()).isEqualTo(1);
    }

    @Test
    void aFullHouseSaysSoAtOnce() throws Exception {
        var makers = new GrammarMakers(1, 1, PLENTY, () -> 0);
        var begun = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        var busy =
                Thread.ofVirtual()
                        .start(
                                () ->
                                        makers.make(
                                                () -> {
                                                    begun.countDown();
                                                    go.await();
                                                    return 1;
                                                }));
        begun.await();
        var waiting = makers.queue(() -> 2);
        assertThatExceptionOfType(EngineBusy.class).isThrownBy(() -> makers.make(() -> 3));
        go.countDown();
        busy.join();
        assertThat(waiting.get()).isEqualTo(2);
    }

    private static Object endless() {
        while (true) {
            Effort.spend(1);
        }
    }

    private static long stepsOf(OutputFormat format) {
        var effort = new Effort(PLENTY, PLENTY, () -> 0, 0);
        try {
            effort.within(() -> Constraints.compile(format, null));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        return effort.steps();
    }

    /// Of one that may be refused.
    private static long workOf(OutputFormat format) {
        var effort = new Effort(GrammarMakers.MOST_STEPS, GrammarMakers.MOST_BYTES, () -> 0, 0);
        try {
            effort.within(() -> Constraints.compile(format, null));
        } catch (FormatRefused | Effort.Spent | Dfa.TooLarge refused) {
            assertThat(refused.getMessage()).isNotBlank();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        return effort.steps();
    }

    private static OutputFormat string(String pattern) {
        var schema = JsonMapper.shared().createObjectNode();
        schema.put("type", "string").put("pattern", pattern);
        return new OutputFormat.JsonSchema(schema.toString());
    }

    /// Not one range: every second character is missing.
    private static String everySecond(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> Character.toString(0x4e00 + 2 * i))
                .collect(Collectors.joining());
    }

    private static OutputFormat chain(int length, String link) {
        var defs =
                IntStream.range(0, length)
                        .mapToObj(
                                i ->
                                        "\"d%d\":".formatted(i)
                                                + link.formatted("#/$defs/d" + (i + 1)))
                        .collect(Collectors.joining(","));
        return new OutputFormat.JsonSchema(
                "{\"$ref\":\"#/$defs/d0\",\"$defs\":{%s,\"d%d\":{\"type\":\"null\"}}}"
                        .formatted(defs, length));
    }

    /// Nested parts, references every way, and expressions of brackets, classes and repetitions.
    private static String hostile(Random random) {
        var defs = JsonMapper.shared().createObjectNode();
        int count = 1 + random.nextInt(20);
        for (int i = 0; i < count; i++) {
            var part = JsonMapper.shared().createObjectNode();
            switch (random.nextInt(5)) {
                case 0 -> part.put("$ref", "#/$defs/d" + random.nextInt(count));
                case 1 -> {
                    var options = part.putArray("anyOf");
                    for (int n = 0; n < 1 + random.nextInt(4); n++) {
                        options.addObject().put("$ref", "#/$defs/d" + random.nextInt(count));
                    }
                }
                case 2 ->
                        part.put("type", "array")
                                .putObject("items")
                                .put("$ref", "#/$defs/d" + random.nextInt(count));
                case 3 -> part.put("type", "string").put("pattern", pattern(random, 4));
                default -> part.put("type", "null");
            }
            defs.set("d" + i, part);
        }
        var schema = JsonMapper.shared().createObjectNode();
        schema.put("$ref", "#/$defs/d0").set("$defs", defs);
        return schema.toString();
    }

    private static String pattern(Random random, int depth) {
        var text = new StringBuilder();
        for (int i = 0; i < 1 + random.nextInt(4); i++) {
            text.append(
                    switch (random.nextInt(depth == 0 ? 3 : 5)) {
                        case 0 -> "abc.".charAt(random.nextInt(4));
                        case 1 -> "[^a-" + (char) ('b' + random.nextInt(20)) + "\\d]";
                        case 2 -> "\\" + "dDwWsS".charAt(random.nextInt(6));
                        case 3 -> "(" + pattern(random, depth - 1) + ")";
                        default ->
                                "(" + pattern(random, depth - 1) + "|" + pattern(random, 0) + ")";
                    });
            text.append(
                    switch (random.nextInt(5)) {
                        case 0 -> "*";
                        case 1 -> "{" + random.nextInt(300) + ",}";
                        case 2 -> "{0," + random.nextInt(900) + "}";
                        default -> "";
                    });
        }
        return text.toString();
    }
}
