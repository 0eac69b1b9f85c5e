package org.allodium.serving;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.allodium.billing.ModelPrice;
import org.allodium.billing.Prices;
import org.allodium.catalog.Model;
import org.allodium.catalog.ModelCatalog;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Money;
import org.allodium.kernel.Refused;
import org.allodium.kernel.Sentence;
import org.allodium.sovereignty.Decision;
import org.allodium.sovereignty.PlacementRequest;
import org.allodium.sovereignty.PlacementRequest.Activity;
import org.allodium.sovereignty.PoolId;
import org.allodium.sovereignty.PoolPlace;
import org.allodium.sovereignty.PoolVerdict;
import org.allodium.sovereignty.Residency;
import org.allodium.sovereignty.Rule;
import org.allodium.sovereignty.RuleFailure;
import org.allodium.tenancy.Limits;
import org.allodium.tenancy.Project;
import org.allodium.tenancy.ProjectId;
import org.allodium.tenancy.Roster;
import org.allodium.tenancy.TenantId;

/// The rooms to the left, as plain objects that say what a test tells them to.
public final class FakeRooms {
    private FakeRooms() {}

    public static final class Catalog extends ModelCatalog {
        private final List<Model> models = new ArrayList<>();

        /// What a deployment looks up from now on.
        public void retrieve(String name, PoolId pool, Model.Retrieval retrieval) {
            models.replaceAll(
                    model -> model.name().equals(name) ? with(model, pool, retrieval) : model);
        }

        private static Model with(Model model, PoolId pool, Model.Retrieval retrieval) {
            var deployments =
                    model.deployments().stream()
                            .map(
                                    d ->
                                            d.pool().equals(pool)
                                                    ? new Model.Deployment(
                                                            pool,
                                                            d.state(),
                                                            d.precision(),
                                                            Optional.of(retrieval))
                                                    : d)
                            .toList();
            return new Model(
                    model.name(),
                    model.digest(),
                    model.directory(),
                    model.modality(),
                    model.architecture(),
                    model.parameters(),
                    model.contextLength(),
                    model.dimensions(),
                    model.passport(),
                    model.registeredAt(),
                    deployments);
        }

        public void add(String name, Model.Modality modality, int context, PoolId... pools) {
            var deployments = new ArrayList<Model.Deployment>();
            for (PoolId pool : pools) {
                deployments.add(
                        new Model.Deployment(pool, Model.State.READY, Model.Precision.AUTO));
            }
            models.add(
                    new Model(
                            name,
                            "sha256:" + "ab".repeat(32),
                            Path.of("."),
                            modality,
                            "Llama",
                            1_000,
                            context,
                            3,
                            new Model.Passport(name, "", "Apache-2.0", "class-1", "Us", Set.of()),
                            Instant.EPOCH,
                            deployments));
        }

        @Override
        public List<Model> all() {
            return List.copyOf(models);
        }

        @Override
        public Optional<Model> find(String name) {
            return models.stream().filter(m -> m.name().equals(name)).findFirst();
        }
    }

    /// Permits national pools, and others only when told so.
    public static final class Facts extends Residency {
        private final Map<PoolId, PoolPlace> places = new HashMap<>();
        private final AtomicInteger decisionsLeft = new AtomicInteger(Integer.MAX_VALUE);

        /// So many decisions more, and then nobody can be asked.
        public void unreachableAfter(int decisions) {
            decisionsLeft.set(decisions);
        }

        public final Set<PoolId> barred = new HashSet<>();
        public final Set<Activity> withdrawnSinks = new HashSet<>();
        public final Map<PoolId, Long> spillCaps = new HashMap<>();
        public Optional<RuleFailure> requestFailure = Optional.empty();
        public String why = " is controlled from abroad";
        public long epoch = 1;
        public Runnable afterDecision = () -> {};

        public void add(PoolId pool, String facility, String country) {
            places.put(
                    pool,
                    new PoolPlace(
                            pool,
                            facility,
                            country,
                            "op-1",
                            "Opérateur; One",
                            country,
                            country,
                            country.equals("XA")));
        }

        @Override
        public Decision decide(
                PlacementRequest request, Function<Set<String>, Map<String, Long>> spilled) {
            if (decisionsLeft.getAndDecrement() <= 0) {
                throw new Refused(
                        ErrorCode.OVERLOADED, Sentence.asSaid("The facts cannot be reached."));
            }
            var verdicts =
                    request.candidates().stream()
                            .map(
                                    pool ->
                                            barred.contains(pool)
                                                    ? new PoolVerdict(pool, List.of(failure(pool)))
                                                    : permitted(request, pool, spilled))
                            .toList();
            var decision =
                    new Decision(
                            Instant.EPOCH,
                            "national",
                            "hash",
                            "facts",
                            epoch,
                            verdicts,
                            requestFailure,
                            List.copyOf(places.values()));
            afterDecision.run();
            return decision;
        }

        /// Where there is a consent with a cap, as the real rule has it.
        private PoolVerdict permitted(
                PlacementRequest request,
                PoolId pool,
                Function<Set<String>, Map<String, Long>> spilled) {
            var encoder = request.retrieval().get(pool);
            if (encoder != null && barred.contains(encoder)) {
                return new PoolVerdict(pool, List.of(failure(encoder)));
            }
            if (!spillCaps.containsKey(pool)) {
                var withheld = new TreeSet<>(withdrawnSinks);
                withheld.removeIf(sink -> !sink.spared());
                return new PoolVerdict(pool, List.of(), false, new TreeMap<>(), withheld, encoder);
            }
            var consent = "consent-" + pool;
            long cap = spillCaps.get(pool);
            var used = spilled.apply(Set.of(consent)).get(consent);
            return used != null && used < cap
                    ? new PoolVerdict(pool, List.of(), true, new TreeMap<>(Map.of(consent, cap)))
                    : new PoolVerdict(
                            pool,
                            List.of(
                                    new RuleFailure(
                                            Rule.SPILL, Sentence.asSaid("The cap is reached."))));
        }

        private RuleFailure failure(PoolId pool) {
            return new RuleFailure(Rule.OPERATOR_CONTROL, Sentence.asSaid(pool + why));
        }

        @Override
        public Optional<PoolPlace> place(PoolId pool) {
            return Optional.ofNullable(places.get(pool));
        }

        @Override
        public boolean mayTouch(TenantId tenant, Activity sink) {
            return !withdrawnSinks.contains(sink);
        }
    }

    public static final class Organisations extends Roster {
        public Limits limits = new Limits(1_000, 1_000_000, 100);
        public int asked;

        @Override
        public Limits limits(TenantId id) {
            asked++;
            return limits;
        }
    }

    public static final class Projecting extends Roster {
        public boolean answerCache;

        @Override
        public Optional<Project> project(TenantId tenant, ProjectId id) {
            return Optional.of(new Project(id, tenant, "p", answerCache, Instant.EPOCH));
        }
    }

    public static final class PriceTags extends Prices {
        @Override
        public Optional<ModelPrice> current(String model) {
            return Optional.of(
                    new ModelPrice(
                            model,
                            Money.euro("1"),
                            Money.euro("2"),
                            Money.euro("0.000001"),
                            Instant.EPOCH));
        }
    }
}
