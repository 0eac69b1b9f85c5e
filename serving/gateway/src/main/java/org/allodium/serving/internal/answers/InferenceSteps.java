package org.allodium.serving.internal.answers;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.allodium.billing.Budgets;
import org.allodium.billing.Intent;
import org.allodium.billing.ModelPrice;
import org.allodium.billing.Prices;
import org.allodium.billing.ReserveOutcome;
import org.allodium.catalog.Model;
import org.allodium.catalog.ModelCatalog;
import org.allodium.engine.SamplingDefaults;
import org.allodium.identity.ApiKeyId;
import org.allodium.identity.Caller;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.serving.AnswerStart;
import org.allodium.serving.AnswerStart.RateState;
import org.allodium.serving.Arrival;
import org.allodium.serving.Demands;
import org.allodium.serving.Drain;
import org.allodium.serving.Refusals;
import org.allodium.serving.internal.admission.StillPermitted;
import org.allodium.serving.internal.pools.ModelPool;
import org.allodium.serving.internal.pools.Pools;
import org.allodium.serving.internal.pools.SeatLease;
import org.allodium.serving.internal.receipts.ReceiptDraft;
import org.allodium.serving.internal.retrieval.Retrievals;
import org.allodium.sovereignty.Decision;
import org.allodium.sovereignty.PlacementRequest;
import org.allodium.sovereignty.PlacementRequest.Activity;
import org.allodium.sovereignty.PoolId;
import org.allodium.sovereignty.PoolPlace;
import org.allodium.sovereignty.PoolVerdict;
import org.allodium.sovereignty.Residency;

/// The steps that every inference takes, whatever it makes: find, decide, admit, take a place,
/// after it arrived. Each either brings the request on or throws a [Refused]. What is dear comes
/// after what is cheap: until a request has arrived nothing of it is read, until its place is
/// decided nothing of it reaches a model's tokenizer. Until [#admit] no money is held, and after it
/// the returned run ends in a settlement or a release. See decision 0020.
@ApplicationScoped
public class InferenceSteps {
    @Inject ModelCatalog catalog;
    @Inject Residency residency;
    @Inject Prices prices;
    @Inject Budgets budgets;
    @Inject Pools pools;
    @Inject Retrievals retrievals;
    @Inject Drain drain;
    @Inject Clock clock;

    /// A model kept from the caller by permission does not exist for them.
    public Model find(Caller caller, String name, Model.Modality wanted) {
        var model =
                catalog.find(name)
                        .filter(found -> caller.mayUse(found.name()))
                        .filter(found -> !found.deployments().isEmpty())
                        .orElseThrow(() -> Refusals.modelNotFound(name));
        if (model.modality() != wanted) {
            throw Refusals.wrongModality(model);
        }
        return model;
    }

    public SamplingDefaults samplingDefaults(Model model) {
        return pools.samplingDefaults(model);
    }

    /// The pools that may touch the request and can.
    public Choice choose(Arrival arrival, Model model, Demands demands) {
        var caller = arrival.caller();
        var spilled = new HashMap<String, Long>();
        var decision =
                decide(
                        caller,
                        model,
                        demands,
                        consents -> {
                            spilled.putAll(budgets.spilled(caller.tenant(), consents));
                            return spilled;
                        });
        if (decision.eligible().isEmpty()) {
            throw Refusals.residency(model, decision);
        }
        var ready = pools.ready(model, decision.eligible());
        if (demands.retrieves()) {
            ready = ready.stream().filter(p -> retrievals.ready(model, p.pool())).toList();
        }
        if (ready.isEmpty()) {
            throw Refusals.noneRunning(model);
        }
        var caps = caps(decision, ready.getFirst().pool());
        return new Choice(
                arrival,
                model,
                decision,
                // What is reserved under a consent must be what it is used for, wherever it runs.
                ready.stream().filter(p -> caps(decision, p.pool()).equals(caps)).toList(),
                caps,
                spilled);
    }

    private static Map<String, Long> caps(Decision decision, PoolId pool) {
        return decision.verdicts().stream()
                .filter(verdict -> verdict.pool().equals(pool))
                .findFirst()
                .map(PoolVerdict::caps)
                .orElseThrow();
    }

    public Decision decide(Caller caller, Model model, Demands demands) {
        return decide(
                caller, model, demands, consents -> budgets.spilled(caller.tenant(), consents));
    }

    private Decision decide(
            Caller caller,
            Model model,
            Demands demands,
            Function<Set<String>, Map<String, Long>> spilled) {
        var request =
                new PlacementRequest(
                        caller.tenant(),
                        caller.project(),
                        caller.key().map(ApiKeyId::value).orElse(null),
                        model.deployments().stream().map(Model.Deployment::pool).toList(),
                        demands.activities(),
                        demands.residency().orElse(null),
                        demands.dataClass().orElse(null),
                        model.name(),
                        Map.of(),
                        demands.retrieves() ? model.encoders() : Map.of());
        return caller.scope().get(() -> residency.decide(request, spilled));
    }

    /// Whether a pool chosen earlier would be permitted now: facts and policies may have changed.
    public StillPermitted stillPermits(Choice choice, Demands demands, PoolId pool) {
        // As much as had spilled then: the request's own reservation does not count against it.
        return new Asking(clock)
                .ask(
                        () ->
                                decide(
                                        choice.caller(),
                                        choice.model(),
                                        demands,
                                        consents -> choice.spilled()))
                .map(now -> now.permits(pool) ? StillPermitted.PERMITTED : StillPermitted.WITHDRAWN)
                .orElse(StillPermitted.UNKNOWN);
    }

