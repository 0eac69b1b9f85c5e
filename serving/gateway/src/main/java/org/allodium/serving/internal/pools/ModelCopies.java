package org.allodium.serving.internal.pools;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import org.allodium.catalog.Model;
import org.allodium.engine.DecoderOptions;
import org.allodium.engine.DecoderOptions.LoadListener;
import org.allodium.engine.DecoderOptions.Precision;
import org.allodium.engine.EncoderOptions;
import org.allodium.engine.Engine;
import org.allodium.engine.InstructionSet;
import org.allodium.serving.ServingConfig;
import org.allodium.serving.ServingMeters;
import org.allodium.sovereignty.PoolId;

/// Opens copies of models in this process, as their deployments and the configuration ask.
@ApplicationScoped
public class ModelCopies {
    @Inject ServingConfig config;
    @Inject ServingMeters meters;

    /// Blocks until the copy is ready; the listener hears how far it is.
    public ModelPool open(Model model, PoolId pool, LoadListener loading) {
        var queue = new Queue(config.queueCapacity());
        meters.queue(model.name(), pool.value(), queue.inside());
        var copy =
                new LocalPool.Copy(pool, model.digest(), model.precision(pool), instructions(pool));
        var precision = Precision.valueOf(copy.precision().name());
        var files = model.directory();
        return switch (model.modality()) {
            case TEXT -> {
                var options = decoder(model, pool).withPrecision(precision).withLoading(loading);
                yield new LocalChatPool(copy, Engine.loadDecoder(files, options), queue);
            }
            case EMBEDDING ->
                    new LocalEmbeddingPool(
                            copy,
                            Engine.loadEncoder(files, encoder(pool, precision, loading)),
                            queue);
            case RANKING ->
                    new LocalRankingPool(
                            copy,
                            Engine.loadRanker(files, encoder(pool, precision, loading)),
                            queue);
        };
    }

    private Optional<InstructionSet> instructions(PoolId pool) {
        return config.engine().device(pool).startsWith("cpu")
                ? Optional.of(Engine.machine().instructions())
                : Optional.empty();
    }

    private DecoderOptions decoder(Model model, PoolId pool) {
        var engine = config.engine();
        return DecoderOptions.STANDARD
                .withDevice(engine.device(pool))
                .withCacheBytes(engine.cacheBytes())
                .withLookup(engine.lookup())
                .withSteps(engine.watts(), step -> meters.step(model.name(), pool.value(), step));
    }

    private EncoderOptions encoder(PoolId pool, Precision precision, LoadListener loading) {
        return EncoderOptions.STANDARD
                .withDevice(config.engine().device(pool))
                .withPrecision(precision)
                .withLoading(loading);
    }
}
