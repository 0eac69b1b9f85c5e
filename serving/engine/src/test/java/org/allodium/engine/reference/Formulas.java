package org.allodium.engine.reference;

/// The formulas that several families share, on rows of doubles.
final class Formulas {
    private Formulas() {}

    /// `weight · x + bias`, where `weight` holds its rows one after the other.
    static double[] linear(double[] weight, double[] bias, double[] x) {
        var y = new double[weight.length / x.length];
        for (int row = 0; row < y.length; row++) {
            double sum = bias.length == 0 ? 0 : bias[row];
            for (int i = 0; i < x.length; i++) {
                sum += weight[row * x.length + i] * x[i];
            }
            y[row] = sum;
        }
        return y;
    }

    static double[] rmsNorm(double[] x, double[] weight, double epsilon) {
        double squares = 0;
        for (double v : x) {
            squares += v * v;
        }
        double scale = 1 / Math.sqrt(squares / x.length + epsilon);
        var y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = x[i] * scale * weight[i];
        }
        return y;
    }

    static double[] layerNorm(double[] x, double[] weight, double[] bias, double epsilon) {
        double mean = 0;
        for (double v : x) {
            mean += v / x.length;
        }
        double variance = 0;
        for (double v : x) {
            variance += (v - mean) * (v - mean) / x.length;
        }
        var y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = (x[i] - mean) / Math.sqrt(variance + epsilon) * weight[i] + bias[i];
        }
        return y;
    }

    static double[] plus(double[] a, double[] b, double factorOfB) {
        var sum = new double[a.length];
        for (int i = 0; i < a.length; i++) {
            sum[i] = a[i] + factorOfB * b[i];
        }
        return sum;
    }

    static double[] row(double[] matrix, long index, int width) {
        var row = new double[width];
        System.arraycopy(matrix, Math.toIntExact(index * width), row, 0, width);
        return row;
    }

    /// The mean of `values`, weighted by the softmax of `scores`: one head's answer to one query.
    /// A score of minus infinity is not looked at.
    static double[] attend(double[] scores, double[][] values) {
        double highest = Double.NEGATIVE_INFINITY;
        for (double score : scores) {
            highest = Math.max(highest, score);
        }
        double total = 0;
        var mixed = new double[values[0].length];
        for (int i = 0; i < scores.length; i++) {
            double weight = Math.exp(scores[i] - highest);
            total += weight;
            for (int d = 0; d < mixed.length; d++) {
                mixed[d] += weight * values[i][d];
            }
        }
        for (int d = 0; d < mixed.length; d++) {
            mixed[d] /= total;
        }
        return mixed;
    }

    static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    static double silu(double x) {
        return x / (1 + Math.exp(-x));
    }

    static double gelu(double x) {
        return x * (1 + erf(x / Math.sqrt(2))) / 2;
    }

    /// The Maclaurin series up to 3, beyond it 1 minus the continued fraction of the complement.
    static double erf(double x) {
        if (x < 0) {
            return -erf(-x);
        }
        if (x > 3) {
            double fraction = 0;
            for (int k = 60; k > 0; k--) {
                fraction = k / 2.0 / (x + fraction);
            }
            return 1 - Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + fraction);
        }
        double term = x;
        double sum = x;
        for (int n = 1; n < 100; n++) {
            term *= -x * x / n;
            sum += term / (2 * n + 1);
        }
        return 2 / Math.sqrt(Math.PI) * sum;
    }
}
