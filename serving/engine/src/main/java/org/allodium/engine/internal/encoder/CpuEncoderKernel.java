package org.allodium.engine.internal.encoder;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.allodium.engine.internal.cpu.CpuEncoder;
import org.allodium.engine.internal.cpu.CpuEncoder.Matrix;
import org.allodium.engine.internal.cpu.CpuEncoder.Stored;
import org.allodium.engine.internal.cpu.CpuLibrary;
import org.allodium.engine.internal.model.EncoderSpec;
import org.allodium.engine.internal.model.LoadProgress;
import org.allodium.engine.internal.model.ModelFolder;
import org.allodium.engine.internal.torch.Compute;

/// An encoder's computations in own machine code, but for the little that makes the output of them.
final class CpuEncoderKernel implements EncoderKernel {
    private final CpuEncoder encoder;
    private final EncoderSpec spec;
    private final VectorOutput output;
    // The word table is read where the file is mapped.
    private final Arena table;
    private final ThreadChoice threads = new ThreadChoice();

    private CpuEncoderKernel(
            CpuEncoder encoder, EncoderSpec spec, VectorOutput output, Arena table) {
        this.encoder = encoder;
        this.spec = spec;
        this.output = output;
        this.table = table;
    }

    /// Loads the weights, a compute task for each layer. Not to be called on the compute thread.
    static CpuEncoderKernel load(
            CpuLibrary library,
            ModelFolder folder,
            EncoderSpec spec,
            Compute compute,
            int bits,
            LoadProgress loading) {
        var encoder = compute.call(() -> CpuEncoder.open(library, spec, bits));
        var table = Arena.ofShared();
        boolean loaded = false;
        try {
            new Source(encoder, folder, spec, loading).add(compute, table);
            var kernel = new CpuEncoderKernel(encoder, spec, VectorOutput.of(folder, spec), table);
            loaded = true;
            return kernel;
        } finally {
            if (!loaded) {
                compute.run(encoder::close);
                table.close();
            }
        }
    }

    @Override
    public List<float[]> run(List<EncoderInput> inputs) {
        boolean firsts = output.firsts();
        var flat = computed(inputs, firsts);
        var results = new ArrayList<float[]>(inputs.size());
        int from = 0;
        for (var input : inputs) {
            int to = from + (firsts ? 1 : input.length());
            results.add(output.of(flat, from, to));
            from = to;
        }
        return results;
    }

    @Override
    public List<float[]> hidden(List<EncoderInput> inputs) {
        var flat = computed(inputs, false);
        var rows = new ArrayList<float[]>(inputs.size());
        int from = 0;
        for (var input : inputs) {
            int to = from + input.length() * spec.hidden();
            rows.add(Arrays.copyOfRange(flat, from, to));
            from = to;
        }
        return rows;
    }

    private float[] computed(List<EncoderInput> inputs, boolean firsts) {
        int count = inputs.stream().mapToInt(EncoderInput::length).sum();
        var tokens = new long[3 * count];
        var starts = new long[inputs.size() + 1];
        int at = 0;
        for (int i = 0; i < inputs.size(); i++) {
            var ids = inputs.get(i).ids();
            var types = inputs.get(i).types();
            System.arraycopy(ids, 0, tokens, at, ids.length);
            var positions = spec.numbering().positions(ids);
            System.arraycopy(positions, 0, tokens, count + at, ids.length);
            if (spec.tokenTypes() > 1) {
                System.arraycopy(types, 0, tokens, 2 * count + at, types.length);
            }
            at += ids.length;
            starts[i + 1] = at;
        }
        int use = threads.of(count);
        long begun = System.nanoTime();
        var vectors = encoder.run(tokens, starts, firsts, use);
        threads.took(count, use, System.nanoTime() - begun);
        return vectors;
    }

    @Override
    public void close() {
        encoder.close();
        table.close();
    }

    private record Source(
            CpuEncoder encoder, ModelFolder folder, EncoderSpec spec, LoadProgress loading) {
        void add(Compute compute, Arena table) {
            try (var arena = Arena.ofShared()) {
                var at = spec.base() + "embeddings.";
                var words = stored(at + "word_embeddings.weight", table);
                var positions = stored(at + "position_embeddings.weight", arena);
                var types = stored(at + "token_type_embeddings.weight", arena);
                compute.run(
                        () -> {
                            encoder.tables(words, positions, types);
                            norm(-1, false, at + "LayerNorm", arena);
                        });
            }
            for (int l = 0; l < spec.layers(); l++) {
                int layer = l;
                compute.run(() -> addLayer(layer));
            }
        }

        private void addLayer(int layer) {
            var at = spec.layer(layer);
            var self = at + "attention.self.";
            try (var arena = Arena.ofShared()) {
                linear(layer, Matrix.QUERY, self + "query", arena);
                linear(layer, Matrix.KEY, self + "key", arena);
                linear(layer, Matrix.VALUE, self + "value", arena);
                linear(layer, Matrix.OUT, at + "attention.output.dense", arena);
                norm(layer, false, at + "attention.output.LayerNorm", arena);
                linear(layer, Matrix.UP, at + "intermediate.dense", arena);
                linear(layer, Matrix.DOWN, at + "output.dense", arena);
                norm(layer, true, at + "output.LayerNorm", arena);
            }
        }

        private void linear(int layer, Matrix part, String name, Arena arena) {
            encoder.matrix(layer, part, stored(name + ".weight", arena));
            encoder.bias(layer, part, stored(name + ".bias", arena));
        }

        private void norm(int layer, boolean last, String name, Arena arena) {
            encoder.norm(
                    layer, last, stored(name + ".weight", arena), stored(name + ".bias", arena));
        }

        private Stored stored(String tensor, Arena arena) {
            var entry = folder.tensor(tensor);
            try (var channel = FileChannel.open(entry.file(), StandardOpenOption.READ)) {
                var content = channel.map(MapMode.READ_ONLY, entry.offset(), entry.length(), arena);
                loading.accept(entry.length());
                return new Stored(content, entry.type());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
