package org.allodium.models.training;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.optimizer.Optimizer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Trains a model step by step with AdamW. Knows nothing of files: who wants a log or a checkpoint
/// listens to the steps.
final class TrainingRun {

    private static final double GRADIENT_NORM = 1.0;

    private final GuideModel model;
    private final Conversations conversations;
    private final Schedule schedule;
    private final Optimizer optimizer;

    TrainingRun(GuideModel model, Conversations conversations, Schedule schedule) {
        this.model = model;
        this.conversations = conversations;
        this.schedule = schedule;
        optimizer =
                Optimizer.adamW()
                        .optLearningRateTracker(schedule)
                        .optBeta2(0.98f)
                        .optWeightDecays(0.05f)
                        .build();
    }

    void run(RowPlan plan, Consumer<Step> listener) {
        long begun = System.nanoTime();
        for (int number = 0; number < schedule.steps(); number++) {
            long start = System.nanoTime();
            int length = plan.length(number);
            var batch = conversations.draw(plan.tokens() / length, length);
            double loss = step(batch);
            long now = System.nanoTime();
            double speed = batch.ids().length / ((now - start) / 1e9);
            listener.accept(
                    new Step(number, loss, schedule.rate(number), speed, (now - begun) / 1e9));
        }
    }

    private double step(Batch batch) {
        double loss;
        try (var scratch = model.manager().newSubManager()) {
            try (var collector = Engine.getEngine("PyTorch").newGradientCollector()) {
                var value = model.loss(batch, scratch, true);
                collector.backward(value);
                loss = value.getFloat();
            }
            update();
        }
        return loss;
    }

    private void update() {
        var weights = model.weights().arrays();
        // A gradient attaches itself to its weight's manager, which outlives the step: close each.
        List<NDArray> gradients = new ArrayList<>();
        double squares = 0;
        for (var weight : weights) {
            var gradient = weight.getGradient();
            gradients.add(gradient);
            try (var product = gradient.mul(gradient);
                    var sum = product.sum()) {
                squares += sum.getFloat();
            }
        }
        double shrink = Math.min(1, GRADIENT_NORM / Math.sqrt(squares + 1e-12));
        for (int i = 0; i < weights.size(); i++) {
            try (var gradient = gradients.get(i)) {
                if (shrink < 1) {
                    gradient.muli(shrink);
                }
                optimizer.update("p" + i, weights.get(i), gradient);
            }
            JniUtils.zeroGrad((PtNDArray) weights.get(i));
        }
    }

    /// How long rows are: mostly as short as a question and the beginning of its answer, every
    /// fourth time a conversation, every sixteenth as long as the context.
    record RowPlan(int tokens, int brief, int usual, int longest) {
        int length(int step) {
            if (step % 16 == 15) {
                return longest;
            }
            return step % 4 == 3 ? usual : brief;
        }
    }

    /// `seconds` count from the beginning of the run, `rate` is the learning rate.
    record Step(int number, double loss, double rate, double tokensPerSecond, double seconds) {}
}
