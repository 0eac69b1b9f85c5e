package org.allodium.engine.internal.decoder;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.allodium.engine.DecoderOptions.Precision;
import org.allodium.engine.bench.BenchModel;
import org.allodium.engine.bench.LoadBench;
import org.allodium.engine.bench.LookupBench;
import org.allodium.engine.internal.kernel.KernelBench;
import org.allodium.engine.internal.kernel.QualityBench;

/// The engine's benchmark. Arguments: the folder for models, then parts to run (kernel, quality,
/// load, lookup, soak), models and precisions to limit it to; without any, all.
public final class BenchMain {
    private static final List<String> PARTS =
            List.of("kernel", "quality", "load", "lookup", "soak");

    private BenchMain() {}

    public static void main(String[] args) {
        var folder = Path.of(args.length > 0 ? args[0] : "target/bench");
        var chosen = Arrays.asList(args).subList(Math.min(1, args.length), args.length);
        var precisions = List.of(Precision.BF16, Precision.INT8, Precision.INT4, Precision.FP32);
        var limited = chosen(chosen, precisions);
        if (wanted(chosen, PARTS, "kernel")) {
            KernelBench.run(folder, chosen(chosen, List.of(BenchModel.values())), limited);
        }
        if (wanted(chosen, PARTS, "quality")) {
            QualityBench.run();
        }
        if (wanted(chosen, PARTS, "load")) {
            LoadBench.load(folder, limited);
        }
        if (wanted(chosen, PARTS, "lookup")) {
            LookupBench.run(folder, limited);
        }
        if (wanted(chosen, PARTS, "soak")) {
            LoadBench.soak(folder);
        }
    }

    private static <T extends Enum<T>> List<T> chosen(List<String> chosen, List<T> all) {
        var names = all.stream().map(Enum::name).toList();
        return all.stream().filter(one -> wanted(chosen, names, one.name())).toList();
    }

    private static boolean wanted(List<String> chosen, List<String> all, String part) {
        return chosen.contains(part) || all.stream().noneMatch(chosen::contains);
    }
}
