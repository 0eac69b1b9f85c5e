package org.allodium.serving;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.allodium.billing.SettledRequest;
import org.allodium.catalog.Model;
import org.allodium.identity.Caller;
import org.allodium.kernel.CloudException;
import org.allodium.kernel.ErrorCode;
import org.allodium.serving.internal.InferenceSteps;
import org.allodium.serving.internal.InferenceSteps.Arrival;
import org.allodium.serving.internal.InferenceSteps.Choice;
import org.allodium.serving.internal.InferenceSteps.Demands;
import org.allodium.serving.internal.ModelPool;
import org.allodium.serving.internal.ReceiptDraft;
import org.allodium.serving.internal.ServingMeters;
import org.allodium.sovereignty.PlacementRequest.Activity;

/// Takes a request that a model answers whole, in one pass over what was sent and without tokens of
/// its own, through all steps of an inference: vectors, scores.
@ApplicationScoped
class OnePass {
    @Inject InferenceSteps steps;
    @Inject ServingMeters meters;
    @Inject Clock clock;

    /// Who asks which model, and what they demand of the place.
    record Asked(
            Caller caller, String model, Optional<String> residency, Optional<String> dataClass) {}

    /// What was sent, as the model reads it, and how many tokens that is.
    record Work<I>(I inputs, long tokens) {}

    /// `settled` completes when money and receipt are durable.
    record Passed<R>(
            AnswerStart start, R result, long tokens, CompletableFuture<SettledRequest> settled) {}

    /// What is done in the pass.
    interface Task<I, R> {
        /// As metrics name it.
        String operation();

        /// What the numbers of its requests begin with.
        String prefix();

        Model.Modality modality();

        /// Refusals of what was sent are thrown as [Refusal].
        Work<I> work(Model model, ModelPool pool);

        /// Blocks. `look` is called before each part goes to the engine; what it throws ends the
        /// work.
        R compute(ModelPool pool, I inputs, Runnable look) throws ModelPool.Broken;
    }

    /// Blocks until the result is there. Refusals are thrown as [Refusal].
    <I, R> Passed<R> run(Asked asked, Task<I, R> task) {
        try (var arrival = steps.arrive(asked.caller())) {
            return run(arrival, asked, task);
        }
    }

    /// For one who let the request in before reading it, and closes the arrival.
    <I, R> Passed<R> run(Arrival arrival, Asked asked, Task<I, R> task) {
        var model = steps.find(asked.caller(), asked.model(), task.modality());
        var watch =
                new Watch(
                        meters,
                        clock,
                        task.operation(),
                        model.name(),
                        () -> steps.mayTouch(asked.caller(), Activity.METRICS));
        try {
            var demands = Demands.of(false, asked.residency(), asked.dataClass());
            var choice = steps.choose(arrival, model, demands);
            var work = task.work(model, choice.ready().getFirst());
            return compute(choice, demands, task, work, watch);
        } finally {
            watch.stop();
        }
    }

    private <I, R> Passed<R> compute(
            Choice choice, Demands demands, Task<I, R> task, Work<I> work, Watch watch) {
        try (var run = steps.admit(choice, task.prefix(), work.tokens(), 0);
                var place = steps.enter(choice)) {
            Runnable look = () -> steps.demandStillPermitted(choice, demands, place.pool().pool());
            var result = result(task, place.pool(), work.inputs(), look, watch);
            look.run();
            var settled = run.conclude(0, false, ReceiptDraft.outcome(place.facts()));
            watch.tokens(work.tokens(), 0);
            watch.answered("completed");
            var start =
                    choice.start(
                            run.id(),
                            clock.instant(),
                            place.facts(),
                            false,
                            steps.rate(choice.arrival()));
            return new Passed<>(start, result, work.tokens(), settled);
        }
    }

    private static <I, R> R result(
            Task<I, R> task, ModelPool pool, I inputs, Runnable look, Watch watch) {
        try {
            return task.compute(pool, inputs, look);
        } catch (ModelPool.Broken e) {
            watch.answered("failed");
            throw new CloudException(
                    ErrorCode.UPSTREAM_FAILED,
                    "The model failed before anything was sent. Nothing is charged.",
                    null,
                    e);
        }
    }
}
