package org.allodium.corpus;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Finds the passages that answer a question: by what they mean, as vectors of an encoder tell it,
/// and by the words that question and passage share. Safe for many threads.
public final class CorpusIndex {
    /// Of the search: it changes whenever it could answer otherwise from the same corpus.
    static final String VERSION = "1";

    // Of the whole below which nothing is an answer; measured with the questions of it-tests.
    private static final double ENOUGH = 0.5;
    // A question that goes on from an earlier one is guessed at, so it has to fit better.
    private static final double GUESSED = 0.05;
    private static final double STATED = 0.45;
    private static final double HALF = 0.5;
    // What was just said is seldom asked for again.
    private static final double SAID = 0.15;
    private static final double TWINS = 0.02;
    private static final int LONGEST_PAIR = 900;
    // Of a passage, so that it fits the encoder's 256 tokens.
    private static final int LONGEST_TEXT = 700;

    private final Corpus corpus;
    private final List<Unit> units;
    private final Lexicon lexicon;

    private CorpusIndex(Corpus corpus, List<Unit> units) {
        this.corpus = corpus;
        this.units = List.copyOf(units);
        lexicon = new Lexicon(corpus.passages());
    }

    /// @param encoder gives a vector for each text, in order; it is asked once
    public static CorpusIndex of(Corpus corpus, Function<List<String>, List<float[]>> encoder) {
        var texts = new ArrayList<String>();
        var passages = new ArrayList<Integer>();
        for (int i = 0; i < corpus.passages().size(); i++) {
            for (var text : texts(corpus.passages().get(i))) {
                texts.add(text);
                passages.add(i);
            }
        }
        for (var text : corpus.elsewhere()) {
            texts.add(text);
            passages.add(Unit.ELSEWHERE);
        }
        var vectors = encoder.apply(texts);
        return new CorpusIndex(
                corpus,
                IntStream.range(0, texts.size())
                        .mapToObj(i -> new Unit(passages.get(i), vectors.get(i)))
                        .toList());
    }

    private static List<String> texts(Passage passage) {
        var texts = new ArrayList<String>();
        texts.add(passage.heading());
        var whole = passage.heading() + " " + passage.text();
        texts.add(whole.substring(0, Math.min(whole.length(), LONGEST_TEXT)));
        texts.addAll(passage.asked());
        return texts;
    }

    public Corpus corpus() {
        return corpus;
    }

    /// @param vectors of the query's texts, in their order
    public Find find(Query query, List<float[]> vectors) {
        if (vectors.size() != query.texts().size()) {
            throw new IllegalArgumentException(
                    vectors.size() + " vectors for " + query.texts().size() + " texts");
        }
        if (query.question().isEmpty()) {
            return new Find.Unknown();
        }
        var ranking = ranking(query, vectors);
        return stated(query, vectors, ranking)
                .or(() -> quoted(query, ranking))
                .orElseGet(() -> new Find.Unknown());
    }

    Ranking ranking(Query query, List<float[]> vectors) {
        var alone = ranking(query.question(), vectors.getFirst());
        if (query.completed().isEmpty()) {
            return alone;
        }
        var completed = ranking(query.completed().get(), vectors.get(1));
        for (int i = 0; i < corpus.passages().size(); i++) {
            if (query.said(corpus.passages().get(i).address())) {
                completed = completed.less(i, SAID);
            }
        }
        if (query.dependent()) {
            return completed;
        }
        return top(alone) >= ENOUGH || top(completed) < ENOUGH + GUESSED ? alone : completed;
    }

    private static double top(Ranking ranking) {
        return ranking.best(1).stream().mapToDouble(Ranking.Hit::score).sum();
    }

    private Ranking ranking(String text, float[] vector) {
        return Ranking.of(units, vector, lexicon.coverage(text));
    }

    /// What the conversation itself says answers best where it is nearer than every passage.
    private Optional<Find> stated(Query query, List<float[]> vectors, Ranking ranking) {
        int first = vectors.size() - query.facts().size();
        Query.Fact best = null;
        double nearest = Math.max(STATED, ranking.nearest());
        for (int i = 0; i < query.facts().size(); i++) {
            var fact = query.facts().get(i);
            var near = Ranking.near(vectors.getFirst(), vectors.get(first + i));
            if (near > nearest && query.covered(fact) >= HALF) {
                nearest = near;
                best = fact;
            }
        }
        return Optional.ofNullable(best)
                .map(
                        fact ->
                                new Find.Found(
                                        List.of(),
                                        fact.user()
                                                ? "You said: " + fact.sentence()
                                                : fact.sentence()));
    }

    private Optional<Find> quoted(Query query, Ranking ranking) {
        var best = ranking.best(2);
        if (best.isEmpty()
                || best.getFirst().score() < ENOUGH
                || ranking.elsewhere() > ranking.meaning(best.getFirst().passage())) {
            return Optional.empty();
        }
        var passages =
                best.stream()
                        .filter(hit -> hit.score() > best.getFirst().score() - TWINS)
                        .map(hit -> corpus.passages().get(hit.passage()))
                        .toList();
        var length = passages.stream().mapToInt(passage -> passage.text().length()).sum();
        var alone = query.sentences() < Integer.MAX_VALUE || length > LONGEST_PAIR;
        return Optional.of(found(query, alone ? passages.subList(0, 1) : passages));
    }

    private static Find found(Query query, List<Passage> passages) {
        var said =
                passages.stream()
                        .map(passage -> Sentences.first(passage.text(), query.sentences()))
                        .collect(Collectors.joining("\n\n"));
        return new Find.Found(passages, said);
    }
}
