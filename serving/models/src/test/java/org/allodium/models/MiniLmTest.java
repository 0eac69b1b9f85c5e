package org.allodium.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.allodium.engine.DecoderOptions.Precision;
import org.allodium.engine.EncoderOptions;
import org.allodium.engine.Engine;
import org.allodium.engine.ModelDirectories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MiniLmTest {
    private static final List<String> SENTENCES =
            List.of(
                    "A man is playing a guitar on stage.",
                    "Someone performs music with a guitar.",
                    "The central bank raised interest rates.",
                    "Ok",
                    "Straßenbahn, naïve café — 日本語 and 🙂",
                    "How do I apply for a grant, and which quota binds my project? ".repeat(8));

    @TempDir Path dir;

    @Test
    void equalsTheOnnxFileOnTheRuntimeItWasMadeFor()
            throws IOException, MalformedModelException, TranslateException {
        BundledModel.ALL_MINILM_L6_V2.writeTo(dir);
        try (var encoder =
                Engine.loadEncoder(dir, EncoderOptions.STANDARD.withPrecision(Precision.FP32))) {
            assertThat(encoder.description().parameters()).isBetween(22_000_000L, 23_000_000L);
            var inputs = SENTENCES.stream().map(encoder::encode).toList();
            var ours = encoder.embed(inputs);
            try (var model = Model.newInstance("onnx", "OnnxRuntime");
                    var onnx = MiniLmTest.class.getResourceAsStream("/all-minilm-l6-v2.onnx")) {
                model.load(onnx, Map.of("interOpNumThreads", "1", "intraOpNumThreads", "2"));
                try (var predictor = model.newPredictor(new NoopTranslator());
                        var arrays = model.getNDManager().newSubManager()) {
                    for (int i = 0; i < inputs.size(); i++) {
                        var theirs = embed(predictor, arrays, inputs.get(i));
                        assertThat(cosine(ours.get(i), theirs))
                                .describedAs(SENTENCES.get(i))
                                .isGreaterThanOrEqualTo(0.9999);
                        assertThat(cosine(ours.get(i), ours.get(i))).isBetween(0.99999, 1.00001);
                    }
                }
            }
            assertThat(cosine(ours.get(0), ours.get(1)))
                    .isGreaterThan(cosine(ours.get(0), ours.get(2)) + 0.3);
        }
    }

    @ParameterizedTest
    @CsvSource({"AUTO, 0.9995", "INT8, 0.98"})
    void fewerBitsStayNear(Precision precision, double least) {
        BundledModel.ALL_MINILM_L6_V2.writeTo(dir);
        var standard = EncoderOptions.STANDARD;
        try (var exact = Engine.loadEncoder(dir, standard.withPrecision(Precision.FP32));
                var chosen = Engine.loadEncoder(dir, standard.withPrecision(precision))) {
            var inputs = SENTENCES.stream().map(exact::encode).toList();
            var expected = exact.embed(inputs);
            var ours = chosen.embed(inputs);
            for (int i = 0; i < inputs.size(); i++) {
                assertThat(cosine(ours.get(i), expected.get(i)))
                        .describedAs(SENTENCES.get(i))
                        .isGreaterThan(least);
            }
        }
    }

    @Test
    void isTheSameDirectoryEveryTime() {
        BundledModel.ALL_MINILM_L6_V2.writeTo(dir);
        // Installations know it by this digest since it first came with the product.
        assertThat(ModelDirectories.digest(dir))
                .isEqualTo(
                        "sha256:4cb18bfb782cc749d60b6e5d72c4e49cc606df11a792faa4811d52c6f194ca10");
    }

    private static float[] embed(Predictor<NDList, NDList> predictor, NDManager arrays, long[] ids)
            throws TranslateException {
        var shape = new Shape(1, ids.length);
        var ones = new long[ids.length];
        Arrays.fill(ones, 1);
        var output =
                predictor.predict(
                        new NDList(
                                named(arrays.create(ids, shape), "input_ids"),
                                named(arrays.create(ones, shape), "attention_mask"),
                                named(
                                        arrays.create(new long[ids.length], shape),
                                        "token_type_ids")));
        var hidden = output.getFirst().toFloatArray();
        output.close();
        int width = hidden.length / ids.length;
        var mean = new float[width];
        for (int i = 0; i < hidden.length; i++) {
            mean[i % width] += hidden[i] / ids.length;
        }
        return mean;
    }

    private static NDArray named(NDArray array, String name) {
        array.setName(name);
        return array;
    }

    private static double cosine(float[] a, float[] b) {
        double ab = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            ab += (double) a[i] * b[i];
            aa += (double) a[i] * a[i];
            bb += (double) b[i] * b[i];
        }
        return ab / Math.sqrt(aa * bb);
    }
}
