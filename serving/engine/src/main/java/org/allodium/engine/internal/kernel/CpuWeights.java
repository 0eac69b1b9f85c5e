package org.allodium.engine.internal.kernel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.StandardOpenOption;
import org.allodium.engine.internal.cpu.CpuDecoder;
import org.allodium.engine.internal.cpu.CpuDecoder.Matrix;
import org.allodium.engine.internal.cpu.CpuDecoder.Vector;
import org.allodium.engine.internal.model.DecoderSpec;
import org.allodium.engine.internal.model.LoadProgress;
import org.allodium.engine.internal.model.ModelFolder;
import org.allodium.engine.internal.model.TensorEntry;
import org.allodium.engine.internal.torch.Compute;

/// Packs a directory's weights for the machine code. Each piece is a compute task of its own, so
/// that models at work do not stand still while another one loads.
final class CpuWeights {
    private static final long PIECE_BYTES = 32L << 20;

    private final CpuDecoder decoder;
    private final Compute compute;
    private final ModelFolder folder;
    private final DecoderSpec spec;
    private final LoadProgress loading;

    CpuWeights(
            CpuDecoder decoder,
            Compute compute,
            ModelFolder folder,
            DecoderSpec spec,
            LoadProgress loading) {
        this.decoder = decoder;
        this.compute = compute;
        this.folder = folder;
        this.spec = spec;
        this.loading = loading;
    }

    /// @param table owns the mapping of the embedding table, which is not copied
    void add(Arena table) {
        var embedding = folder.tensor(DecoderSpec.EMBEDDING);
        decoder.table(map(embedding, 0, embedding.length(), table), embedding.type());
        for (int l = 0; l < spec.layers(); l++) {
            addLayer(l);
        }
        vector(0, Vector.LAST, DecoderSpec.FINAL_NORM);
        var head = folder.tensor(spec.tiedHead() ? DecoderSpec.EMBEDDING : DecoderSpec.HEAD);
        matrix(0, Matrix.HEAD, head, 0, spec.vocabulary());
    }

    private void addLayer(int layer) {
        var at = DecoderSpec.layer(layer);
        var attention = at + "self_attn.";
        var feedForward = at + "mlp.";
        vector(layer, Vector.ATTENTION, at + "input_layernorm.weight");
        vector(layer, Vector.FEED_FORWARD, at + "post_attention_layernorm.weight");
        if (spec.normedQueriesAndKeys()) {
            vector(layer, Vector.QUERY, attention + "q_norm.weight");
            vector(layer, Vector.KEY, attention + "k_norm.weight");
        }
        var biases = spec.biases();
        boolean inner = biases.queryKeyValue();
        int queries = spec.queryWidth();
        int keys = spec.keyValueWidth();
        if (spec.fusedProjections()) {
            var fused = attention + "qkv_proj";
            linear(layer, Matrix.QUERY, fused, inner, 0, queries);
            linear(layer, Matrix.KEY, fused, inner, queries, keys);
            linear(layer, Matrix.VALUE, fused, inner, queries + keys, keys);
            var gateUp = feedForward + "gate_up_proj";
            linear(layer, Matrix.GATE, gateUp, biases.feedForward(), 0, spec.intermediate());
            linear(
                    layer,
                    Matrix.UP,
                    gateUp,
                    biases.feedForward(),
                    spec.intermediate(),
                    spec.intermediate());
        } else {
            linear(layer, Matrix.QUERY, attention + "q_proj", inner, 0, queries);
            linear(layer, Matrix.KEY, attention + "k_proj", inner, 0, keys);
            linear(layer, Matrix.VALUE, attention + "v_proj", inner, 0, keys);
            int wide = spec.intermediate();
            linear(layer, Matrix.GATE, feedForward + "gate_proj", biases.feedForward(), 0, wide);
            linear(layer, Matrix.UP, feedForward + "up_proj", biases.feedForward(), 0, wide);
        }
        linear(layer, Matrix.OUT, attention + "o_proj", biases.attentionOut(), 0, spec.hidden());
        linear(
                layer,
                Matrix.DOWN,
                feedForward + "down_proj",
                biases.feedForward(),
                0,
                spec.hidden());
    }

    private void linear(int layer, Matrix part, String name, boolean bias, long first, long rows) {
        matrix(layer, part, folder.tensor(name + ".weight"), first, rows);
        if (bias) {
            var entry = folder.tensor(name + ".bias");
            long width = entry.type().bytes();
            try (var arena = Arena.ofShared()) {
                var content = map(entry, first * width, rows * width, arena);
                compute.run(() -> decoder.bias(layer, part, 0, rows, content, entry.type()));
            }
            loading.accept(rows * width);
        }
    }

    private void matrix(int layer, Matrix part, TensorEntry entry, long first, long rows) {
        long rowBytes = entry.length() / entry.shape().getFirst();
        long atOnce = Math.max(1, PIECE_BYTES / rowBytes / CpuDecoder.BLOCK) * CpuDecoder.BLOCK;
        for (long done = 0; done < rows; done += atOnce) {
            long count = Math.min(atOnce, rows - done);
            long from = done;
            try (var arena = Arena.ofShared()) {
                var content = map(entry, (first + done) * rowBytes, count * rowBytes, arena);
                compute.run(() -> decoder.matrix(layer, part, from, count, content, entry.type()));
            }
            loading.accept(count * rowBytes);
        }
    }

    private void vector(int layer, Vector which, String name) {
        var entry = folder.tensor(name);
        try (var arena = Arena.ofShared()) {
            var content = map(entry, 0, entry.length(), arena);
            compute.run(
                    () -> decoder.vector(layer, which, content, entry.elements(), entry.type()));
        }
        loading.accept(entry.length());
    }

    private static MemorySegment map(TensorEntry entry, long from, long bytes, Arena arena) {
        try (var channel = FileChannel.open(entry.file(), StandardOpenOption.READ)) {
            return channel.map(MapMode.READ_ONLY, entry.offset() + from, bytes, arena);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
