package org.allodium.serving.internal.answers;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.allodium.engine.GenerationRequest.Ending;
import org.allodium.engine.OutputFormat;
import org.allodium.engine.Sampling;
import org.allodium.engine.Sampling.Penalties;
import org.allodium.engine.WrittenChat;
import org.allodium.serving.ChatCommand;
import org.allodium.serving.SamplingOptions;
import org.allodium.tenancy.TenantId;
import org.junit.jupiter.api.Test;

class AnswerKeyTest {
    private static final AnswerKey KEY =
            new AnswerKey(
                    new TenantId(new UUID(0, 1)),
                    7,
                    "policy",
                    "digest",
                    "passages",
                    new WrittenChat(List.of(new WrittenChat.Part("user", false))),
                    16,
                    512,
                    2048,
                    new Sampling(
                            0.5,
                            0.9,
                            40,
                            0.1,
                            new Penalties(1.5, 0.5, 0.5),
                            Map.of(1, 1.0, 2, 2.0, 3, 3.0),
                            7L),
                    new Ending(List.of("stop"), false),
                    new OutputFormat.JsonSchema("{}"),
                    2);

    @Test
    void everyPartIsInTheDigest() {
        var variants = variants(KEY);
        assertThat(variants).hasSizeGreaterThan(AnswerKey.class.getRecordComponents().length);
        var digests = new LinkedHashMap<String, String>();
        digests.put(KEY.digest(), "nothing");
        variants.forEach(
                (part, changed) ->
                        assertThat(digests.put(((AnswerKey) changed).digest(), part))
                                .as("the digest with another %s is that with another", part)
                                .isNull());
    }

    @Test
    void theSameQuestionHasTheSameDigestWhateverTheOrderOfItsBiases() {
        var biases = new LinkedHashMap<Integer, Double>();
        IntStream.range(0, 50).forEach(id -> biases.put(id, 1.0));
        var turned = new LinkedHashMap<Integer, Double>();
        IntStream.range(0, 50).forEach(id -> turned.put(49 - id, 1.0));
        assertThat(with(biases).digest()).isEqualTo(with(turned).digest());
    }

    @Test
    void formatsWithoutPartsDiffer() {
        assertThat(with(OutputFormat.TEXT).digest())
                .isNotEqualTo(with(new OutputFormat.JsonObject()).digest());
    }

    /// Whoever adds a part to a request says here how it reaches the key, or why no answer to a
    /// request with it is kept.
    @Test
    void everyPartOfARequestIsAccountedFor() {
        assertThat(parts(ChatCommand.class))
                .containsOnlyKeys(
                        "caller", // its tenant; which project asks shapes no answer
                        "model", // its digest
                        "messages", // the prompt
                        "tools", // none, or nothing is kept
                        "templateVariables", // the prompt
                        "options",
                        "residency", // the policy's hash, and where a kept answer may come from
                        "dataClass"); // likewise
        assertThat(parts(SamplingOptions.class))
                .containsOnlyKeys(
                        "maxTokens",
                        "sampling",
                        "ending",
                        "choices",
                        "logprobs", // none, or nothing is kept
                        "format",
                        "tokens"); // none, or nothing is kept
    }

    private static AnswerKey with(Map<Integer, Double> biases) {
        return with("sampling", KEY.sampling().withLogitBias(biases));
    }

    private static AnswerKey with(OutputFormat format) {
        return with("format", format);
    }

    private static AnswerKey with(String part, Object value) {
        return (AnswerKey) copy(KEY, Map.of(part, value));
    }

    /// The record with one part changed, for each part and each part of a part, by its path.
    private static Map<String, Object> variants(Record value) {
        var found = new LinkedHashMap<String, Object>();
        parts(value.getClass())
                .forEach(
                        (name, part) ->
                                changes(read(part, value))
                                        .forEach(
                                                (path, changed) ->
                                                        found.put(
                                                                name + path,
                                                                copy(
                                                                        value,
                                                                        Map.of(name, changed)))));
        return found;
    }

    private static Map<String, Object> changes(Object value) {
        return switch (value) {
            case Record nested ->
                    variants(nested).entrySet().stream()
                            .collect(
                                    Collectors.toMap(
                                            entry -> "." + entry.getKey(), Map.Entry::getValue));
            case Long number -> Map.of("", number + 1);
            case Integer number -> Map.of("", number + 1);
            case Double number -> Map.of("", number + 0.05);
            case Boolean flag -> Map.of("", !flag);
            case String text -> Map.of("", text + "x");
            case UUID id -> Map.of("", new UUID(id.getMostSignificantBits(), 99));
            case List<?> list -> Map.of("", list.subList(1, list.size()));
            case Map<?, ?> map -> Map.of("", map.entrySet().stream().skip(1).collect(entries()));
            default -> throw new AssertionError("Say how to change a " + value.getClass());
        };
    }

    private static Collector<Map.Entry<?, ?>, ?, Map<Object, Object>> entries() {
        return Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue);
    }

    private static Map<String, RecordComponent> parts(Class<?> type) {
        return Arrays.stream(type.getRecordComponents())
                .collect(Collectors.toMap(RecordComponent::getName, part -> part));
    }

    private static Object copy(Record value, Map<String, Object> changed) {
        var parts = value.getClass().getRecordComponents();
        var values =
                Arrays.stream(parts)
                        .map(part -> changed.getOrDefault(part.getName(), read(part, value)))
                        .toArray();
        try {
            var types = Stream.of(parts).map(RecordComponent::getType).toArray(Class<?>[]::new);
            return value.getClass().getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static Object read(RecordComponent part, Record value) {
        try {
            return part.getAccessor().invoke(value);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }
}
