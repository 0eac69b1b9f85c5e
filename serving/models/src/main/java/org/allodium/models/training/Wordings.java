package org.allodium.models.training;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/// Writes a pattern out into sentences. `{a|b|}` stands for one of its alternatives, one of which
/// may be empty; `$name` stands for a set of alternatives that many patterns share.
final class Wordings {

    private final Map<String, String> shared;

    Wordings(Map<String, String> shared) {
        this.shared = shared;
    }

    List<String> expand(String pattern) {
        var sentences = new LinkedHashSet<String>();
        for (var sentence : alternatives(withShared(pattern))) {
            sentences.add(sentence.replaceAll("\\s+", " ").strip());
        }
        return List.copyOf(sentences);
    }

    private String withShared(String pattern) {
        var result = pattern;
        for (var entry : shared.entrySet()) {
            result = result.replace("$" + entry.getKey(), "{" + entry.getValue() + "}");
        }
        if (result.contains("$")) {
            throw new IllegalArgumentException("unknown shared wording in: " + pattern);
        }
        return result;
    }

    private static List<String> alternatives(String pattern) {
        int open = pattern.indexOf('{');
        if (open < 0) {
            return List.of(pattern);
        }
        int close = open;
        int depth = 0;
        var choices = new ArrayList<String>();
        int start = open + 1;
        do {
            char letter = pattern.charAt(close);
            depth += letter == '{' ? 1 : letter == '}' ? -1 : 0;
            if (depth == 0 || (depth == 1 && letter == '|')) {
                choices.add(pattern.substring(start, close));
                start = close + 1;
            }
            close++;
        } while (depth > 0 && close < pattern.length());
        if (depth > 0) {
            throw new IllegalArgumentException("braces do not match in: " + pattern);
        }
        var endings = alternatives(pattern.substring(close));
        var result = new ArrayList<String>();
        for (var choice : choices) {
            for (var middle : alternatives(choice)) {
                for (var ending : endings) {
                    result.add(pattern.substring(0, open) + middle + ending);
                }
            }
        }
        return result;
    }
}
