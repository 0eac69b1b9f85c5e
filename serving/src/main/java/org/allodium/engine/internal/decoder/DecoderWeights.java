package org.allodium.engine.internal.decoder;

import java.util.List;
import java.util.stream.Stream;
import org.allodium.engine.ModelRefused;
import org.allodium.engine.internal.model.DecoderSpec;
import org.allodium.engine.internal.model.ModelFolder;
import org.allodium.engine.internal.model.TensorEntry;
import org.allodium.engine.internal.torch.Compute;
import org.allodium.engine.internal.torch.TorchModule;

/// Puts the weights of a directory into a decoder's module, in the order [DecoderScript] counts on. Each
/// weight is a compute task of its own, so that models at work do not stand still while another loads.
final class DecoderWeights {
    private final Compute compute;
    private final TorchModule module;
    private final ModelFolder folder;

    private DecoderWeights(Compute compute, TorchModule module, ModelFolder folder) {
        this.compute = compute;
        this.module = module;
        this.folder = folder;
    }

    static void load(Compute compute, TorchModule module, ModelFolder folder, DecoderSpec spec) {
        var weights = new DecoderWeights(compute, module, folder);
        weights.add("embedding", DecoderSpec.EMBEDDING);
        for (int l = 0; l < spec.layers(); l++) {
            weights.layer(DecoderSpec.layer(l), spec.biases());
        }
        weights.add("norm", DecoderSpec.FINAL_NORM);
        if (!spec.tiedHead()) {
            weights.add("linear", DecoderSpec.HEAD);
        }
        compute.call(
                () -> {
                    var frequencies = spec.rope().frequencies(spec.headDimensions());
                    try (var call = module.call("frequencies")) {
                        call.tensor(frequencies, frequencies.length).run();
                    }
                    return true;
                });
    }

    private void layer(String at, DecoderSpec.Biases biases) {
        add("norm", at + "input_layernorm.weight");
        var attention = at + "self_attn.";
        linear(
                biases.queryKeyValue(), attention + "q_proj", attention + "k_proj", attention + "v_proj");
        linear(biases.attentionOut(), attention + "o_proj");
        add("norm", at + "post_attention_layernorm.weight");
        linear(biases.feedForward(), at + "mlp.gate_proj", at + "mlp.up_proj");
        linear(biases.feedForward(), at + "mlp.down_proj");
    }

    /// Layers that read the same input become one, so that the input is read once.
    private void linear(boolean bias, String... names) {
        add("linear", Stream.of(names).map(n -> n + ".weight").toArray(String[]::new));
        if (bias) {
            add("bias", Stream.of(names).map(n -> n + ".bias").toArray(String[]::new));
        }
    }

    private void add(String list, String... tensors) {
        List<TensorEntry> entries = Stream.of(tensors).map(folder::tensor).toList();
        for (var entry : entries) {
            if (entry.type() != entries.getFirst().type()) {
                throw new ModelRefused(
                        "The tensor %s in %s has another element type than %s, which it works with."
                                .formatted(
                                        entry.name(), entry.file().getFileName(), entries.getFirst().name()));
            }
        }
        compute.call(
                () -> {
                    try (var call = module.call("add")) {
                        call.text(list).weights(entries).run();
                    }
                    return true;
                });
    }
}
