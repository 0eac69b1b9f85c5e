package org.allodium.engine.internal.kernel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.allodium.engine.ChatMessage;
import org.allodium.engine.DecoderOptions;
import org.allodium.engine.DecoderOptions.Precision;
import org.allodium.engine.Engine;
import org.allodium.engine.internal.kernel.StepKernel.Segment;
import org.allodium.engine.internal.kernel.StepKernel.Wanted;
import org.allodium.engine.internal.model.DecoderSpec;
import org.allodium.engine.internal.model.ModelFolder;
import org.allodium.engine.internal.torch.Compute;

/// What each precision costs in quality: perplexity of the bundled model, which is trained, on the
/// right answers to fixed questions that it was not trained with, and how often the likeliest next
/// token is that of fp32.
public final class QualityBench {
    private static final Path MODEL = Path.of("../models/src/main/resources/models/allodium-guide");
    private static final Path TEXT =
            Path.of("../models/src/main/resources/training/allodium-guide/facts.txt");

    private QualityBench() {}

    public static void run() {
        var answers = answers();
        System.out.printf(
                "%nquality of allodium-guide on %d answers of %d tokens%n",
                answers.size(), answers.stream().mapToInt(Said::answered).sum());
        var reference = new ArrayList<float[][]>();
        for (var precision :
                List.of(Precision.FP32, Precision.BF16, Precision.INT8, Precision.INT4)) {
            measure(precision, true, answers, reference);
            if (precision != Precision.FP32) {
                measure(precision, false, answers, reference);
            }
        }
    }

    /// A question and its right answer as token ids, of which the last ones are the answer.
    @SuppressWarnings("ArrayRecordComponent") // Read here only, never compared.
    private record Said(long[] ids, int answered) {}

    private static List<Said> answers() {
        try (var decoder = Engine.loadDecoder(MODEL)) {
            var all = new ArrayList<Said>();
            var answer = "";
            for (var line : Files.readAllLines(TEXT)) {
                if (line.startsWith("= ")) {
                    answer = line.substring(2);
                } else if (line.startsWith("? ")) {
                    var question = new ChatMessage("user", line.substring(2));
                    var asked = decoder.encodeChat(List.of(question));
                    var answered = decoder.encode(answer);
                    var ids = LongStream.concat(LongStream.of(asked), LongStream.of(answered));
                    all.add(new Said(ids.toArray(), answered.length));
                }
            }
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// @param suited the kernel that the machine would choose, or PyTorch's operators
    /// @param reference the logits of fp32, filled by it
    private static void measure(
            Precision precision, boolean suited, List<Said> answers, List<float[][]> reference) {
        var folder = ModelFolder.read(MODEL);
        var spec = (DecoderSpec) folder.spec();
        var options = DecoderOptions.STANDARD.withPrecision(precision);
        try (var compute = Compute.share()) {
            var kernel =
                    suited
                            ? Kernels.load(folder, spec, compute, options).kernel()
                            : TorchKernel.load(folder, spec, compute, options, precision);
            double surprise = 0;
            int agreed = 0;
            int count = 0;
            for (int w = 0; w < answers.size(); w++) {
                var ids = answers.get(w).ids();
                var rows = compute.call(() -> logits(kernel, ids));
                if (precision == Precision.FP32) {
                    reference.add(rows);
                }
                for (int t = ids.length - answers.get(w).answered() - 1; t + 1 < ids.length; t++) {
                    count++;
                    surprise -= logProbability(rows[t], (int) ids[t + 1]);
                    agreed += best(rows[t]) == best(reference.get(w)[t]) ? 1 : 0;
                }
            }
            System.out.printf(
                    "  %-5s %-12s perplexity %.4f, likeliest token as in fp32 %.2f %%%n",
                    PrecisionChoice.name(precision),
                    kernel.getClass().getSimpleName(),
                    Math.exp(surprise / count),
                    100.0 * agreed / count);
            compute.run(kernel::close);
        }
    }

    private static float[][] logits(StepKernel kernel, long[] ids) {
        var pages = IntStream.range(0, Math.ceilDiv(ids.length, kernel.pageTokens())).toArray();
        var all = new Segment(pages, 0, ids, Wanted.ALL_LOGITS);
        return kernel.step(List.of(all)).getFirst().logits();
    }

    private static double logProbability(float[] logits, int id) {
        double most = logits[best(logits)];
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - most);
        }
        return logits[id] - most - Math.log(sum);
    }

    private static int best(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            best = logits[i] > logits[best] ? i : best;
        }
        return best;
    }
}
