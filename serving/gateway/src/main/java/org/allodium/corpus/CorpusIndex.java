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
    static final String VERSION = "3";

    // What scores less is an answer to nothing.
    private static final double LEAST = 0.45;
    // How far ahead of everything else an answer is; measured with questions asked once.
    private static final double ENOUGH = 0.1;
    // A question that goes on from an earlier one is guessed at, so it has to fit better.
    private static final double GUESSED = 0.15;
    private static final double STATED = 0.4;
    private static final double NEARER = 0.35;
    // What was just said is seldom asked for again.
    private static final double SAID = 0.15;
    // What points at something earlier is seldom meant by itself.
    private static final double LIKELIER = 0.1;
    // The less sure, the more passages are quoted.
    private static final double CERTAIN = 0.85;
    private static final double SURE = 0.7;
    private static final double TWINS = 0.08;
    private static final double COUSINS = 0.12;
    private static final int LONGEST_ANSWER = 1_100;
    // In characters: shorter ones say too little, longer ones are code.
    private static final int SHORTEST = 25;
    private static final int LONGEST = 400;

    private static final String YOU_SAID = "You said: ";

    private final Corpus corpus;
    private final List<Unit> units;
    private final Lexicon lexicon;
    private final Regression trends;

    private CorpusIndex(Corpus corpus, List<Unit> units) {
        this.corpus = corpus;
        this.units = List.copyOf(units);
        lexicon = new Lexicon(corpus.passages());
        trends = Regression.of(this.units, corpus.passages().size());
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

    /// A passage is found by its heading, by the other wordings, and by each of its sentences: one
    /// vector for all of them would be near to everything and very near to nothing.
    private static List<String> texts(Passage passage) {
        var texts = new ArrayList<String>();
        texts.add(passage.heading());
        texts.addAll(passage.asked());
        Sentences.of(passage.text()).stream()
                .filter(sentence -> sentence.length() > SHORTEST && sentence.length() < LONGEST)
                .forEach(texts::add);
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
        if (query.question().codePoints().noneMatch(Character::isLetterOrDigit)) {
            return new Find.Unknown();
        }
        var ranking = ranking(query, vectors);
        return stated(query, vectors, ranking)
                .or(() -> quoted(query, ranking))
                .orElseGet(Find.Unknown::new);
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
            return top(completed) + LIKELIER > top(alone) ? completed : alone;
        }
        return alone.ahead() >= ENOUGH || completed.ahead() < ENOUGH + GUESSED ? alone : completed;
    }

    private static double top(Ranking ranking) {
        return ranking.best(1).stream().mapToDouble(Ranking.Hit::score).sum();
    }

    private Ranking ranking(String text, float[] vector) {
        return Ranking.of(units, trends, vector, lexicon.coverage(text));
    }

    /// What the conversation says itself comes before the handbook, unless that is far nearer.
    private Optional<Find> stated(Query query, List<float[]> vectors, Ranking ranking) {
        int first = vectors.size() - query.facts().size();
        Query.Fact best = null;
        double nearest = Math.max(STATED, ranking.nearest() - NEARER);
        for (int i = 0; i < query.facts().size(); i++) {
            var near = Ranking.near(vectors.getFirst(), vectors.get(first + i));
            if (near > nearest) {
                nearest = near;
                best = query.facts().get(i);
            }
        }
        return Optional.ofNullable(best)
                .map(
                        fact ->
                                new Find.Found(
                                        List.of(),
                                        fact.user()
                                                ? YOU_SAID + fact.sentence()
                                                : fact.sentence()));
    }

    private Optional<Find> quoted(Query query, Ranking ranking) {
        var best = ranking.best(top(ranking) < CERTAIN ? 3 : 2);
        if (top(ranking) < LEAST || ranking.ahead() < ENOUGH) {
            return Optional.empty();
        }
        double top = best.getFirst().score();
        double least = top - (top < SURE ? COUSINS : TWINS);
        var close =
                best.stream()
                        .filter(hit -> hit.score() > least)
                        .map(hit -> corpus.passages().get(hit.passage()))
                        .toList();
        return Optional.of(found(query, together(query, close)));
    }

    /// As many as make no long answer, and one where a short answer is wanted.
    private static List<Passage> together(Query query, List<Passage> close) {
        int count = 1;
        int length = close.getFirst().text().length();
        while (count < close.size()
                && query.sentences() == Integer.MAX_VALUE
                && length + close.get(count).text().length() <= LONGEST_ANSWER) {
            length += close.get(count).text().length();
            count++;
        }
        return close.subList(0, count);
    }

    private static Find found(Query query, List<Passage> passages) {
        var said =
                passages.stream()
                        .map(passage -> Sentences.first(passage.text(), query.sentences()))
                        .collect(Collectors.joining("\n\n"));
        return new Find.Found(passages, said);
    }
}
