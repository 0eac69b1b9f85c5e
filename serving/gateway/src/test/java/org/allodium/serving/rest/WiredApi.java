package org.allodium.serving.rest;

import java.util.Optional;
import org.allodium.evidence.Receipts;
import org.allodium.identity.Authentication;
import org.allodium.identity.Callers;
import org.allodium.identity.Doors;
import org.allodium.identity.Flaw;
import org.allodium.kernel.Sentence;
import org.allodium.serving.IdempotentRequests;
import org.allodium.serving.ServingConfig;
import org.allodium.serving.ServingMeters;
import org.allodium.serving.ServingWorld;
import org.allodium.serving.internal.answers.WiredSteps;
import org.jspecify.annotations.Nullable;

/// The API over a [ServingWorld]. The key `good` may do everything, `narrow` knows one model.
final class WiredApi {
    private WiredApi() {}

    static Api over(ServingWorld world) {
        return over(world, world.config);
    }

    /// With larger bodies than usual.
    static Api over(ServingWorld world, int maxBodyBytes) {
        return over(world, ServingWorld.config(world.config.keepAlive(), maxBodyBytes));
    }

    /// One process that knows repeated requests; the next over the same tables is its restart.
    static Api over(ServingWorld world, IdempotentRequests repeats) {
        var api = over(world);
        api.repeats = repeats;
        api.open();
        return api;
    }

    private static Api over(ServingWorld world, ServingConfig config) {
        var api = new Api();
        api.callers = new KnownCallers();
        api.doors = new Doors("", world.clock);
        api.completions = world.completions;
        api.embeddings = world.embeddings;
        api.rankings = world.rankings;
        api.listing = world.listing;
        api.budgets = world.budgets;
        api.receipts = new Receipts();
        api.catalog = world.catalog;
        api.refusals = world.refusals;
        api.refused = world.refused;
        api.arrivals = world.arrivals;
        api.drain = WiredSteps.drain(world.steps);
        api.meters = new ServingMeters(world.registry);
        api.config = config;
        api.clock = world.clock;
        api.open();
        return api;
    }

    private static final class KnownCallers extends Callers {
        @Override
        public Authentication authenticate(
                @Nullable String authorization, @Nullable String project) {
            return switch (authorization) {
                case "Bearer good" -> new Authentication.Authenticated(ServingWorld.caller());
                case "Bearer narrow" ->
                        new Authentication.Authenticated(ServingWorld.caller("guide-abroad"));
                case null -> new Authentication.Rejected(Sentence.asSaid("No API key was given."));
                case "Bearer revoked" ->
                        new Authentication.Rejected(
                                Sentence.asSaid("This API key was revoked."),
                                Optional.of(
                                        new Authentication.Known(
                                                ServingWorld.caller().tenant(),
                                                ServingWorld.caller().key(),
                                                "key",
                                                Flaw.KEY_REVOKED)));
                default ->
                        new Authentication.Rejected(Sentence.asSaid("This API key is not known."));
            };
        }
    }
}
