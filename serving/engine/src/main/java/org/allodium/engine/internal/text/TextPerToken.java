package org.allodium.engine.internal.text;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// How much text one token of a tokenizer can stand for. What has more bytes than that for each
/// token of a context does not fit in it, which is known without asking the tokenizer. Where every
/// byte of a text is in exactly one token, as with a byte-level vocabulary and no normalizer, that
/// is the longest token. Elsewhere a text may lose any number of characters on its way (accents,
/// blanks, a word of a thousand letters that becomes one unknown token), so nothing is certain;
/// there [#ASSUMED] bytes are the most that a token is taken to stand for, many times what text of
/// any language has.
final class TextPerToken {
    static final int ASSUMED = 64;

    private TextPerToken() {}

    /// @param tokenizer the content of tokenizer.json
    static int most(JsonNode tokenizer) {
        var vocabulary = tokenizer.path("model").path("vocab");
        boolean bytes = isOfBytes(tokenizer, vocabulary);
        var added =
                tokenizer.path("added_tokens").valueStream().map(t -> t.path("content").asString());
        // In a byte-level vocabulary one character stands for one byte.
        var words =
                vocabulary.isObject()
                        ? vocabulary.propertyStream().map(word -> word.getKey())
                        : vocabulary.valueStream().map(pair -> pair.path(0).asString(""));
        int longest =
                Math.max(
                        longest(added),
                        bytes ? words.mapToInt(String::length).max().orElse(0) : longest(words));
        return bytes && keepsAddedTokens(tokenizer) ? longest : Math.max(longest, ASSUMED);
    }

    private static int longest(Stream<String> words) {
        return words.mapToInt(w -> w.getBytes(StandardCharsets.UTF_8).length).max().orElse(0);
    }

    private static boolean isOfBytes(JsonNode tokenizer, JsonNode vocabulary) {
        return "BPE".equals(tokenizer.at("/model/type").asString(""))
                && nothing(tokenizer.path("normalizer"))
                && cutsWithoutLoss(tokenizer.path("pre_tokenizer"))
                && holdsEveryByte(vocabulary);
    }

    /// Byte-level in the end, and before it only what cuts a text and drops nothing of it.
    private static boolean cutsWithoutLoss(JsonNode cutter) {
        return switch (cutter.path("type").asString("")) {
            case "ByteLevel" -> true;
            case "Sequence" -> {
                var steps = cutter.path("pretokenizers").valueStream().toList();
                yield !steps.isEmpty()
                        && cutsWithoutLoss(steps.getLast())
                        && steps.stream().allMatch(TextPerToken::dropsNothing);
            }
            default -> false;
        };
    }

    private static boolean dropsNothing(JsonNode step) {
        return switch (step.path("type").asString("")) {
            case "ByteLevel", "Digits" -> true;
            case "Split" -> !"Removed".equals(step.path("behavior").asString("Removed"));
            default -> false;
        };
    }

    /// A byte that the vocabulary does not have would be dropped in silence.
    private static boolean holdsEveryByte(JsonNode vocabulary) {
        int next = 0x100;
        for (int value = 0; value < 0x100; value++) {
            boolean itself =
                    value >= '!' && value <= '~' || value >= 0xA1 && value <= 0xAC || value >= 0xAE;
            if (!vocabulary.has(Character.toString(itself ? value : next++))) {
                return false;
            }
        }
        return true;
    }

    /// An added token may swallow the blanks beside it, however many.
    private static boolean keepsAddedTokens(JsonNode tokenizer) {
        return tokenizer
                .path("added_tokens")
                .valueStream()
                .noneMatch(
                        t ->
                                t.path("lstrip").asBoolean(false)
                                        || t.path("rstrip").asBoolean(false));
    }

    private static boolean nothing(JsonNode node) {
        return node.isNull() || node.isMissingNode();
    }
}
