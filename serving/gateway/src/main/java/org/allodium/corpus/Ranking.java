package org.allodium.corpus;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Passages by how well they answer, best first; the same question gives the same order.
/// See decision 0141.
final class Ranking {
    // Words alone find what has the same words and another meaning; meaning alone finds whatever is
    // nearest, also for a question about something else.
    private static final double MEANING = 0.75;
    private static final double TREND = 0.3;
    // Measured with each wording left out in turn, and each text about something else.
    private static final double OTHER = 0.5;
    private static final double NEAR_OTHER = 0.5;
    // Nearly one of our own wordings, whatever else sounds like it.
    private static final double OURS = 0.85;
    private static final double OWN = 2;

    private final double[] meanings;
    private final double[] scores;
    private final double elsewhere;

    private Ranking(double[] meanings, double[] scores, double elsewhere) {
        this.meanings = meanings;
        this.scores = scores;
        this.elsewhere = elsewhere;
    }

    record Hit(int passage, double score) {}

    static Ranking of(List<Unit> units, Regression trends, float[] vector, double[] coverage) {
        var meanings = new double[coverage.length];
        double other = 0;
        for (var unit : units) {
            double near = near(unit.vector(), vector);
            if (unit.passage() == Unit.ELSEWHERE) {
                other = Math.max(other, near);
            } else {
                meanings[unit.passage()] = Math.max(meanings[unit.passage()], near);
            }
        }
        var trend = trends.of(vector);
        var scores = new double[coverage.length];
        Arrays.setAll(
                scores,
                i -> MEANING * meanings[i] + (1 - MEANING) * coverage[i] + TREND * trend[i]);
        return new Ranking(meanings, scores, OTHER * trend[coverage.length] + NEAR_OTHER * other);
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

    double nearest() {
        return Arrays.stream(meanings).max().orElse(0);
    }

    /// How far the best passage is ahead of all that is about something else.
    double ahead() {
        return best(1).stream()
                .mapToDouble(
                        hit ->
                                hit.score()
                                        + OWN * Math.max(0, meanings[hit.passage()] - OURS)
                                        - elsewhere)
                .sum();
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
