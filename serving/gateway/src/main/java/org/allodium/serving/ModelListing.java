package org.allodium.serving;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.allodium.billing.ModelPrice;
import org.allodium.catalog.Model;
import org.allodium.catalog.ModelCatalog;
import org.allodium.identity.Caller;
import org.allodium.serving.internal.answers.InferenceSteps;
import org.allodium.serving.internal.pools.Pools;
import org.allodium.sovereignty.PoolId;
import org.allodium.sovereignty.PoolPlace;
import org.allodium.sovereignty.Residency;
import org.allodium.tenancy.Anyone;

/// The models that a caller may use under permission and policy, where they run, what they cost.
@ApplicationScoped
public class ModelListing {
    @Inject ModelCatalog catalog;
    @Inject Residency residency;
    @Inject InferenceSteps steps;
    @Inject Pools pools;

    @Anyone
    public List<Entry> visibleTo(Caller caller) {
        return catalog.all().stream()
                .filter(model -> caller.mayUse(model.name()))
                .flatMap(model -> entry(caller, model).stream())
                .toList();
    }

    /// Empty for a model that does not exist, is kept from the caller, or may run nowhere for them.
    @Anyone
    public Optional<Entry> visibleTo(Caller caller, String name) {
        return catalog.find(name)
                .filter(model -> caller.mayUse(model.name()))
                .flatMap(model -> entry(caller, model));
    }

    /// Everything that is deployed, for the public page.
    @Anyone
    public List<Entry> all() {
        return catalog.all().stream()
                .filter(model -> !model.deployments().isEmpty())
                .map(model -> entry(model, pools(model)))
                .toList();
    }

    private Optional<Entry> entry(Caller caller, Model model) {
        if (model.deployments().isEmpty()) {
            return Optional.empty();
        }
        var demands =
                Demands.of(false, Optional.empty(), Optional.empty())
                        .retrieving(model.modality() == Model.Modality.TEXT);
        var eligible = steps.decide(caller, model, demands).eligible();
        return eligible.isEmpty() ? Optional.empty() : Optional.of(entry(model, eligible));
    }

    private Entry entry(Model model, List<PoolId> where) {
        var places = where.stream().flatMap(pool -> residency.place(pool).stream()).toList();
        var lookups = where.stream().flatMap(pool -> lookup(model, pool).stream()).toList();
        return new Entry(
                model,
                places,
                lookups,
                Optional.of(steps.price(model)),
                state(model, where),
                pools.waiting(model));
    }

    private Optional<Lookup> lookup(Model model, PoolId pool) {
        var place = residency.place(pool);
        var retrieval = model.retrieval(pool);
        var encoder = retrieval.flatMap(looked -> residency.place(looked.pool()));
        return place.isEmpty() || encoder.isEmpty()
                ? Optional.empty()
                : retrieval.map(
                        looked ->
                                new Lookup(
                                        place.get(),
                                        looked.corpus(),
                                        looked.encoder(),
                                        encoder.get()));
    }

    private static List<PoolId> pools(Model model) {
        return model.deployments().stream().map(Model.Deployment::pool).toList();
    }

    /// The best state of these pools: one that is ready suffices.
    private static Model.State state(Model model, List<PoolId> where) {
        return model.deployments().stream()
                .filter(deployment -> where.contains(deployment.pool()))
                .map(Model.Deployment::state)
                .min(Comparator.naturalOrder())
                .orElse(Model.State.OFFLINE);
    }

    /// `places`: for a caller only the eligible ones; `lookups`: of the deployments there.
    /// `waiting`: requests queued now.
    public record Entry(
            Model model,
            List<PoolPlace> places,
            List<Lookup> lookups,
            Optional<ModelPrice> price,
            Model.State state,
            int waiting) {
        public Entry {
            places = List.copyOf(places);
            lookups = List.copyOf(lookups);
        }
    }

    /// What a deployment looks up: `encoder` at `encoderPlace` reads the request.
    public record Lookup(PoolPlace place, String corpus, String encoder, PoolPlace encoderPlace) {}
}
