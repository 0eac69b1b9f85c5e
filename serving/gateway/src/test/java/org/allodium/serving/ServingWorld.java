package org.allodium.serving;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.allodium.catalog.Model;
import org.allodium.engine.Sampling;
import org.allodium.identity.ApiKeyId;
import org.allodium.identity.Caller;
import org.allodium.serving.internal.admission.OneNode;
import org.allodium.serving.internal.answers.AnswerCache;
import org.allodium.serving.internal.answers.InferenceSteps;
import org.allodium.serving.internal.answers.WiredSteps;
import org.allodium.serving.internal.pools.Pools;
import org.allodium.sovereignty.PoolId;
import org.allodium.tenancy.ProjectId;
import org.allodium.tenancy.Role;
import org.allodium.tenancy.TenantId;
import org.allodium.tenancy.TestDatabase;

/// A small country: two pools at home, one abroad, a model at home, its twin abroad, an encoder, a
/// ranker.
/// Time stands still, so no limit refills.
public final class ServingWorld implements AutoCloseable {
    public static final long MOST_BYTES_AT_ONCE = 100_000;
    public static final PoolId HOME = new PoolId("norrhamn-cpu");
    public static final PoolId HOME_TOO = new PoolId("sydal-cpu");
    public static final PoolId ABROAD = new PoolId("harbour-cpu");

    public final Clock clock = Clock.fixed(Instant.parse("2026-11-01T00:00:00Z"), ZoneOffset.UTC);
    public final FakeRooms.Catalog catalog = new FakeRooms.Catalog();
    public final FakeRooms.Facts facts = new FakeRooms.Facts();
    public final FakeRooms.Organisations organisations = new FakeRooms.Organisations();
    public final FakeRooms.Projecting projects = new FakeRooms.Projecting();
    public final InMemoryBudgets budgets = new InMemoryBudgets();
    public final Pools pools = new Pools();
    public final FakeChatPool home = new FakeChatPool(HOME);
    public final FakeChatPool homeToo = new FakeChatPool(HOME_TOO);
    public final FakeChatPool abroad = new FakeChatPool(ABROAD);
    public final FakeEmbeddingPool encoder = new FakeEmbeddingPool(new PoolId("encoder-cpu"));
    public final FakeRankingPool ranker = new FakeRankingPool(new PoolId("ranker-cpu"));
    public final AnswerCache cache =
            new AnswerCache(1_000_000, Duration.ofMinutes(5), Clock.systemUTC());
    public final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    public RefusedRequests refused = new NoneRefused();
    public RefusalLog refusals;
    public final InferenceSteps steps;
    public final Arrivals arrivals = new Arrivals();
    public final Completions completions = new Completions();
    public final Embeddings embeddings = new Embeddings();
    public final Rankings rankings = new Rankings();
    public final ModelListing listing = new ModelListing();
    public final ServingConfig config;

    public ServingWorld() {
        config = config(Duration.ofSeconds(10));
        facts.add(HOME, "Norrhamn", "XA");
        facts.add(HOME_TOO, "Sydal", "XA");
        facts.add(ABROAD, "Harbour City", "XB");
        facts.add(encoder.pool(), "Norrhamn", "XA");
        facts.add(ranker.pool(), "Norrhamn", "XA");
        catalog.add("guide", Model.Modality.TEXT, 100, HOME, HOME_TOO);
        catalog.add("guide-abroad", Model.Modality.TEXT, 100, ABROAD);
        catalog.add("org/encoder", Model.Modality.EMBEDDING, 20, encoder.pool());
        catalog.add("org/ranker", Model.Modality.RANKING, 20, ranker.pool());
        List.of(home, homeToo, abroad).forEach(pools::add);
        pools.add(encoder);
        pools.add(ranker);
        steps = WiredSteps.of(catalog, facts, budgets, pools, clock);
        arrivals.roster = organisations;
        arrivals.residency = facts;
        arrivals.catalog = catalog;
        arrivals.steps = steps;
        arrivals.desk = OneNode.desk(clock, MOST_BYTES_AT_ONCE);
        arrivals.drain = WiredSteps.drain(steps);
        arrivals.clock = clock;
        refusals = new RefusalLog(NoDatabase.away(), NoDatabase.away(), clock);
        wire(config);
    }

