package org.allodium.serving;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.allodium.catalog.Model;
import org.allodium.catalog.ModelCatalog;
import org.allodium.corpus.Corpora;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.serving.internal.loading.ModelLoader;
import org.allodium.serving.internal.retrieval.Retrievals;
import org.allodium.sovereignty.PoolId;
import org.allodium.tenancy.Permission;
import org.allodium.tenancy.Requires;

/// Bringing models in, for the platform's operators.
@ApplicationScoped
public class ModelOperations {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Inject ModelCatalog catalog;
    @Inject ModelLoader loader;
    @Inject Retrievals retrievals;
    @Inject ServingConfig config;

    @Requires(Permission.INSPECT_MODELS)
    public List<Model> all() {
        return catalog.all();
    }

    @Requires(Permission.INSPECT_MODELS)
    public Optional<Model> find(String name) {
        return catalog.find(name);
    }

    /// Which share of the weights is ready where the model is loaded: the least of its pools.
    @Requires(Permission.INSPECT_MODELS)
    public OptionalDouble loading(Model model) {
        return model.deployments().stream()
                .flatMapToDouble(d -> loader.loading(model.name(), d.pool()).stream())
                .min();
    }

    /// What each of the model's copies computes with, or why there is none, by pool.
    @Requires(Permission.INSPECT_MODELS)
    public Map<String, String> computing(Model model) {
        return loader.computing(model);
    }

    /// Checks, digests and registers a directory of this machine.
    @Requires(Permission.OPERATE_MODELS)
    public Model bring(String name, Path directory) {
        return catalog.register(name, directory);
    }

    /// Runs the model on the default national pool; its state when ready or failed, or after 2 min.
    @Requires(Permission.OPERATE_MODELS)
    public Model deploy(String name, Model.Precision precision) {
        return deploy(name, config.defaultPool(), precision);
    }

    @Requires(Permission.OPERATE_MODELS)
    public Model deploy(String name, PoolId pool, Model.Precision precision) {
        catalog.deploy(name, pool, precision);
        await(loader.load(name, pool));
        return catalog.find(name).orElseThrow();
    }

    /// What the deployment looks up from the next request on; empty: nothing.
    @Requires(Permission.OPERATE_MODELS)
    public Model retrieve(String name, PoolId pool, Optional<Model.Retrieval> retrieval) {
        retrieval.map(Model.Retrieval::corpus).ifPresent(ModelOperations::requireCorpus);
        var model = catalog.retrieve(name, pool, retrieval);
        retrievals.prepare(model, pool);
        return model;
    }

    private static void requireCorpus(String name) {
        if (Corpora.find(name).isEmpty()) {
            throw Refused.invalid("retrieval.corpus", "serving.no-such-corpus", name);
        }
    }

    private static void await(CompletableFuture<Model.State> loading) {
        try {
            // Out of patience, the state says that it is still starting.
            loading.completeOnTimeout(Model.State.STARTING, PATIENCE.toSeconds(), TimeUnit.SECONDS)
                    .get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw Refused.of(ErrorCode.SERVER_ERROR, "serving.model-not-started")
                    .because(e.getCause());
        }
    }
}
