package org.allodium.serving;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;
import org.allodium.billing.SettledRequest;
import org.allodium.catalog.Model;
import org.allodium.evidence.Receipt;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.serving.internal.answers.InferenceSteps;
import org.allodium.serving.internal.answers.InferenceSteps.Choice;
import org.allodium.serving.internal.answers.RequestRun;
import org.allodium.serving.internal.pools.ModelPool;
import org.allodium.serving.internal.pools.SeatLease;
import org.allodium.serving.internal.receipts.ReceiptDraft;
import org.allodium.sovereignty.PlacementRequest.Activity;

/// All steps of an inference for what a model answers whole, without own tokens: vectors, scores.
@ApplicationScoped
class OnePass {
    @Inject Arrivals arrivals;
    @Inject InferenceSteps steps;
    @Inject ServingMeters meters;
    @Inject Clock clock;

    /// What was sent, as the model reads it, and how many tokens that is.
    record Work<I>(I inputs, long tokens) {}

    /// `settled` completes when money and receipt are durable.
    record Passed<R>(
            AnswerStart start, R result, long tokens, CompletableFuture<SettledRequest> settled) {}

    interface Task<I, R> {
        /// As metrics name it.
        String operation();

        /// What the numbers of its requests begin with.
        String prefix();

        Model.Modality modality();

        /// Refusals of what was sent are thrown as [Refused].
        Work<I> work(Model model, ModelPool pool);

        /// Blocks. `look` hears how many tokens are computed, before each part goes to the engine;
        /// what it throws ends the work.
        R compute(ModelPool pool, I inputs, LongConsumer look) throws ModelPool.Broken;
    }

    /// Blocks until the result is there. Refusals are thrown as [Refused].
    <I, R> Passed<R> run(InferenceCommand asked, Task<I, R> task) {
        try (var arrival = arrivals.arrive(asked.caller(), task.prefix())) {
            return run(arrival, asked, task, Client.PATIENT);
        }
    }

    /// For one who let the request in before reading it, and closes the arrival.
    <I, R> Passed<R> run(Arrival arrival, InferenceCommand asked, Task<I, R> task, Client client) {
        var model = steps.find(asked.caller(), asked.model(), task.modality());
        var watch =
                new Watch(
                        meters,
                        clock,
                        task.operation(),
                        model.name(),
                        () -> arrivals.mayTouch(asked.caller(), Activity.METRICS));
        try {
            var demands = Demands.of(false, asked.residency(), asked.dataClass());
            var choice = steps.choose(arrival, model, demands);
            var work = task.work(model, choice.ready().getFirst());
            return compute(new Decided(choice, demands), task, work, client, watch);
        } finally {
            watch.stop();
        }
    }

    private <I, R> Passed<R> compute(
            Decided decided, Task<I, R> task, Work<I> work, Client client, Watch watch) {
        var choice = decided.choice();
        try (var run = steps.admit(choice, work.tokens(), 0);
                var lease = steps.enter(choice)) {
            run.open();
            var result = result(task, work, new Under(decided, run, lease), client, watch);
            var settled = run.conclude(0, false, Receipt.Making.at(ReceiptDraft.site(lease)));
            watch.tokens(work.tokens(), 0);
            watch.answered("completed");
            var start =
                    choice.start(
                            run.id(),
                            clock.instant(),
                            lease.place(),
                            false,
                            arrivals.rate(choice.arrival()));
            return new Passed<>(start, result, work.tokens(), settled);
        }
    }

    private <I, R> R result(
            Task<I, R> task, Work<I> work, Under under, Client client, Watch watch) {
        var gone = new AtomicBoolean();
        try (var _ = client.watch(() -> gone.set(true))) {
            LongConsumer look =
                    computed -> {
                        if (gone.get()) {
                            hungUp(under, computed, watch);
                        }
                        var decided = under.decided();
                        var pool = under.lease().pool().pool();
                        steps.demandStillPermitted(decided.choice(), decided.demands(), pool);
                    };
            var result = task.compute(under.lease().pool(), work.inputs(), look);
            look.accept(work.tokens());
            return result;
        } catch (ModelPool.Broken e) {
            watch.answered("failed");
            throw Refused.of(ErrorCode.UPSTREAM_FAILED, "serving.model-failed").because(e);
        }
    }

    private static void hungUp(Under under, long computed, Watch watch) {
        under.run().cancel(computed, Receipt.Making.at(ReceiptDraft.site(under.lease())));
        watch.answered("cancelled");
        throw new HungUp();
    }

    private record Decided(Choice choice, Demands demands) {}

    /// A request that is being computed.
    private record Under(Decided decided, RequestRun run, SeatLease lease) {}
}
