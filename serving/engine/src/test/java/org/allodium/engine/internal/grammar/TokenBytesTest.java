package org.allodium.engine.internal.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.allodium.engine.FormatRefused;
import org.allodium.engine.OutputFormat;
import org.allodium.engine.internal.text.Tokens;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Vocabularies of both kinds, with what the tokenizer library makes of them.
class TokenBytesTest {
    private static final JsonMapper JSON = JsonMapper.shared();

    @TempDir private Path dir;

    /// As sentencepiece models are published: a sign for blanks, single bytes as `<0x0A>`.
    private static ObjectNode withByteFallback() {
        var file = JSON.createObjectNode();
        file.put("version", "1.0");
        file.putNull("truncation").putNull("padding").putNull("pre_tokenizer");
        file.putNull("post_processor");
        var added = file.putArray("added_tokens");
        added.add(JSON.readTree(special(0, "</s>", true)));
        added.add(JSON.readTree(special(1, "<note>", false)));
        file.set(
                "normalizer",
                JSON.readTree(
                        "{\"type\":\"Replace\",\"pattern\":{\"String\":\" \"},\"content\":\"▁\"}"));
        file.set(
                "decoder",
                JSON.readTree(
                        "{\"type\":\"Sequence\",\"decoders\":[{\"type\":\"Replace\",\"pattern\":"
                                + "{\"String\":\"▁\"},\"content\":\" \"},{\"type\":\"ByteFallback\"},"
                                + "{\"type\":\"Fuse\"},{\"type\":\"Strip\",\"content\":\" \",\"start\":1,"
                                + "\"stop\":0}]}"));
        var model = file.putObject("model").put("type", "BPE").put("byte_fallback", true);
        model.put("unk_token", "<note>");
        model.putArray("merges");
        var vocabulary = model.putObject("vocab").put("</s>", 0).put("<note>", 1);
        for (int b = 0; b < 256; b++) {
            vocabulary.put("<0x%02X>".formatted(b), b + 2);
        }
        int id = 258;
        for (var text : List.of("a", "b", "▁", "▁the", "\"▁", "{\"", "ü", "▁über", "}")) {
            vocabulary.put(text, id++);
        }
        return file;
    }

    private static String special(int id, String content, boolean special) {
        return ("{\"id\":%d,\"content\":\"%s\",\"single_word\":false,\"lstrip\":false,\"rstrip\":"
                        + "false,\"normalized\":false,\"special\":%s}")
                .formatted(id, content, special);
    }

    private Path write(ObjectNode file) throws IOException {
        return Files.writeString(dir.resolve("tokenizer.json"), file.toString());
    }

    @Test
    void readsBlanksAndSingleBytes() {
        var bytes = TokenBytes.of(withByteFallback());
        assertThat(bytes[0]).isEmpty();
        assertThat(bytes[1]).isEqualTo("<note>".getBytes(StandardCharsets.UTF_8));
        assertThat(bytes[2 + 0xc3]).containsExactly(0xc3);
        assertThat(bytes[261]).isEqualTo(" the".getBytes(StandardCharsets.UTF_8));
        assertThat(bytes[262]).isEqualTo("\" ".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void writesJsonWithSuchAVocabulary() throws IOException {
        var path = write(withByteFallback());
        try (var tokens = Tokens.load(path)) {
            var constraints = new Constraints(path, tokens::decode, Set.of(0L), null);
            var schema = "{\"type\":\"object\",\"properties\":{\"ü\":{\"const\":\"a b\"}}}";
            var constraint = constraints.start(new OutputFormat.JsonSchema(schema)).orElseThrow();
            var written = new ArrayList<Long>();
            while (!constraint.complete()) {
                var logits = new float[300];
                // The longest pieces first, so that they are seen.
                for (int i = 0; i < logits.length; i++) {
                    logits[i] = i;
                }
                constraint.mask(logits);
                int best = 0;
                for (int i = 1; i < logits.length; i++) {
                    best = logits[i] > logits[best] ? i : best;
                }
                constraint.accept(best);
                written.add((long) best);
            }
            var text = tokens.decode(written.stream().mapToLong(i -> i).toArray());
            var answer = JSON.readTree(text);
            assertThat(answer.size()).isLessThanOrEqualTo(1);
            assertThat(written).hasSizeLessThan(text.getBytes(StandardCharsets.UTF_8).length + 1);
        }
    }

    @Test
    void aVocabularyThatCannotSpellEverythingIsRefused() throws IOException {
        var file = withByteFallback();
        ((ObjectNode) file.path("model").path("vocab")).remove("<0x41>");
        var path = write(file);
        try (var tokens = Tokens.load(path)) {
            var constraints = new Constraints(path, tokens::decode, Set.of(0L), null);
            assertThat(refusal(constraints)).contains("0x41");
        }
    }

    @Test
    void aTokenizerThatWritesOtherwiseThanItsFileSaysIsRefused() throws IOException {
        var path = write(withByteFallback());
        try (var tokens = Tokens.load(path)) {
            var constraints =
                    new Constraints(
                            path,
                            ids -> tokens.decode(ids).toUpperCase(Locale.ROOT),
                            Set.of(0L),
                            null);
            assertThat(refusal(constraints)).contains("otherwise");
        }
    }

    @Test
    void anUnknownDecoderIsRefused() throws IOException {
        var file = withByteFallback();
        file.set("decoder", JSON.readTree("{\"type\":\"WordPiece\",\"prefix\":\"##\"}"));
        var path = dir.resolve("other.json");
        Files.writeString(path, file.toString());
        var constraints = new Constraints(path, ids -> "", Set.of(0L), null);
        assertThat(refusal(constraints)).contains("WordPiece");
        assertThat(constraints.spelling(5)).isEmpty();
    }

    private static String refusal(Constraints constraints) {
        return catchThrowableOfType(
                        FormatRefused.class, () -> constraints.start(new OutputFormat.JsonObject()))
                .getMessage();
    }
}
