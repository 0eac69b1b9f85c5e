package org.allodium.serving.internal.loading;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.allodium.billing.Nodes;
import org.allodium.catalog.Model;
import org.allodium.catalog.ModelCatalog;
import org.allodium.engine.DecoderOptions;
import org.allodium.engine.Engine;
import org.allodium.engine.Machine;
import org.allodium.engine.ModelRefused;
import org.allodium.kernel.Refused;
import org.allodium.serving.ServingMeters;
import org.allodium.serving.internal.pools.LocalPool;
import org.allodium.serving.internal.pools.ModelCopies;
import org.allodium.serving.internal.pools.Pools;
import org.allodium.serving.internal.retrieval.Retrievals;
import org.allodium.sovereignty.PoolId;
import org.allodium.sovereignty.Residency;
import org.allodium.tenancy.Role;
import org.allodium.tenancy.TenantScope;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Loads deployments in the background, one after the other, and closes them at the end. The first
/// load begins with the application, so that the server need not wait for it.
@ApplicationScoped
public class ModelLoader {
    private static final Logger LOG = LoggerFactory.getLogger(ModelLoader.class);
    private static final Duration LOADING = Duration.ofSeconds(5);
    private static final Duration AGAIN = Duration.ofSeconds(2);

    /// After schema, facts and prices.
    private static final int START = 3_000;

    @Inject ModelCatalog catalog;
    @Inject BundledModels bundled;
    @Inject Residency residency;
    @Inject Pools pools;
    @Inject ModelCopies copies;
    @Inject Retrievals retrievals;
    @Inject ServingMeters meters;
    @Inject Nodes nodes;
    @Inject NodePools nodePools;

    private final Map<Place, Double> shares = new ConcurrentHashMap<>();
    private final ModelStarts starts = new ModelStarts();
    private volatile @Nullable Machine machine;
    private ScheduledExecutorService worker;
    private volatile boolean installed;

    @PostConstruct
    void open() {
        var loader = ModelLoader.class.getClassLoader();
        worker =
                Executors.newSingleThreadScheduledExecutor(
                        work -> {
                            var thread = new Thread(work, "model-loader");
                            thread.setDaemon(true);
                            // The engine finds its natives through the application's loader.
                            thread.setContextClassLoader(loader);
                            return thread;
                        });
    }

    void start(@Observes @Priority(START) @Initialized(ApplicationScoped.class) Object start) {
        worker.execute(this::install);
    }

    /// Whether the models that come with the product are registered and ready wherever deployed.
    public boolean bundledReady() {
        return installed
                && catalog.all().stream()
                        .filter(model -> BundledModels.NAMES.contains(model.name()))
                        .flatMap(model -> model.deployments().stream())
                        .allMatch(d -> d.state() == Model.State.READY);
    }

    /// Whether no place is known yet, so that no model may run: facts cure that, not waiting.
    boolean nowhereToRun() {
        try {
            return residency.places().isEmpty();
        } catch (Refused databaseAway) {
            return false;
        }
    }

    ModelStarts starts() {
        return starts;
    }

    /// What models are computed with here; empty until the engine is loaded.
    Optional<Machine> machine() {
        return Optional.ofNullable(machine);
    }

    public Map<String, String> computing(Model model) {
        var words = new TreeMap<String, String>();
        for (var deployment : model.deployments()) {
            var place = ModelStarts.place(model.name(), deployment.pool());
            var runs = starts.computing().get(place);
            var said = runs == null ? starts.failures().get(place) : runs.words();
            if (said != null) {
                words.put(deployment.pool().value(), said);
            }
        }
        return words;
    }

    /// Which share of a model's weights is ready on a pool, while it is being loaded.
    public OptionalDouble loading(String name, PoolId pool) {
        var share = shares.get(new Place(name, pool));
        return share == null ? OptionalDouble.empty() : OptionalDouble.of(share);
    }

    private DecoderOptions.LoadListener loaded(Model model, PoolId pool) {
        var place = new Place(model.name(), pool);
        return (done, all) -> shares.put(place, all == 0 ? 0 : (double) done / all);
    }

