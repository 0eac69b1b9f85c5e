package org.allodium.models.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.allodium.engine.DecoderOptions.Precision;
import org.allodium.engine.Encoder;
import org.allodium.engine.EncoderOptions;
import org.allodium.engine.Engine;
import org.allodium.engine.bench.Roofline;
import org.allodium.engine.internal.model.ModelFolder;
import org.allodium.engine.internal.torch.Compute;
import org.allodium.models.BundledModel;

/// Sentences a second of the bundled embedding model, with ONNX Runtime beside it in the same run,
/// and how near each precision stays to it. All take turns, so that what else the machine does
/// hinders all of them alike; the middle of several tries counts, the best stands beside it.
public final class EmbeddingBench {
    private static final int TOKENS = 32;
    private static final int CALLERS = 16;
    private static final Duration PER_BATCH = Duration.ofSeconds(12);
    private static final String QUESTIONS = "/training/allodium-guide/fresh.txt";
    private static final String OTHER = "ONNX Runtime fp32";

    private final Roofline roofline;
    private final double operations;
    private final Map<String, Encoder> encoders = new LinkedHashMap<>();
    private final OnnxMiniLm other;

    private EmbeddingBench(Roofline roofline, double operations, OnnxMiniLm other) {
        this.roofline = roofline;
        this.operations = operations;
        this.other = other;
    }

    private interface Embedding {
        void embed(List<long[]> inputs);
    }

    public static void main(String[] args) throws IOException {
        run(Path.of(args.length > 0 ? args[0] : "target/bench"));
    }

    /// @param folder where the model is written
    private static void run(Path folder) throws IOException {
        var dir = Files.createTempDirectory(Files.createDirectories(folder), "all-minilm-l6-v2-");
        BundledModel.ALL_MINILM_L6_V2.writeTo(dir);
        int threads = Runtime.getRuntime().availableProcessors();
        try (var compute = Compute.share();
                var other = new OnnxMiniLm(threads)) {
            var roofline = Roofline.measure(compute);
            System.out.println(roofline.line());
            var bench = new EmbeddingBench(roofline, operations(dir), other);
            for (var precision : List.of(Precision.FP32, Precision.BF16, Precision.INT8)) {
                var options = EncoderOptions.STANDARD.withPrecision(precision);
                bench.encoders.put(precision.name(), Engine.loadEncoder(dir, options));
            }
            for (int batch : new int[] {1, 8, 32}) {
                bench.speed(batch);
            }
            bench.together();
            bench.nearness();
            bench.encoders.values().forEach(Encoder::close);
        }
    }

    /// Of the linear layers for one sentence: a multiplication and an addition per weight and
    /// token.
    private static double operations(Path dir) {
        long weights =
                ModelFolder.read(dir).spec().tensors().entrySet().stream()
                        .filter(t -> t.getKey().startsWith("encoder.") && t.getValue().size() == 2)
                        .mapToLong(t -> t.getValue().get(0) * t.getValue().get(1))
                        .sum();
        return 2.0 * weights * TOKENS;
    }

    private void speed(int batch) {
        var inputs = Collections.nCopies(batch, input());
        var all = new LinkedHashMap<String, Embedding>();
        encoders.forEach((name, encoder) -> all.put(name, encoder::embed));
        all.put(OTHER, other::embed);
        var seconds = times(all, inputs);
        double theirs = middle(seconds.get(OTHER));
        seconds.forEach(
                (name, tries) ->
                        System.out.printf(
                                "embeddings, %d × %d tokens, %-17s %6.0f sentences/s (best %6.0f), %.2f of ONNX Runtime%s%n",
                                batch,
                                TOKENS,
                                name,
                                batch / middle(tries),
                                batch / tries.getFirst(),
                                theirs / middle(tries),
                                share(name, batch / middle(tries))));
    }

