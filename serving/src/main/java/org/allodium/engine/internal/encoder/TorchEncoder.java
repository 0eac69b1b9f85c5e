package org.allodium.engine.internal.encoder;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.allodium.engine.Encoder;
import org.allodium.engine.ModelDescription;
import org.allodium.engine.internal.model.EncoderSpec;
import org.allodium.engine.internal.model.ModelFolder;
import org.allodium.engine.internal.text.Tokens;
import org.allodium.engine.internal.torch.Compute;
import org.allodium.engine.internal.torch.TorchModule;
import org.allodium.engine.internal.torch.Weights;
import org.jspecify.annotations.Nullable;

/// A BERT encoder on PyTorch. Inputs of like length share a batch; each batch is one compute task.
public final class TorchEncoder implements Encoder {
    private static final int MAX_BATCH_INPUTS = 32;
    // Bounds the time of a batch, which other models wait for, and its memory.
    private static final int MAX_BATCH_TOKENS = 4096;

    private final ModelDescription description;
    private final EncoderSpec spec;
    private final Compute compute;
    private final TorchModule module;
    private final @Nullable Tokens tokens;
    private final AtomicBoolean closing = new AtomicBoolean();
    private boolean closed;

    private TorchEncoder(
            ModelFolder folder,
            EncoderSpec spec,
            Compute compute,
            TorchModule module,
            @Nullable Tokens tokens) {
        this.description = folder.description();
        this.spec = spec;
        this.compute = compute;
        this.module = module;
        this.tokens = tokens;
    }

    public static TorchEncoder load(ModelFolder folder, EncoderSpec spec) {
        var compute = Compute.share();
        Tokens tokens = null;
        TorchModule module = null;
        boolean loaded = false;
        try {
            tokens = folder.tokenizer().map(Tokens::load).orElse(null);
            module =
                    compute.call(
                            () ->
                                    TorchModule.load(
                                            EncoderScript.source(spec),
                                            EncoderScript.attributes()));
            addWeights(new Weights(compute, module, folder), spec.layers());
            loaded = true;
            return new TorchEncoder(folder, spec, compute, module, tokens);
        } finally {
            if (!loaded) {
                release(compute, module, tokens);
            }
        }
    }

    private static void release(
            Compute compute, @Nullable TorchModule module, @Nullable Tokens tokens) {
        if (module != null) {
            compute.run(module::close);
        }
        compute.close();
        if (tokens != null) {
            tokens.close();
        }
    }

    /// In the order that [EncoderScript] counts on.
    private static void addWeights(Weights weights, int layers) {
        for (var table : new String[] {"word", "position", "token_type"}) {
            weights.add("embedding", "embeddings." + table + "_embeddings.weight");
        }
        norm(weights, "embeddings.LayerNorm");
        for (int l = 0; l < layers; l++) {
            var at = EncoderSpec.layer(l);
            var self = at + "attention.self.";
            weights.linear(true, self + "query", self + "key", self + "value");
            weights.linear(true, at + "attention.output.dense");
            norm(weights, at + "attention.output.LayerNorm");
            weights.linear(true, at + "intermediate.dense");
            weights.linear(true, at + "output.dense");
            norm(weights, at + "output.LayerNorm");
        }
    }

    private static void norm(Weights weights, String name) {
        weights.add("norm", name + ".weight");
        weights.add("norm", name + ".bias");
    }

    @Override
    public ModelDescription description() {
        return description;
    }

    @Override
    public long[] encode(String text) {
        if (tokens == null) {
            throw new IllegalStateException("The model came without tokenizer.json");
        }
        return tokens.encodeForEncoder(text);
    }

    @Override
    public List<float[]> embed(List<long[]> inputs) {
        inputs.forEach(this::check);
        // Like lengths beside each other, so that little is padded.
        var order =
                IntStream.range(0, inputs.size())
                        .boxed()
                        .sorted(Comparator.comparing(i -> inputs.get(i).length))
                        .toList();
        var vectors = new float[inputs.size()][];
        for (int from = 0; from < order.size(); ) {
            int to = endOfBatch(order, from, inputs);
            var batch = order.subList(from, to);
            var flat = call("embed", batch.stream().map(inputs::get).toList());
            for (int i = 0; i < batch.size(); i++) {
                vectors[batch.get(i)] =
                        Arrays.copyOfRange(flat, i * spec.hidden(), (i + 1) * spec.hidden());
            }
            from = to;
        }
        return Arrays.asList(vectors);
    }

    private void check(long[] input) {
        if (input.length == 0 || input.length > spec.context()) {
            throw new IllegalArgumentException(
                    "An input has %d tokens, the model takes 1 to %d"
                            .formatted(input.length, spec.context()));
        }
        for (long id : input) {
            if (id < 0 || id >= spec.vocabulary()) {
                throw new IllegalArgumentException("The model has no token " + id);
            }
        }
    }

    private static int endOfBatch(List<Integer> order, int from, List<long[]> inputs) {
        int to = from + 1;
        while (to < order.size()
                && to - from < MAX_BATCH_INPUTS
                && inputs.get(order.get(to)).length * (to - from + 1) <= MAX_BATCH_TOKENS) {
            to++;
        }
        return to;
    }

    /// Vectors of all tokens of a batch, zero where padded: `[input][token × dimensions]`.
    List<float[]> hidden(List<long[]> batch) {
        var flat = call("hidden", batch);
        int each = flat.length / batch.size();
        var rows = new ArrayList<float[]>();
        for (int i = 0; i < batch.size(); i++) {
            rows.add(Arrays.copyOfRange(flat, i * each, (i + 1) * each));
        }
        return rows;
    }

    private float[] call(String method, List<long[]> batch) {
        int rows = batch.size();
        int width = batch.stream().mapToInt(input -> input.length).max().orElseThrow();
        var ids = new long[rows * width];
        var mask = new long[rows * width];
        for (int row = 0; row < rows; row++) {
            int length = batch.get(row).length;
            System.arraycopy(batch.get(row), 0, ids, row * width, length);
            Arrays.fill(mask, row * width, row * width + length, 1);
        }
        return compute.call(
                () -> {
                    // Read on the compute thread, where close() runs too: no computation on freed
                    // memory.
                    if (closed) {
                        throw new IllegalStateException("The model is closed");
                    }
                    try (var call = module.call(method)) {
                        return call.tensor(ids, rows, width).tensor(mask, rows, width).floats();
                    }
                });
    }

    @Override
    public void close() {
        if (closing.compareAndSet(false, true)) {
            compute.run(() -> closed = true);
            release(compute, module, tokens);
        }
    }
}
