package org.allodium.engine.bench;

import java.util.Map;
import java.util.function.Supplier;
import org.allodium.engine.TorchScriptArchive;
import org.allodium.engine.internal.cpu.CpuLibrary;
import org.allodium.engine.internal.cpu.CpuRoofline;
import org.allodium.engine.internal.cpu.Processor;
import org.allodium.engine.internal.torch.Compute;
import org.allodium.engine.internal.torch.TorchModule;

/// What the machine can do at best, measured by the same threads: bytes read and operations
/// (multiplications and additions) per second. The highest of several tries counts, and of
/// PyTorch's operators and plain loops the faster.
///
/// @param bf16 0 where the processor has no products of it
/// @param int8 0 where own machine code cannot be had
public record Roofline(double bytes, double fp32, double bf16, double int8) {
    private static final String SCRIPT =
            """
              def read(self: __torch__.M, numbers: int, times: int) -> Tensor:
                t = torch.ones([numbers], dtype=6)
                s = torch.sum(t)
                for i in range(times):
                  s = torch.add(s, torch.sum(t))
                return torch.view(s, [1])
              def multiply(self: __torch__.M, type: int, size: int, times: int) -> Tensor:
                a = torch.to(torch.ones([size, size], dtype=6), type)
                w = ops.mkldnn._reorder_linear_weight(a, None)
                y = a
                for i in range(times):
                  y = ops.mkldnn._linear_pointwise(a, w, None, "none", annotate(List[Optional[number]], []), "")
                return torch.to(torch.view(torch.select(torch.select(y, 0, 0), 0, 0), [1]), 6)
            """;
    private static final int SIZE = 2048;
    private static final int NUMBERS = 1 << 28;
    private static final int TRIES = 3;

    public static Roofline measure(Compute compute) {
        return measure(compute, SIZE, NUMBERS);
    }

    /// @param size of the matrices
    /// @param numbers that are read
    static Roofline measure(Compute compute, int size, int numbers) {
        return compute.call(
                () -> {
                    try (var module =
                            TorchModule.load(TorchScriptArchive.CLASS_HEAD + SCRIPT, Map.of())) {
                        return measure(module, size, numbers);
                    }
                });
    }

    private static Roofline measure(TorchModule module, int size, int numbers) {
        double multiplied = 2.0 * size * size * size;
        double bytes = 4.0 * numbers / slope(n -> read(module, numbers, n));
        double fp32 = multiplied / slope(n -> multiply(module, 6, size, n));
        double bf16 =
                Processor.instructions().multipliesBfloat16()
                        ? multiplied / slope(n -> multiply(module, 15, size, n))
                        : 0;
        var own = CpuLibrary.find().map(CpuRoofline::new);
        return new Roofline(
                Math.max(bytes, best(() -> own.map(CpuRoofline::bytesPerSecond).orElse(0.0))),
                Math.max(fp32, best(() -> own.map(CpuRoofline::fp32PerSecond).orElse(0.0))),
                Math.max(bf16, best(() -> own.map(CpuRoofline::bf16PerSecond).orElse(0.0))),
                best(() -> own.map(CpuRoofline::int8PerSecond).orElse(0.0)));
    }

    private interface Repeated {
        void run(int times);
    }

    /// Seconds that one more time takes: what happens once before does not count.
    private static double slope(Repeated work) {
        double least = Double.MAX_VALUE;
        for (int i = 0; i < TRIES; i++) {
            double one = Stopwatch.seconds(() -> work.run(1));
            double more = Stopwatch.seconds(() -> work.run(6));
            least = Math.min(least, (more - one) / 5);
        }
        return least;
    }

    private static double best(Supplier<Double> measure) {
        double best = 0;
        for (int i = 0; i < TRIES; i++) {
            best = Math.max(best, measure.get());
        }
        return best;
    }

    private static void read(TorchModule module, int numbers, int times) {
        try (var call = module.call("read")) {
            call.number(numbers).number(times).floats();
        }
    }

    private static void multiply(TorchModule module, int type, int size, int times) {
        try (var call = module.call("multiply")) {
            call.number(type).number(size).number(times).floats();
        }
    }

    /// The higher of each.
    public Roofline or(Roofline other) {
        return new Roofline(
                Math.max(bytes, other.bytes),
                Math.max(fp32, other.fp32),
                Math.max(bf16, other.bf16),
                Math.max(int8, other.int8));
    }

    /// In gigabytes and billions of operations per second.
    public String line() {
        return "Peaks (%s): read %.1f GB/s; multiply fp32 %.0f, bf16 %.0f, int8 %.0f billion operations/s"
                .formatted(Stopwatch.name(), bytes / 1e9, fp32 / 1e9, bf16 / 1e9, int8 / 1e9);
    }
}
