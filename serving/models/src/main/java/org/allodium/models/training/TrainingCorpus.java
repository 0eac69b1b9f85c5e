package org.allodium.models.training;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Questions and answers, divided for good into those to train on and those to be asked afterwards.
/// Two kinds are kept back: whole sentences written for the evaluation ([#sentences()]), and new
/// combinations of phrases that training knows apart ([#combinations()]). A third set,
/// [#fresh(List)], came later. The same seed and facts give the same corpus, on any machine.
record TrainingCorpus(
        List<List<Example>> training, List<Example> sentences, List<Example> combinations) {

    private static final String FACTS = "/training/allodium-guide/facts.txt";
    private static final String FRESH = "/training/allodium-guide/fresh.txt";
    private static final int WORDINGS_PER_FACT = 400;
    private static final int COMBINATIONS_PER_FACT = 1;

    static List<TrainingFact> bundledFacts() {
        return FactFile.read(text(FACTS));
    }

    /// Questions that were written when the training data were closed: they had no part in them.
    /// A question that training has by chance does not count.
    List<Example> fresh(List<TrainingFact> facts) {
        var trained =
                training.stream()
                        .flatMap(List::stream)
                        .map(example -> key(example.question()))
                        .collect(Collectors.toSet());
        var byName =
                facts.stream().collect(Collectors.toMap(f -> f.topic() + "." + f.id(), f -> f));
        return text(FRESH)
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("\\|", 2))
                .map(
                        parts ->
                                example(
                                        Objects.requireNonNull(byName.get(parts[0]), parts[0]),
                                        parts[1]))
                .filter(example -> !trained.contains(key(example.question())))
                .toList();
    }

    static String text(String resource) {
        try (var in = TrainingCorpus.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("not on the class path: " + resource);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Holds, for each fact, a list of its training examples, so that facts are met equally often.
    static TrainingCorpus of(List<TrainingFact> facts, long seed) {
        var training = new ArrayList<List<Example>>();
        var sentences = new ArrayList<Example>();
        var combinations = new ArrayList<Example>();
        var reserved = reservedKeys(facts);
        for (var fact : facts) {
            var wordings = new ArrayList<String>();
            for (var wording : fact.asked()) {
                if (!reserved.contains(key(wording))) {
                    wordings.add(wording);
                }
            }
            Collections.shuffle(wordings, new Random(seed ^ (fact.topic() + fact.id()).hashCode()));
            fact.reserved().forEach(wording -> sentences.add(example(fact, wording)));
            int keep = wordings.size() < 12 ? 0 : COMBINATIONS_PER_FACT;
            var kept = new HashSet<String>();
            for (var wording : wordings.subList(0, keep)) {
                combinations.add(example(fact, wording));
                kept.add(key(wording));
            }
            training.add(
                    wordings.stream()
                            .filter(wording -> !kept.contains(key(wording)))
                            .limit(WORDINGS_PER_FACT)
                            .map(wording -> example(fact, wording))
                            .toList());
        }
        return new TrainingCorpus(training, sentences, combinations);
    }

    /// The questions that training must never see, not even by chance.
    Set<String> heldOut() {
        return Stream.concat(sentences.stream(), combinations.stream())
                .map(example -> key(example.question()))
                .collect(Collectors.toSet());
    }

    /// Two wordings with the same key are the same question to a reader.
    static String key(String question) {
        return question.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", " ").strip();
    }

    private static Set<String> reservedKeys(List<TrainingFact> facts) {
        var keys = new HashSet<String>();
        for (var fact : facts) {
            fact.reserved().forEach(wording -> keys.add(key(wording)));
        }
        return keys;
    }

    private static Example example(TrainingFact fact, String question) {
        return new Example(fact.topic(), fact.id(), question, fact.answer());
    }
}
