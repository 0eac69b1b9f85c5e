package org.allodium.serving.internal.loading;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.allodium.catalog.Model;
import org.allodium.catalog.ModelCatalog;
import org.allodium.corpus.Corpora;
import org.allodium.models.BundledModel;
import org.allodium.serving.ServingConfig;
import org.allodium.sovereignty.PoolId;
import org.allodium.sovereignty.Residency;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The models that come with the product: registered at the first start, and deployed where the
/// configuration says. Repeating it changes nothing.
@ApplicationScoped
class BundledModels {
    static final String GUIDE = BundledModel.ALLODIUM_GUIDE.publicName();
    static final String GUIDE_ABROAD = "allodium-guide-abroad";
    static final String MINI_LM = BundledModel.ALL_MINILM_L6_V2.publicName();
    static final Set<String> NAMES = Set.of(GUIDE, GUIDE_ABROAD, MINI_LM);

    private static final Logger LOG = LoggerFactory.getLogger(BundledModels.class);

    @Inject ModelCatalog catalog;
    @Inject Residency residency;
    @Inject ServingConfig config;

    /// False when a pool is not known yet, so that it should be tried again.
    boolean install() {
        register(MINI_LM, BundledModel.ALL_MINILM_L6_V2);
        boolean complete = deploy(MINI_LM, config.bundledPools());
        register(GUIDE, BundledModel.ALLODIUM_GUIDE);
        register(GUIDE_ABROAD, BundledModel.ALLODIUM_GUIDE);
        complete &= deploy(GUIDE, config.bundledPools());
        complete &= deploy(GUIDE_ABROAD, config.bundledPoolsAbroad());
        for (String guide : List.of(GUIDE, GUIDE_ABROAD)) {
            lookUp(guide);
        }
        return complete;
    }

    /// The guide is too small to know much: it answers from the handbook, by the encoder beside it;
    /// abroad by one at home. Whoever decided otherwise is not overruled.
    private void lookUp(String guide) {
        var encoders =
                catalog.find(MINI_LM).orElseThrow().deployments().stream()
                        .map(Model.Deployment::pool)
                        .toList();
        if (encoders.isEmpty()) {
            return;
        }
        for (var deployment : catalog.find(guide).orElseThrow().deployments()) {
            var pool = deployment.pool();
            var encoder = encoders.contains(pool) ? pool : encoders.getFirst();
            catalog.retrieveAtFirst(
                    guide, pool, new Model.Retrieval(Corpora.HANDBOOK, MINI_LM, encoder));
        }
    }

    private void register(String name, BundledModel model) {
        if (catalog.find(name).isPresent()) {
            return;
        }
        try {
            var models = Files.createDirectories(config.home().resolve("models"));
            // The prefix of unfinished copies: the catalog deletes what a killed start leaves.
            var directory = Files.createTempDirectory(models, ".incoming-");
            try {
                model.writeTo(directory);
                var registered = catalog.register(name, directory);
                LOG.info("Registered {} as {}", name, registered.digest());
            } finally {
                delete(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean deploy(String name, List<PoolId> wanted) {
        boolean complete = true;
        for (PoolId pool : wanted) {
            if (residency.place(pool).isPresent()) {
                catalog.deploy(name, pool, Model.Precision.AUTO);
            } else {
                LOG.info("{} waits for pool {}, of which no facts are known", name, pool);
                complete = false;
            }
        }
        return complete;
    }

    private static void delete(Path directory) throws IOException {
        try (var found = Files.walk(directory)) {
            for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
