package org.allodium.engine.reference;

import static org.allodium.engine.reference.Formulas.attend;
import static org.allodium.engine.reference.Formulas.dot;
import static org.allodium.engine.reference.Formulas.layerNorm;
import static org.allodium.engine.reference.Formulas.linear;
import static org.allodium.engine.reference.Formulas.plus;
import static org.allodium.engine.reference.Formulas.row;

import java.nio.file.Path;
import java.util.Arrays;

/// BERT, RoBERTa and XLM-RoBERTa encoders and their one-label heads, one input at a time.
public final class SlowEncoder {
    private final ModelFiles files;
    private final String prefix;
    private final int hidden;
    private final int heads;
    private final double epsilon;

    private SlowEncoder(Path dir) {
        files = new ModelFiles(dir);
        hidden = files.whole("hidden_size");
        heads = files.whole("num_attention_heads");
        epsilon = files.number("layer_norm_eps", 1e-12);
        if (files.has("bert.embeddings.word_embeddings.weight")) {
            prefix = "bert.";
        } else {
            prefix = files.has("roberta.embeddings.word_embeddings.weight") ? "roberta." : "";
        }
    }

    /// The vector of every token after the last layer.
    public static double[][] hidden(Path dir, long[] ids) {
        return new SlowEncoder(dir).hidden(ids, new int[ids.length]);
    }

    /// The mean of all tokens' vectors, of length 1.
    public static double[] meanPooled(Path dir, long[] ids) {
        var mean = new double[0];
        for (var token : hidden(dir, ids)) {
            mean = mean.length == 0 ? token : plus(mean, token, 1);
        }
        return unit(mean);
    }

    /// The first token's vector, of length 1.
    public static double[] firstPooled(Path dir, long[] ids) {
        return unit(hidden(dir, ids)[0]);
    }

    /// The one label's logit.
    ///
    /// @param types 0 or 1 for each id: which of the two texts it belongs to
    public static double score(Path dir, long[] ids, int[] types) {
        var encoder = new SlowEncoder(dir);
        var first = encoder.hidden(ids, types)[0];
        boolean roberta = encoder.roberta();
        var dense = encoder.project(roberta ? "classifier.dense" : "bert.pooler.dense", first);
        var bent = Arrays.stream(dense).map(Math::tanh).toArray();
        return encoder.project(roberta ? "classifier.out_proj" : "classifier", bent)[0];
    }

    public static double[] unit(double[] vector) {
        double length = Math.sqrt(dot(vector, vector));
        return Arrays.stream(vector).map(v -> v / length).toArray();
    }

    private boolean roberta() {
        return files.architecture().contains("Roberta") || files.architecture().contains("RoBERTa");
    }

    private double[][] hidden(long[] ids, int[] types) {
        var x = new double[ids.length][];
        for (int t = 0; t < ids.length; t++) {
            // RoBERTa numbers its positions from the one after the padding id.
            int place = roberta() ? t + files.whole("pad_token_id") + 1 : t;
            var sum =
                    plus(
                            plus(table("word", ids[t]), table("position", place), 1),
                            table("token_type", types[t]),
                            1);
            x[t] = norm(prefix + "embeddings.LayerNorm", sum);
        }
        for (int layer = 0; layer < files.whole("num_hidden_layers"); layer++) {
            x = layer(prefix + "encoder.layer." + layer + ".", x);
        }
        return x;
    }

    private double[] table(String name, long index) {
        return row(
                files.tensor(prefix + "embeddings." + name + "_embeddings.weight"), index, hidden);
    }

    private double[][] layer(String at, double[][] x) {
        var attended = attention(at + "attention.self.", x);
        var out = new double[x.length][];
        for (int t = 0; t < x.length; t++) {
            var mixed =
                    norm(
                            at + "attention.output.LayerNorm",
                            plus(x[t], project(at + "attention.output.dense", attended[t]), 1));
            var wide = project(at + "intermediate.dense", mixed);
            var bent = Arrays.stream(wide).map(Formulas::gelu).toArray();
            out[t] =
                    norm(
                            at + "output.LayerNorm",
                            plus(mixed, project(at + "output.dense", bent), 1));
        }
        return out;
    }

    private double[][] attention(String at, double[][] x) {
        int width = hidden / heads;
        var keys = new double[x.length][];
        var values = new double[x.length][];
        for (int t = 0; t < x.length; t++) {
            keys[t] = project(at + "key", x[t]);
            values[t] = project(at + "value", x[t]);
        }
        var out = new double[x.length][hidden];
        for (int t = 0; t < x.length; t++) {
            var query = project(at + "query", x[t]);
            for (int h = 0; h < heads; h++) {
                var scores = new double[x.length];
                var seen = new double[x.length][];
                for (int s = 0; s < x.length; s++) {
                    scores[s] =
                            dot(row(query, h, width), row(keys[s], h, width)) / Math.sqrt(width);
                    seen[s] = row(values[s], h, width);
                }
                System.arraycopy(attend(scores, seen), 0, out[t], h * width, width);
            }
        }
        return out;
    }

    private double[] project(String name, double[] x) {
        return linear(files.tensor(name + ".weight"), files.tensor(name + ".bias"), x);
    }

    private double[] norm(String name, double[] x) {
        return layerNorm(x, files.tensor(name + ".weight"), files.tensor(name + ".bias"), epsilon);
    }
}
