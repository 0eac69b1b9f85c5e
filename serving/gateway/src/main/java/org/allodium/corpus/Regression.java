package org.allodium.corpus;

import java.util.Arrays;
import java.util.List;

/// How much a text sounds like each passage, and like something else, told by all texts together:
/// a ridge regression from vectors to passages, in closed form. The nearest text alone tells which
/// passage is meant better, and whether any is meant worse.
final class Regression {
    private static final double RIDGE = 1;
    // A text about something else counts as much as two of a passage, since they are few.
    private static final double OTHERS = 2;

    private final double[][] weights;

    private Regression(double[][] weights) {
        this.weights = weights;
    }

    static Regression of(List<Unit> units, int passages) {
        int size = units.isEmpty() ? 1 : units.getFirst().vector().length + 1;
        var counts = new int[passages + 1];
        units.forEach(unit -> counts[row(unit, passages)]++);
        double mean = (double) (units.size() - counts[passages]) / passages;
        var gram = new double[size][size];
        var sums = new double[passages + 1][size];
        for (var unit : units) {
            int row = row(unit, passages);
            double weight = row == passages ? OTHERS : Math.sqrt(mean / counts[row]);
            var vector = unitLength(unit.vector());
            for (int i = 0; i < size; i++) {
                double weighted = weight * vector[i];
                sums[row][i] += weighted;
                add(gram[i], weighted, vector, i + 1);
            }
        }
        for (int i = 0; i < size; i++) {
            gram[i][i] += RIDGE;
        }
        factorise(gram);
        for (var sum : sums) {
            solve(gram, sum);
        }
        return new Regression(sums);
    }

    /// For each passage, and last for something else: near 1 if it is that, near 0 if not.
    double[] of(float[] vector) {
        var text = unitLength(vector);
        return Arrays.stream(weights).mapToDouble(row -> product(row, text, row.length)).toArray();
    }

    private static int row(Unit unit, int passages) {
        return unit.passage() == Unit.ELSEWHERE ? passages : unit.passage();
    }

    /// With a constant behind it.
    private static double[] unitLength(float[] vector) {
        double squares = 0;
        for (float value : vector) {
            squares += value * value;
        }
        double length = squares == 0 ? 1 : Math.sqrt(squares);
        var scaled = new double[vector.length + 1];
        for (int i = 0; i < vector.length; i++) {
            scaled[i] = vector[i] / length;
        }
        scaled[vector.length] = 1;
        return scaled;
    }

    /// By Cholesky: the lower half becomes the factor.
    private static void factorise(double[][] matrix) {
        for (int i = 0; i < matrix.length; i++) {
            for (int j = 0; j <= i; j++) {
                double rest = matrix[i][j] - product(matrix[i], matrix[j], j);
                matrix[i][j] = i == j ? Math.sqrt(rest) : rest / matrix[j][j];
            }
        }
    }

    private static void solve(double[][] factor, double[] vector) {
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (vector[i] - product(factor[i], vector, i)) / factor[i][i];
        }
        for (int i = vector.length - 1; i >= 0; i--) {
            vector[i] /= factor[i][i];
            add(vector, -vector[i], factor[i], i);
        }
    }

    /// A method of its own, since the compiler takes up such sooner than a loop within a loop: a
    /// start waits for this.
    private static void add(double[] sum, double factor, double[] vector, int length) {
        for (int i = 0; i < length; i++) {
            sum[i] += factor * vector[i];
        }
    }

    private static double product(double[] one, double[] other, int length) {
        double product = 0;
        for (int i = 0; i < length; i++) {
            product += one[i] * other[i];
        }
        return product;
    }
}
