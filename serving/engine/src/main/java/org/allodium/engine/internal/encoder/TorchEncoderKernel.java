package org.allodium.engine.internal.encoder;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.allodium.engine.internal.model.EncoderSpec;
import org.allodium.engine.internal.model.EncoderSpec.Output;
import org.allodium.engine.internal.model.LoadProgress;
import org.allodium.engine.internal.model.ModelFolder;
import org.allodium.engine.internal.torch.Compute;
import org.allodium.engine.internal.torch.TorchModule;
import org.allodium.engine.internal.torch.Weights;

/// An encoder's computations on PyTorch.
final class TorchEncoderKernel implements EncoderKernel {
    private final TorchModule module;
    private final EncoderSpec spec;

    private TorchEncoderKernel(TorchModule module, EncoderSpec spec) {
        this.module = module;
        this.spec = spec;
    }

    /// Loads the weights, a compute task for each tensor. Not to be called on the compute thread.
    static TorchEncoderKernel load(
            ModelFolder folder,
            EncoderSpec spec,
            Compute compute,
            LinearLayers linear,
            LoadProgress loading) {
        var source = EncoderScript.source(spec, linear);
        var module =
                compute.call(
                        () ->
                                TorchModule.load(
                                        source, EncoderScript.attributes(), linear.device()));
        boolean loaded = false;
        try {
            addWeights(new Weights(compute, module, folder, loading), spec);
            loaded = true;
            return new TorchEncoderKernel(module, spec);
        } finally {
            if (!loaded) {
                compute.run(module::close);
            }
        }
    }

    /// In the order that [EncoderScript] counts on.
    private static void addWeights(Weights weights, EncoderSpec spec) {
        var tables = spec.base() + "embeddings.";
        weights.add("table", tables + "word_embeddings.weight");
        weights.add("table", tables + "position_embeddings.weight");
        weights.add(
                EncoderScript.readsTypes(spec) ? "table" : "type",
                tables + "token_type_embeddings.weight");
        norm(weights, tables + "LayerNorm");
        for (int l = 0; l < spec.layers(); l++) {
            var at = spec.layer(l);
            var self = at + "attention.self.";
            weights.linear(true, self + "query", self + "key", self + "value");
            weights.linear(true, at + "attention.output.dense");
            norm(weights, at + "attention.output.LayerNorm");
            weights.linear(true, at + "intermediate.dense");
            weights.linear(true, at + "output.dense");
            norm(weights, at + "output.LayerNorm");
        }
        if (spec.output() instanceof Output.Score score) {
            for (var layer :
                    List.of(spec.firstOf(score.head()), EncoderSpec.lastOf(score.head()))) {
                weights.add("head", layer + ".weight");
                weights.add("head", layer + ".bias");
            }
        }
    }

    private static void norm(Weights weights, String name) {
        weights.add("norm", name + ".weight");
        weights.add("norm", name + ".bias");
    }

    @Override
    public List<float[]> run(List<EncoderInput> inputs) {
        var batch = new Batch(inputs);
        try (var call = module.call("run")) {
            var flat = batch.arguments(call).floats();
            int width = flat.length / inputs.size();
            var rows = new float[inputs.size()][];
            for (int i = 0; i < rows.length; i++) {
                rows[batch.order.get(i)] = Arrays.copyOfRange(flat, i * width, (i + 1) * width);
            }
            return Arrays.asList(rows);
        }
    }

    @Override
    public List<float[]> hidden(List<EncoderInput> inputs) {
        var batch = new Batch(inputs);
        try (var call = module.call("hidden")) {
            var flat = batch.arguments(call).flag(true).floats();
            var rows = new float[inputs.size()][];
            int from = 0;
            for (int input : batch.order) {
                int to = from + inputs.get(input).length() * spec.hidden();
                rows[input] = Arrays.copyOfRange(flat, from, to);
                from = to;
            }
            return Arrays.asList(rows);
        }
    }

    /// Inputs in the order of their lengths, as the script takes them.
    private final class Batch {
        private final List<EncoderInput> inputs;
        private final List<Integer> order;
        private final int tokens;

        Batch(List<EncoderInput> inputs) {
            this.inputs = inputs;
            order =
                    IntStream.range(0, inputs.size())
                            .boxed()
                            .sorted(Comparator.comparing(i -> inputs.get(i).length()))
                            .toList();
            tokens = inputs.stream().mapToInt(EncoderInput::length).sum();
        }

        TorchModule.Call arguments(TorchModule.Call call) {
            int kinds = EncoderScript.readsTypes(spec) ? 3 : 2;
            var rows = new long[kinds * tokens];
            var groups = new ArrayList<Long>();
            var firsts = new long[inputs.size()];
            int at = 0;
            for (int i = 0; i < order.size(); i++) {
                var input = inputs.get(order.get(i));
                int length = input.length();
                System.arraycopy(input.ids(), 0, rows, at, length);
                var positions = spec.numbering().positions(input.ids());
                System.arraycopy(positions, 0, rows, tokens + at, length);
                if (kinds == 3 && input.types().length > 0) {
                    System.arraycopy(input.types(), 0, rows, 2 * tokens + at, length);
                }
                int last = groups.size() - 1;
                if (last > 0 && groups.get(last) == length) {
                    groups.set(last - 1, groups.get(last - 1) + 1);
                } else {
                    groups.addAll(List.of(1L, (long) length));
                }
                firsts[i] = at;
                at += length;
            }
            return call.tensor(rows, kinds, tokens)
                    .numbers(groups.stream().mapToLong(Long::longValue).toArray())
                    .tensor(firsts, firsts.length);
        }
    }

    @Override
    public void close() {
        module.close();
    }
}
