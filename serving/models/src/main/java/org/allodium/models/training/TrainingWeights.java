package org.allodium.models.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/// The trained numbers: the embedding, six arrays per layer (norm, queries-keys-values, output,
/// norm, gate-up, down), the last norm. The head is the embedding.
final class TrainingWeights {

    private final GuideShape shape;
    private final NDList arrays = new NDList();

    /// Fills matrices from Java's own generator, so that a seed means the same on every machine.
    TrainingWeights(GuideShape shape, NDManager manager, long seed) {
        this.shape = shape;
        var random = new SplittableRandom(seed);
        int hidden = shape.hidden();
        int inner = shape.intermediate();
        // The two matrices that write into the residual stream start smaller: there are 2 a layer.
        double towardsStream = 0.02 / Math.sqrt(2.0 * shape.layers());
        add(matrix(manager, random, shape.vocabulary(), hidden, 0.02));
        for (int layer = 0; layer < shape.layers(); layer++) {
            add(manager.ones(new Shape(hidden)));
            add(matrix(manager, random, 3 * hidden, hidden, 0.02));
            add(matrix(manager, random, hidden, hidden, towardsStream));
            add(manager.ones(new Shape(hidden)));
            add(matrix(manager, random, 2 * inner, hidden, 0.02));
            add(matrix(manager, random, hidden, inner, towardsStream));
        }
        add(manager.ones(new Shape(hidden)));
    }

    NDList arrays() {
        return arrays;
    }

    /// The arrays by the names and shapes that a Llama directory has on a model hub.
    Map<String, Tensor> named() {
        var result = new LinkedHashMap<String, Tensor>();
        int hidden = shape.hidden();
        int inner = shape.intermediate();
        result.put("model.embed_tokens.weight", rows(0, 0, shape.vocabulary(), hidden));
        for (int layer = 0; layer < shape.layers(); layer++) {
            var name = "model.layers." + layer + ".";
            int first = layer * 6 + 1;
            result.put(name + "input_layernorm.weight", vector(first));
            result.put(name + "self_attn.q_proj.weight", rows(first + 1, 0, hidden, hidden));
            result.put(name + "self_attn.k_proj.weight", rows(first + 1, 1, hidden, hidden));
            result.put(name + "self_attn.v_proj.weight", rows(first + 1, 2, hidden, hidden));
            result.put(name + "self_attn.o_proj.weight", rows(first + 2, 0, hidden, hidden));
            result.put(name + "post_attention_layernorm.weight", vector(first + 3));
            result.put(name + "mlp.gate_proj.weight", rows(first + 4, 0, inner, hidden));
            result.put(name + "mlp.up_proj.weight", rows(first + 4, 1, inner, hidden));
            result.put(name + "mlp.down_proj.weight", rows(first + 5, 0, hidden, inner));
        }
        result.put("model.norm.weight", vector(shape.layers() * 6 + 1));
        return result;
    }

    /// The opposite of [#named()]: takes over what a model directory holds.
    void restore(Map<String, Tensor> named) {
        replace(0, named, "model.embed_tokens.weight");
        for (int layer = 0; layer < shape.layers(); layer++) {
            var name = "model.layers." + layer + ".";
            var attention = name + "self_attn.";
            int first = layer * 6 + 1;
            replace(first, named, name + "input_layernorm.weight");
            replace(
                    first + 1,
                    named,
                    attention + "q_proj.weight",
                    attention + "k_proj.weight",
                    attention + "v_proj.weight");
            replace(first + 2, named, attention + "o_proj.weight");
            replace(first + 3, named, name + "post_attention_layernorm.weight");
            replace(first + 4, named, name + "mlp.gate_proj.weight", name + "mlp.up_proj.weight");
            replace(first + 5, named, name + "mlp.down_proj.weight");
        }
        replace(shape.layers() * 6 + 1, named, "model.norm.weight");
    }

    private void replace(int index, Map<String, Tensor> named, String... parts) {
        var target = arrays.get(index);
        var values = new float[(int) target.size()];
        int at = 0;
        for (var part : parts) {
            var source = named.get(part);
            if (source == null) {
                throw new IllegalArgumentException("no such tensor: " + part);
            }
            System.arraycopy(source.values(), 0, values, at, source.values().length);
            at += source.values().length;
        }
        var manager = target.getManager();
        var fresh = manager.create(values, target.getShape());
        target.close();
        fresh.setName("p[]");
        fresh.setRequiresGradient(true);
        arrays.set(index, fresh);
    }

    private Tensor rows(int index, int part, int rows, int columns) {
        var all = arrays.get(index).toFloatArray();
        int size = rows * columns;
        return new Tensor(
                new long[] {rows, columns},
                Arrays.copyOfRange(all, part * size, (part + 1) * size));
    }

    private Tensor vector(int index) {
        var all = arrays.get(index).toFloatArray();
        return new Tensor(new long[] {all.length}, all);
    }

    private void add(NDArray array) {
        // DJL's call into TorchScript gathers arrays of this name into one list argument.
        array.setName("p[]");
        array.setRequiresGradient(true);
        arrays.add(array);
    }

    private static NDArray matrix(
            NDManager manager, SplittableRandom random, int rows, int columns, double deviation) {
        var values = new float[rows * columns];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() * deviation);
        }
        return manager.create(values, new Shape(rows, columns));
    }

    /// Millions of numbers on their way to or from a file; never compared.
    @SuppressWarnings("ArrayRecordComponent")
    record Tensor(long[] shape, float[] values) {}
}
