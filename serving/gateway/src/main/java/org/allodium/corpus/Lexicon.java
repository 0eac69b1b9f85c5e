package org.allodium.corpus;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Which words of a question a passage has, the rare ones counting most. A word that no passage has
/// counts as the rarest: it says that the question is about something else.
final class Lexicon {
    private static final double IN_TEXT = 0.6;
    private static final double MISTYPED = 0.8;
    private static final int SHORTEST_MISTYPED = 4;

    private final List<Entry> entries = new ArrayList<>();
    private final Map<String, Integer> frequencies = new HashMap<>();

    private record Entry(Set<String> title, Set<String> text) {
        Entry {
            title = Set.copyOf(title);
            text = Set.copyOf(text);
        }
    }

    private record Term(String word, double weight, double credit) {}

    Lexicon(List<Passage> passages) {
        for (var passage : passages) {
            var title = new HashSet<>(Words.of(passage.heading()));
            passage.asked().forEach(asked -> title.addAll(Words.of(asked)));
            var text = new HashSet<>(Words.of(passage.text()));
            entries.add(new Entry(title, text));
            var all = new HashSet<>(title);
            all.addAll(text);
            all.forEach(word -> frequencies.merge(word, 1, Integer::sum));
        }
    }

    /// For each passage how much of the question it has, from 0 to 1.
    double[] coverage(String question) {
        var terms = Words.of(question).stream().distinct().map(this::term).toList();
        var all = terms.stream().mapToDouble(Term::weight).sum();
        var coverage = new double[entries.size()];
        for (int i = 0; i < coverage.length; i++) {
            var entry = entries.get(i);
            coverage[i] = all == 0 ? 0 : covered(terms, entry) / all;
        }
        return coverage;
    }

    private static double covered(List<Term> terms, Entry entry) {
        var covered = 0.0;
        for (var term : terms) {
            if (entry.title().contains(term.word())) {
                covered += term.weight() * term.credit();
            } else if (entry.text().contains(term.word())) {
                covered += term.weight() * term.credit() * IN_TEXT;
            }
        }
        return covered;
    }

    private Term term(String word) {
        if (frequencies.containsKey(word)) {
            return new Term(word, weight(word), 1);
        }
        return meant(word)
                .map(known -> new Term(known, weight(known), MISTYPED))
                .orElseGet(() -> new Term(word, weight(word), 0));
    }

    private double weight(String word) {
        return Math.log(1 + entries.size() / (0.5 + frequencies.getOrDefault(word, 0)));
    }

    /// The commonest known word that is one slip of the finger away.
    private Optional<String> meant(String word) {
        if (word.length() < SHORTEST_MISTYPED) {
            return Optional.empty();
        }
        return frequencies.keySet().stream()
                .filter(known -> Slips.one(word, known))
                .max(
                        java.util.Comparator.<String>comparingInt(frequencies::get)
                                .thenComparing(java.util.Comparator.naturalOrder()));
    }
}
