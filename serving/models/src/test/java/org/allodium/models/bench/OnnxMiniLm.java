package org.allodium.models.bench;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// The bundled embedding model on the runtime that its file was made for: what to compare with.
final class OnnxMiniLm implements AutoCloseable {
    private final Model model;
    private final Predictor<NDList, NDList> predictor;

    OnnxMiniLm(int threads) {
        model = Model.newInstance("onnx", "OnnxRuntime");
        try (var file = OnnxMiniLm.class.getResourceAsStream("/all-minilm-l6-v2.onnx")) {
            var options =
                    Map.of("interOpNumThreads", "1", "intraOpNumThreads", String.valueOf(threads));
            model.load(file, options);
            predictor = model.newPredictor(new NoopTranslator());
        } catch (IOException | MalformedModelException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Vectors of inputs of the same length.
    float[][] embed(List<long[]> inputs) {
        int rows = inputs.size();
        int width = inputs.getFirst().length;
        var ids = new long[rows * width];
        for (int i = 0; i < rows; i++) {
            System.arraycopy(inputs.get(i), 0, ids, i * width, width);
        }
        var ones = new long[ids.length];
        Arrays.fill(ones, 1);
        try (var arrays = model.getNDManager().newSubManager()) {
            var shape = new Shape(rows, width);
            var given =
                    new NDList(
                            named(arrays.create(ids, shape), "input_ids"),
                            named(arrays.create(ones, shape), "attention_mask"),
                            named(arrays.create(new long[ids.length], shape), "token_type_ids"));
            var output = predictor.predict(given);
            var hidden = output.getFirst().toFloatArray();
            output.close();
            return pooled(hidden, rows, width);
        } catch (TranslateException e) {
            throw new IllegalStateException(e);
        }
    }

    private static float[][] pooled(float[] hidden, int rows, int width) {
        int dimensions = hidden.length / rows / width;
        var vectors = new float[rows][dimensions];
        for (int i = 0; i < hidden.length; i++) {
            vectors[i / dimensions / width][i % dimensions] += hidden[i];
        }
        for (var vector : vectors) {
            double length = 0;
            for (float number : vector) {
                length += (double) number * number;
            }
            for (int d = 0; d < dimensions; d++) {
                vector[d] /= (float) Math.sqrt(length);
            }
        }
        return vectors;
    }

    private static NDArray named(NDArray array, String name) {
        array.setName(name);
        return array;
    }

    @Override
    public void close() {
        predictor.close();
        model.close();
    }
}
