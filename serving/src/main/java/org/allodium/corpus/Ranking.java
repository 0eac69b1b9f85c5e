package org.allodium.corpus;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Passages by how well they answer, best first; the same question gives the same order.
final class Ranking {
    // Words alone find what has the same words and another meaning; meaning alone finds whatever is
    // nearest, also for a question about something else.
    private static final double MEANING = 0.75;

    private final double[] meanings;
    private final double[] scores;
    private final double elsewhere;

    private Ranking(double[] meanings, double[] scores, double elsewhere) {
        this.meanings = meanings;
        this.scores = scores;
        this.elsewhere = elsewhere;
    }

    record Hit(int passage, double score) {}

    static Ranking of(List<Unit> units, float[] vector, double[] coverage) {
        var meanings = new double[coverage.length];
        double elsewhere = 0;
        for (var unit : units) {
            double near = near(unit.vector(), vector);
            if (unit.passage() == Unit.ELSEWHERE) {
                elsewhere = Math.max(elsewhere, near);
            } else {
                meanings[unit.passage()] = Math.max(meanings[unit.passage()], near);
            }
        }
        var scores = new double[coverage.length];
        Arrays.setAll(scores, i -> MEANING * meanings[i] + (1 - MEANING) * coverage[i]);
        return new Ranking(meanings, scores, elsewhere);
    }

    /// Both questions are asked; the passage that is good for either is good.
    Ranking or(Ranking other) {
        var both = scores.clone();
        Arrays.setAll(both, i -> Math.max(scores[i], other.scores[i]));
        var near = meanings.clone();
        Arrays.setAll(near, i -> Math.max(meanings[i], other.meanings[i]));
        return new Ranking(near, both, Math.min(elsewhere, other.elsewhere));
    }

    Ranking less(int passage, double by) {
        var lower = scores.clone();
        lower[passage] -= by;
        return new Ranking(meanings, lower, elsewhere);
    }

    List<Hit> best(int count) {
        return IntStream.range(0, scores.length)
                .mapToObj(i -> new Hit(i, scores[i]))
                .sorted(
                        Comparator.comparingDouble((Hit hit) -> -hit.score())
                                .thenComparingInt(Hit::passage))
                .limit(count)
                .toList();
    }

    /// How near the nearest passage is in meaning.
    double nearest() {
        return Arrays.stream(meanings).max().orElse(0);
    }

    double meaning(int passage) {
        return meanings[passage];
    }

    /// How near the question is to one that is known to be about something else.
    double elsewhere() {
        return elsewhere;
    }

    static double near(float[] one, float[] other) {
        double product = 0;
        double lengths = 0;
        double others = 0;
        for (int i = 0; i < one.length; i++) {
            product += one[i] * other[i];
            lengths += one[i] * one[i];
            others += other[i] * other[i];
        }
        return lengths == 0 || others == 0 ? 0 : product / Math.sqrt(lengths * others);
    }
}
