package org.allodium.models.training;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;

/// Roughens a question as people do: small letters, no question mark, a greeting before it or
/// thanks after it, a slip of the finger, a word left out or put in other words. Used in training
/// alone, so that the model leans on several words of a question instead of its exact form.
final class Noise {

    private static final List<String> BEFORE =
            List.of(
                    "hi, ",
                    "hello, ",
                    "please, ",
                    "hey, ",
                    "quick question: ",
                    "sorry, ",
                    "so ",
                    "ok, ");
    private static final List<String> AFTER =
            List.of(
                    " please",
                    " thanks",
                    " in Allodium",
                    " on Allodium",
                    " here",
                    " exactly",
                    " again");

    private static final String SYNONYMS = "/training/allodium-guide/synonyms.txt";

    private final RandomGenerator random;
    private final Map<String, List<String>> synonyms = new HashMap<>();

    Noise(RandomGenerator random) {
        this.random = random;
        for (var line : TrainingCorpus.text(SYNONYMS).lines().toList()) {
            if (!line.startsWith("#")) {
                var words = List.of(line.split("\\|"));
                synonyms.putIfAbsent(words.getFirst(), words);
            }
        }
    }

    String roughen(String question) {
        var result = question;
        if (chance(0.6)) {
            result = inOtherWords(result);
        }
        if (chance(0.2)) {
            result = withoutAWord(result);
        }
        if (chance(0.15)) {
            result = withASlip(result);
        }
        boolean asks = result.endsWith("?");
        if (asks && chance(0.15)) {
            result = result.substring(0, result.length() - 1) + pick(AFTER) + "?";
        }
        if (chance(0.15)) {
            result = pick(BEFORE) + result;
        }
        return casing(result);
    }

    private String inOtherWords(String question) {
        var words = question.split(" ");
        for (int i = 0; i < words.length; i++) {
            var mark = words[i].endsWith("?") ? "?" : "";
            var word = words[i].substring(0, words[i].length() - mark.length());
            var choices = synonyms.get(word);
            if (choices != null && chance(0.5)) {
                words[i] = pick(choices) + mark;
            }
        }
        return String.join(" ", words);
    }

    private String casing(String question) {
        var result = question;
        if (chance(0.3) && result.endsWith("?")) {
            result = result.substring(0, result.length() - 1);
        }
        if (chance(0.3)) {
            return result.toLowerCase(Locale.ROOT);
        }
        if (chance(0.5) && !result.isEmpty()) {
            return result.substring(0, 1).toUpperCase(Locale.ROOT) + result.substring(1);
        }
        return result;
    }

    private String withoutAWord(String question) {
        var words = new ArrayList<>(List.of(question.split(" ")));
        if (words.size() < 5) {
            return question;
        }
        words.remove(random.nextInt(words.size()));
        return String.join(" ", words);
    }

    private String withASlip(String question) {
        int at = random.nextInt(question.length() - 1);
        if (!Character.isLetter(question.charAt(at))
                || !Character.isLetter(question.charAt(at + 1))) {
            return question;
        }
        var head = question.substring(0, at);
        var tail = question.substring(at + 2);
        char first = question.charAt(at);
        char second = question.charAt(at + 1);
        return switch (random.nextInt(3)) {
            case 0 -> head + second + first + tail;
            case 1 -> head + second + tail;
            default -> head + first + first + second + tail;
        };
    }

    private boolean chance(double share) {
        return random.nextDouble() < share;
    }

    private String pick(List<String> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