    private static Map<String, List<Double>> times(
            Map<String, Embedding> all, List<long[]> inputs) {
        var seconds = new LinkedHashMap<String, List<Double>>();
        all.forEach(
                (name, embedding) -> {
                    seconds.put(name, new ArrayList<>());
                    embedding.embed(inputs);
                    embedding.embed(inputs);
                });
        long end = System.nanoTime() + PER_BATCH.toNanos();
        while (System.nanoTime() < end) {
            all.forEach(
                    (name, embedding) -> {
                        long begun = System.nanoTime();
                        embedding.embed(inputs);
                        seconds.get(name).add((System.nanoTime() - begun) / 1e9);
                    });
        }
        seconds.values().forEach(Collections::sort);
        return seconds;
    }

    private String share(String name, double rate) {
        double peak =
                switch (name) {
                    case "INT8" -> roofline.int8();
                    case "BF16" -> Math.max(roofline.fp32(), roofline.bf16());
                    default -> roofline.fp32();
                };
        return peak == 0 ? "" : ", %.0f %% of the peak".formatted(100 * rate * operations / peak);
    }

    /// Callers with one sentence each, who are computed together.
    private void together() {
        var inputs = List.of(input());
        encoders.forEach(
                (name, encoder) -> {
                    long begun = System.nanoTime();
                    int each = 40;
                    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                        var callers =
                                IntStream.range(0, CALLERS)
                                        .mapToObj(
                                                i ->
                                                        CompletableFuture.runAsync(
                                                                () -> repeat(encoder, inputs, each),
                                                                threads))
                                        .toList();
                        callers.forEach(CompletableFuture::join);
                    }
                    double took = (System.nanoTime() - begun) / 1e9;
                    System.out.printf(
                            "embeddings, %d callers with 1 × %d tokens, %s %.0f sentences/s%n",
                            CALLERS, TOKENS, name, CALLERS * each / took);
                });
    }

    private static void repeat(Encoder encoder, List<long[]> inputs, int times) {
        for (int i = 0; i < times; i++) {
            encoder.embed(inputs);
        }
    }

    /// Cosines with the other engine's vectors, and how often the nearest other question is the
    /// same.
    private void nearness() {
        var any = encoders.values().iterator().next();
        var inputs = questions().stream().map(any::encode).toList();
        var theirs = new float[inputs.size()][];
        for (int i = 0; i < theirs.length; i++) {
            theirs[i] = other.embed(List.of(inputs.get(i)))[0];
        }
        encoders.forEach(
                (name, encoder) -> {
                    var ours = encoder.embed(inputs).toArray(float[][]::new);
                    var cosines =
                            IntStream.range(0, ours.length)
                                    .mapToDouble(i -> dot(ours[i], theirs[i]))
                                    .summaryStatistics();
                    long same =
                            IntStream.range(0, ours.length)
                                    .filter(i -> nearest(ours, i) == nearest(theirs, i))
                                    .count();
                    System.out.printf(
                            "embeddings, %d questions, %s: cosine with ONNX Runtime %.6f on average, %.6f at least; same nearest question %.0f %%%n",
                            ours.length,
                            name,
                            cosines.getAverage(),
                            cosines.getMin(),
                            100.0 * same / ours.length);
                });
    }

    private static int nearest(float[][] vectors, int of) {
        return IntStream.range(0, vectors.length)
                .filter(i -> i != of)
                .boxed()
                .max(
                        (a, b) ->
                                Double.compare(
                                        dot(vectors[a], vectors[of]), dot(vectors[b], vectors[of])))
                .orElseThrow();
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    private static List<String> questions() {
        try (var in = EmbeddingBench.class.getResourceAsStream(QUESTIONS)) {
            var text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return text.lines()
                    .filter(line -> line.contains("|"))
                    .map(line -> line.substring(line.indexOf('|') + 1))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long[] input() {
        var ids = new long[TOKENS];
        Arrays.setAll(ids, i -> 1000 + i * 7919L % 20000);
        ids[0] = 101;
        ids[TOKENS - 1] = 102;
        return ids;
    }

    private static double middle(List<Double> sorted) {
        return sorted.get(sorted.size() / 2);
    }
}