    /// Refusals are written into this database.
    public void recordIn(TestDatabase database) {
        refusals = new RefusalLog(database.app(), database.platform(), clock);
        refused = new RefusedRequests();
        refused.log = refusals;
    }

    private static final class NoneRefused extends RefusedRequests {
        @Override
        public List<RefusedRequest> page(
                TenantId tenant, int status, Optional<String> after, int limit) {
            return List.of();
        }
    }

    public static ServingConfig config(Duration keepAlive) {
        return config(keepAlive, 2_000);
    }

    public static ServingConfig config(Duration keepAlive, int maxBodyBytes) {
        return new ServingConfig(
                Path.of("."),
                16,
                maxBodyBytes,
                MOST_BYTES_AT_ONCE,
                256,
                keepAlive,
                1_000_000,
                Duration.ofMinutes(5),
                HOME,
                List.of(HOME),
                List.of(ABROAD),
                new ServingConfig.EngineSettings(pool -> "cpu", 0, true, 0),
                new ServingConfig.LinkSettings(
                        "node-1",
                        "127.0.0.1",
                        1,
                        Optional.empty(),
                        List.of(),
                        Path.of("secrets/link")));
    }

    public void wire(ServingConfig with) {
        var meters = new ServingMeters(registry);
        completions.arrivals = arrivals;
        completions.steps = steps;
        completions.retrievals = WiredSteps.retrievals(steps);
        completions.roster = projects;
        completions.cache = cache;
        completions.meters = meters;
        completions.config = with;
        completions.clock = clock;
        var pass = new OnePass();
        pass.arrivals = arrivals;
        pass.steps = steps;
        pass.meters = meters;
        pass.clock = clock;
        embeddings.pass = pass;
        rankings.pass = pass;
        listing.catalog = catalog;
        listing.residency = facts;
        listing.steps = steps;
        listing.pools = pools;
    }

    public static Caller caller(String... allowedModels) {
        return callerOf(1, allowedModels);
    }

    public static Caller callerOf(long tenant, String... allowedModels) {
        return new Caller(
                new TenantId(new UUID(0, tenant)),
                new ProjectId(new UUID(1, tenant)),
                Optional.of(new ApiKeyId(new UUID(2, tenant))),
                "key",
                "key:1",
                Set.of(Role.MEMBER),
                Set.of(allowedModels));
    }

    public static Ask ask(String model) {
        return new Ask(caller(), model, "hi there", Optional.empty(), 1, Optional.empty(), 1);
    }

    @Override
    public void close() {
        cache.close();
    }

    /// A chat command, in words.
    public record Ask(
            Caller caller,
            String model,
            String text,
            Optional<Integer> maxTokens,
            double temperature,
            Optional<Long> seed,
            int choices) {
        public Ask by(Caller other) {
            return new Ask(other, model, text, maxTokens, temperature, seed, choices);
        }

        public Ask saying(String words) {
            return new Ask(caller, model, words, maxTokens, temperature, seed, choices);
        }

        public Ask upTo(int tokens) {
            return new Ask(caller, model, text, Optional.of(tokens), temperature, seed, choices);
        }

        public Ask greedily() {
            return new Ask(caller, model, text, maxTokens, 0, seed, choices);
        }

        public Ask times(int n) {
            return new Ask(caller, model, text, maxTokens, temperature, Optional.of(7L), n);
        }

        public ChatCommand command() {
            return new ChatCommand(
                    caller,
                    model,
                    List.of(new ChatCommand.Message("user", text)),
                    ChatTools.NONE,
                    SamplingOptions.of(maxTokens, new Sampling(temperature, 1, seed.orElse(null)))
                            .withChoices(choices),
                    Optional.empty(),
                    Optional.empty());
        }
    }
}
