package org.allodium.models.training;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Learns byte-level byte-pair merges from text, as the tokenizers of GPT-2 and its heirs do.
/// Ties between equally frequent pairs are settled by their spelling, so a text has one outcome.
final class BytePairTrainer {

    // The split that a Hugging Face ByteLevel pre-tokenizer makes with use_regex.
    private static final Pattern WORD =
            Pattern.compile(
                    "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+");

    private final List<List<String>> words = new ArrayList<>();
    private final List<Integer> counts = new ArrayList<>();

    /// The vocabulary begins with the special tokens, then the 256 bytes, then a token per merge.
    static Vocabulary learn(Iterable<String> texts, List<String> specials, int size) {
        var trainer = new BytePairTrainer(texts);
        var tokens = new LinkedHashMap<String, Integer>();
        specials.forEach(special -> tokens.put(special, tokens.size()));
        for (int value = 0; value < 256; value++) {
            tokens.put(String.valueOf(letter(value)), tokens.size());
        }
        var merges = new ArrayList<Pair>();
        while (tokens.size() < size) {
            var best = trainer.mostFrequent();
            if (best == null) {
                break;
            }
            merges.add(best);
            tokens.putIfAbsent(best.joined(), tokens.size());
            trainer.merge(best);
        }
        return new Vocabulary(tokens, merges);
    }

    private BytePairTrainer(Iterable<String> texts) {
        var frequency = new LinkedHashMap<String, Integer>();
        for (var text : texts) {
            var matcher = WORD.matcher(text);
            while (matcher.find()) {
                frequency.merge(matcher.group(), 1, Integer::sum);
            }
        }
        frequency.forEach(
                (word, count) -> {
                    words.add(letters(word));
                    counts.add(count);
                });
    }

    private @Nullable Pair mostFrequent() {
        var frequency = new HashMap<Pair, Integer>();
        for (int i = 0; i < words.size(); i++) {
            var word = words.get(i);
            for (int j = 0; j + 1 < word.size(); j++) {
                frequency.merge(
                        new Pair(word.get(j), word.get(j + 1)), counts.get(i), Integer::sum);
            }
        }
        return frequency.entrySet().stream()
                .filter(entry -> entry.getValue() > 1)
                .max(
                        Map.Entry.<Pair, Integer>comparingByValue()
                                .thenComparing(
                                        Map.Entry.comparingByKey(
                                                Comparator.comparing(Pair::joined)
                                                        .thenComparing(Pair::left))))
                .map(Map.Entry::getKey)
                .orElse(null);
    }

    private void merge(Pair pair) {
        for (int i = 0; i < words.size(); i++) {
            var word = words.get(i);
            var merged = new ArrayList<String>(word.size());
            for (int j = 0; j < word.size(); j++) {
                boolean here =
                        j + 1 < word.size()
                                && word.get(j).equals(pair.left())
                                && word.get(j + 1).equals(pair.right());
                merged.add(here ? pair.joined() : word.get(j));
                j += here ? 1 : 0;
            }
            words.set(i, merged);
        }
    }

    private static List<String> letters(String word) {
        var result = new ArrayList<String>();
        for (byte value : word.getBytes(StandardCharsets.UTF_8)) {
            result.add(String.valueOf(letter(value & 0xff)));
        }
        return result;
    }

    /// Bytes that print stand for themselves; the others for the letters from U+0100 on, in order.
    static char letter(int value) {
        if (prints(value)) {
            return (char) value;
        }
        int rank = 0;
        for (int before = 0; before < value; before++) {
            rank += prints(before) ? 0 : 1;
        }
        return (char) (0x100 + rank);
    }

    private static boolean prints(int value) {
        return (value >= '!' && value <= '~') || (value >= 0xa1 && value <= 0xff && value != 0xad);
    }

    record Pair(String left, String right) {
        String joined() {
            return left + right;
        }
    }

    record Vocabulary(Map<String, Integer> tokens, List<Pair> merges) {}
}