    /// Completes with READY or FAILED.
    public CompletableFuture<Model.State> load(String name, PoolId pool) {
        return CompletableFuture.supplyAsync(() -> loadNow(name, pool), worker);
    }

    // An edge, the worker's loop: whatever happens is logged, and the next task runs.
    private void install() {
        try {
            lookAtTheMachine();
            tellOthers();
            boolean complete =
                    TenantScope.platform("bundled-models", Set.of(Role.OPERATOR))
                            .get(bundled::install);
            if (!complete) {
                installAgain();
            }
            loadMissing();
            installed = complete;
        } catch (Exception e) {
            LOG.error("The bundled models are not installed; trying again", e);
            installAgain();
        }
    }

    // An edge: without a library of the engine's, each model says itself that it does not start.
    private void lookAtTheMachine() {
        if (machine != null) {
            return;
        }
        try {
            var found = Engine.machine();
            LOG.info("Models are computed on this machine: {}", found.words());
            meters.machine(found);
            machine = found;
        } catch (RuntimeException | LinkageError e) {
            LOG.error("The engine cannot be loaded", e);
        }
    }

    private void installAgain() {
        // Nobody waits for it: the task logs its own failure.
        var unused = worker.schedule(this::install, AGAIN.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void loadMissing() {
        for (Model model : catalog.all()) {
            for (var deployment : model.deployments()) {
                if (deployment.state() == Model.State.STARTING) {
                    loadNow(model.name(), deployment.pool());
                }
            }
        }
        for (Model model : catalog.all()) {
            model.deployments().forEach(d -> retrievals.prepare(model, d.pool()));
        }
    }

    // An edge: a library's failure ends this model's start and nothing else.
    private Model.State loadNow(String name, PoolId pool) {
        var model = catalog.find(name).orElseThrow();
        try {
            if (pools.find(model, pool).isEmpty()) {
                long begun = System.nanoTime();
                if (!catalog.isUnchanged(model)) {
                    throw new ModelRefused(
                            "Its files have changed since it was imported: import it again.");
                }
                pools.add(copies.open(model, pool, loaded(model, pool)));
                long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
                LOG.info("Model {} runs on {} after {} ms", name, pool, took);
            }
            var computing =
                    pools.find(model, pool).map(LocalPool.class::cast).orElseThrow().computing();
            starts.succeeded(name, pool, computing);
            meters.computing(name, pool.value(), computing);
            catalog.reportState(name, pool, Model.State.READY);
            return Model.State.READY;
        } catch (Exception | LinkageError e) {
            logFailure(name, pool, starts.failed(name, pool, e), e);
            catalog.reportState(name, pool, Model.State.FAILED);
            return Model.State.FAILED;
        } finally {
            shares.remove(new Place(name, pool));
            tellOthers();
        }
    }

    // An edge: models run whether others can be told of them or not.
    private void tellOthers() {
        try {
            nodePools.say(nodes.own(), NodePools.of(starts));
        } catch (RuntimeException away) {
            LOG.warn("What runs here is not written down yet; trying again", away);
            var unused = worker.schedule(this::tellOthers, AGAIN.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private static void logFailure(String name, PoolId pool, String sentence, Throwable why) {
        if (ModelStarts.foreseen(why)) {
            LOG.warn("Model {} does not start on {}: {}", name, pool, sentence);
        } else {
            LOG.error("Model {} does not start on {}", name, pool, why);
        }
    }

    private record Place(String model, PoolId pool) {}

    /// Takes nothing more in, cuts what runs, and returns the native memory when that has ended.
    @PreDestroy
    public void end() {
        worker.shutdownNow();
        var local = pools.all().stream().map(LocalPool.class::cast).toList();
        local.forEach(LocalPool::takeNoMore);
        local.forEach(LocalPool::close);
        try {
            if (!worker.awaitTermination(LOADING.toSeconds(), TimeUnit.SECONDS)) {
                LOG.warn("The model loader is still busy; the process ends without it");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
