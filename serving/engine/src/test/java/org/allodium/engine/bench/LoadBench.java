package org.allodium.engine.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.allodium.engine.DecoderOptions;
import org.allodium.engine.DecoderOptions.Precision;
import org.allodium.engine.Engine;
import org.allodium.engine.reference.Family;
import org.allodium.engine.reference.TinyModel;
import org.allodium.engine.reference.TinyModel.Numbers;

/// The parts of the benchmark that look at many requests: under load, and for memory.
public final class LoadBench {
    private static final double[] PER_SECOND = {0.25, 0.5, 1, Double.POSITIVE_INFINITY};
    private static final int LOADED = 40;
    private static final int SOAKED = 10_000;

    private LoadBench() {}

    /// Requests of mixed length at random times, in each of some precisions.
    public static void load(Path folder, List<Precision> precisions) {
        var model = BenchModel.QWEN25_05B.in(folder);
        for (var precision : precisions) {
            var options = DecoderOptions.STANDARD.withPrecision(precision);
            try (var decoder = Engine.loadDecoder(model, options)) {
                System.out.printf("%nMixed load, QWEN25_05B, %s%n%n", precision);
                var load = new MixedLoad(decoder, LOADED, System.out);
                load.head();
                for (double rate : PER_SECOND) {
                    load.run(rate);
                }
            }
        }
    }

    /// Whether memory stays where it is.
    public static void soak(Path folder) {
        var tiny = small(folder, "tiny", 64, 512);
        var small = small(folder, "small", 512, 32_000);
        System.out.printf("%nMemory%n%n");
        var soak = new MemorySoak(System.out);
        soak.requests(tiny, SOAKED);
        soak.comingAndGoing(tiny, small);
    }

    private static Path small(Path folder, String name, int hidden, int vocabulary) {
        var dir = folder.resolve(name.toUpperCase(Locale.ROOT));
        return Files.exists(dir)
                ? dir
                : TinyModel.of(Family.LLAMA)
                        .numbers(Numbers.BF16)
                        .config(
                                c ->
                                        c.put("hidden_size", hidden)
                                                .put("num_hidden_layers", 4)
                                                .put("num_attention_heads", 8)
                                                .put("num_key_value_heads", 4)
                                                .put("head_dim", hidden / 8)
                                                .put("intermediate_size", 2 * hidden)
                                                .put("max_position_embeddings", 512)
                                                .put("vocab_size", vocabulary))
                        .writeTo(dir);
    }
}