    /// Whether a sink that the request can do without may take from it now, at the end of its run.
    public boolean stillAllows(Choice choice, Demands demands, Activity sink) {
        return choice.decision().allows(sink)
                && decide(choice.caller(), choice.model(), demands, consents -> choice.spilled())
                        .allows(sink);
    }

    /// For what leaves in one piece: ends the request where its place is no longer permitted (R18).
    public void demandStillPermitted(Choice choice, Demands demands, PoolId pool) {
        var permission = stillPermits(choice, demands, pool);
        if (permission != StillPermitted.PERMITTED) {
            throw Refusals.stopped(permission);
        }
    }

    /// Limits, then money. When it returns, the request holds its ceiling.
    public RequestRun admit(Choice choice, long inputTokens, long maxOutput) {
        var permit = choice.arrival().permit();
        var refused = permit.take(inputTokens + maxOutput);
        if (refused.isPresent()) {
            throw refused.get();
        }
        var id = choice.arrival().id();
        return switch (reserve(intent(choice, id, inputTokens, maxOutput))) {
            case ReserveOutcome.Reserved held ->
                    new RequestRun(id, inputTokens, budgets, permit, drain.enter());
            case ReserveOutcome.BudgetSpent spent -> throw Refusals.budgetSpent(spent);
            case ReserveOutcome.SpillSpent spent ->
                    throw Refusals.spillSpent(spent, choice.decision());
        };
    }

    private ReserveOutcome reserve(Intent intent) {
        try {
            return budgets.reserve(intent).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof Refused known) {
                throw known;
            }
            throw Refused.of(ErrorCode.SERVER_ERROR, "serving.budget-not-asked")
                    .because(e.getCause());
        }
    }

    private Intent intent(Choice choice, String id, long inputTokens, long maxOutput) {
        var caller = choice.caller();
        var model = choice.model();
        var price = price(model);
        var cost = price.of(inputTokens, maxOutput);
        return new Intent(
                new Intent.Payer(
                        caller.tenant(),
                        caller.project(),
                        caller.key().map(ApiKeyId::value),
                        caller.subject()),
                new Intent.Charge(
                        price,
                        inputTokens,
                        maxOutput,
                        // A replay from the cache has its own price, which may be the higher one.
                        cost.compareTo(price.cachedAnswer()) >= 0 ? cost : price.cachedAnswer(),
                        choice.caps()),
                ReceiptDraft.intent(
                        id,
                        clock.instant(),
                        caller,
                        model,
                        choice.decision(),
                        choice.place(choice.ready().getFirst().pool())),
                choice.arrival().once());
    }

    /// A place in the queue of the least busy pool that has one.
    public SeatLease enter(Choice choice) {
        for (ModelPool pool : choice.ready()) {
            // INVARIANT: nothing runs outside the decision, for any reason.
            if (!choice.decision().permits(pool.pool())
                    || !pool.digest().equals(choice.model().digest())) {
                throw Refused.of(ErrorCode.SERVER_ERROR, "serving.wrong-place");
            }
            var seat = pool.enter();
            if (seat.isPresent()) {
                return new SeatLease(pool, choice.place(pool.pool()), seat.get());
            }
        }
        throw Refusals.overloaded(
                choice.ready().stream()
                        .map(ModelPool::expectedWait)
                        .min(Duration::compareTo)
                        .orElse(Duration.ofSeconds(1)));
    }

    /// Changes when the weights do.
    private static String fingerprint(Model model) {
        var hex = model.digest().substring(model.digest().indexOf(':') + 1);
        return "fp_" + hex.substring(0, Math.min(16, hex.length()));
    }

    public ModelPrice price(Model model) {
        return prices.current(model.name())
                .orElseGet(() -> prices.defaultPrice(model.name(), modality(model)));
    }

    private static String modality(Model model) {
        return switch (model.modality()) {
            case TEXT -> "text";
            case EMBEDDING -> "embedding";
            case RANKING -> "ranking";
        };
    }

    /// A decided request. `ready` is a part of what the decision permits, the least busy first;
    /// all of it leans on the same consents, whose caps are `caps`. `spilled` is what was known of
    /// spilled tokens when it was decided.
    public record Choice(
            Arrival arrival,
            Model model,
            Decision decision,
            List<ModelPool> ready,
            Map<String, Long> caps,
            Map<String, Long> spilled) {
        public Choice {
            ready = List.copyOf(ready);
            caps = Map.copyOf(caps);
            spilled = Map.copyOf(spilled);
        }

        public Caller caller() {
            return arrival.caller();
        }

        /// As it was judged: what a receipt says of a place is what the decision rests on.
        public PoolPlace place(PoolId pool) {
            return decision.requirePlace(pool);
        }

        /// What to tell the client before the first byte.
        public AnswerStart start(
                String requestId, Instant at, PoolPlace place, boolean fromCache, RateState rate) {
            boolean spilled =
                    decision.verdicts().stream()
                            .anyMatch(v -> v.spill() && v.pool().equals(place.pool()));
            return new AnswerStart(
                    requestId,
                    at,
                    model.name(),
                    fingerprint(model),
                    place,
                    decision.policyVersion(),
                    fromCache,
                    spilled,
                    rate);
        }
    }
}
