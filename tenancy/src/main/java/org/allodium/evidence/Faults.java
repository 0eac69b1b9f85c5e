package org.allodium.evidence;

import java.util.ArrayList;
import java.util.List;

/// What does not hold, in sentences: the first of them, and how many more there are.
final class Faults {
    private static final int MOST = 20;

    private final List<String> sentences = new ArrayList<>();
    private long more;

    void add(String sentence, Object... values) {
        if (sentences.size() < MOST) {
            sentences.add(sentence.formatted(values));
        } else {
            more++;
        }
    }

    boolean none() {
        return sentences.isEmpty();
    }

    List<String> told() {
        var told = new ArrayList<>(sentences);
        if (more > 0) {
            told.add("And %d faults more.".formatted(more));
        }
        return List.copyOf(told);
    }
}
