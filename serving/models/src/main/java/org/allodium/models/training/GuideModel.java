package org.allodium.models.training;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtModel;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.allodium.engine.TorchScriptArchive;

/// The decoder in training: its script, its weights, and the two questions one can put to it.
/// Holds native memory; one thread at a time.
final class GuideModel implements AutoCloseable {

    private final GuideShape shape;
    private final Model model;
    private final PtSymbolBlock block;
    private final TrainingWeights weights;
    private final NDArray cos;
    private final NDArray sin;

    GuideModel(GuideShape shape, long seed) throws IOException {
        this.shape = shape;
        // The engine loads its native library at the first mention, before anything can be set.
        Engine.getEngine("PyTorch");
        // A script that is compiled anew for each shape costs more than it saves here.
        JniUtils.setGraphExecutorOptimize(false);
        model = Model.newInstance("allodium-guide", Device.cpu(), "PyTorch");
        var archive = TorchScriptArchive.write(TrainingScript.source(shape), Map.of());
        try {
            ((PtModel) model).load(new ByteArrayInputStream(archive), Map.of());
        } catch (MalformedModelException e) {
            throw new IllegalStateException("the generated script does not load", e);
        }
        block = (PtSymbolBlock) model.getBlock();
        weights = new TrainingWeights(shape, manager(), seed);
        cos = angles(true);
        sin = angles(false);
    }

    NDManager manager() {
        return model.getNDManager();
    }

    TrainingWeights weights() {
        return weights;
    }

    GuideShape shape() {
        return shape;
    }

    /// The mean loss of a batch over its weights; with gradients if asked within a collector.
    NDArray loss(Batch batch, NDManager step, boolean training) {
        var form = new Shape(batch.rows(), batch.length());
        return call(
                "loss",
                training,
                step.create(batch.ids(), form),
                step.create(batch.targets(), form),
                step.create(batch.weights(), form));
    }

    /// The likeliest token after the given place of each row; places count through all rows.
    long[] next(long[][] rows, long[] places) {
        try (var step = manager().newSubManager()) {
            var ids = step.create(flat(rows), new Shape(rows.length, rows[0].length));
            return call("next", false, ids, step.create(places)).toLongArray();
        }
    }

    private NDArray call(String method, boolean training, NDArray... inputs) {
        var arguments = new NDList(inputs);
        arguments.add(cos);
        arguments.add(sin);
        arguments.addAll(weights.arrays());
        var name = inputs[0].getManager().create(method.getBytes(StandardCharsets.US_ASCII));
        name.setName("module_method:" + method);
        arguments.add(name);
        return IValueUtils.forward(block, arguments, training).head();
    }

    private static long[] flat(long[][] rows) {
        var result = new long[rows.length * rows[0].length];
        for (int row = 0; row < rows.length; row++) {
            System.arraycopy(rows[row], 0, result, row * rows[0].length, rows[0].length);
        }
        return result;
    }

    private NDArray angles(boolean cosine) {
        int half = shape.headSize() / 2;
        var values = new float[shape.context() * half];
        for (int place = 0; place < shape.context(); place++) {
            for (int i = 0; i < half; i++) {
                double angle = place * Math.pow(shape.ropeTheta(), -2.0 * i / shape.headSize());
                values[place * half + i] = (float) (cosine ? Math.cos(angle) : Math.sin(angle));
            }
        }
        return manager().create(values, new Shape(shape.context(), half));
    }

    @Override
    public void close() {
        model.close();
    }
}
