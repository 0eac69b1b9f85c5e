package org.allodium.engine.internal.decoder;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.allodium.engine.DecoderOptions.Precision;
import org.allodium.engine.bench.BenchModel;
import org.allodium.engine.bench.EmbeddingBench;
import org.allodium.engine.bench.LoadBench;

/// The engine's benchmark. Arguments: the folder for models, then parts to run (kernel, quality,
/// load, embeddings, soak), models and precisions to limit it to; without any, all.
public final class BenchMain {
    private static final List<String> PARTS =
            List.of("kernel", "quality", "load", "embeddings", "soak");

    private BenchMain() {}

    public static void main(String[] args) {
        var folder = Path.of(args.length > 0 ? args[0] : "target/bench");
        var chosen = Arrays.asList(args).subList(Math.min(1, args.length), args.length);
        var precisions = List.of(Precision.BF16, Precision.INT8, Precision.INT4, Precision.FP32);
        var limited = precisions.stream().filter(p -> in(chosen, Precision.values(), p)).toList();
        if (wanted(chosen, PARTS, "kernel")) {
            KernelBench.run(
                    folder,
                    Arrays.stream(BenchModel.values())
                            .filter(m -> in(chosen, BenchModel.values(), m))
                            .toList(),
                    limited);
        }
        if (wanted(chosen, PARTS, "load")) {
            LoadBench.load(folder, limited);
        }
        if (wanted(chosen, PARTS, "embeddings")) {
            EmbeddingBench.run(folder);
        }
        if (wanted(chosen, PARTS, "soak")) {
            LoadBench.soak(folder);
        }
    }

    private static boolean wanted(List<String> chosen, List<String> all, String part) {
        return chosen.contains(part) || all.stream().noneMatch(chosen::contains);
    }

    private static <T extends Enum<T>> boolean in(List<String> chosen, T[] all, T one) {
        return wanted(chosen, Arrays.stream(all).map(Enum::name).toList(), one.name());
    }
}
