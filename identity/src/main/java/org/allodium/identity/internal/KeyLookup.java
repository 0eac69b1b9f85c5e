package org.allodium.identity.internal;

import jakarta.annotation.Priority;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.allodium.kernel.Database;
import org.allodium.tenancy.News;
import org.allodium.tenancy.Permission;
import org.allodium.tenancy.Roster;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds a key by its hash before anybody knows whose it is, in memory. A key that was issued,
/// rotated or revoked is so for the next request. See decision 0160.
@ApplicationScoped
public class KeyLookup {
    private static final Logger LOG = LoggerFactory.getLogger(KeyLookup.class);
    private static final Duration USE_IS_NOTED_EVERY = Duration.ofMinutes(1);
    private static final int NOTED_KEYS = 10_000;
    private static final int START = 3;

    private static final String NOTE_USE =
            """
            update identity.api_key set last_used_at = :now
            where id = :key and (last_used_at is null or last_used_at <= :before)""";

    @Resource(lookup = "jdbc/platform")
    DataSource platform;

    @Resource(lookup = "java:comp/DefaultManagedExecutorService")
    ManagedExecutorService background;

    @Inject Clock clock;
    @Inject News news;
    @Inject Roster roster;

    private @Nullable Executor executor;
    private final KnownKeys known = new KnownKeys(() -> news.demandFresh());
    private final Map<UUID, Instant> noted = new RecentlyNoted();

    /// For CDI.
    public KeyLookup() {}

    /// Without a container.
    public KeyLookup(
            DataSource platform, Executor executor, Clock clock, News news, Roster roster) {
        this.platform = platform;
        this.executor = executor;
        this.clock = clock;
        this.news = news;
        this.roster = roster;
        open(news);
    }

    void open(@Observes @Priority(START) @Initialized(ApplicationScoped.class) Object start) {
        news.keep("key", known);
    }

    /// @param makerMayInfer whether the person who made the key is still a member who may call
    /// models; true for keys that no person stands behind
    public record FoundKey(
            UUID id,
            UUID tenant,
            UUID project,
            String name,
            Set<String> allowedModels,
            Instant expiresAt,
            @Nullable Instant revokedAt,
            boolean makerMayInfer) {
        public FoundKey {
            allowedModels = Set.copyOf(allowedModels);
        }
    }

    public Optional<FoundKey> find(String secret) {
        return known.find(OpaqueTokens.hash(secret)).map(this::found);
    }

    private FoundKey found(StoredKey key) {
        var grant = key.grant();
        return new FoundKey(
                key.id(),
                grant.tenant().value(),
                grant.project(),
                key.name(),
                grant.allowedModels(),
                key.expiresAt(),
                key.revokedAt(),
                grant.adopted()
                        || roster.role(grant.tenant(), grant.createdBy())
                                .filter(Permission.CALL_MODELS::isHeldBy)
                                .isPresent());
    }

    /// Notes that the key was used, at most once a minute, beside the request, where permitted.
    public void noteUse(UUID key, BooleanSupplier permitted) {
        var now = clock.instant();
        synchronized (noted) {
            var last = noted.get(key);
            if (last != null && last.plus(USE_IS_NOTED_EVERY).isAfter(now)) {
                return;
            }
            noted.put(key, now);
        }
        (executor == null ? background : executor)
                .execute(
                        () -> {
                            if (permitted.getAsBoolean()) {
                                write(key, now);
                            }
                        });
    }

    private void write(UUID key, Instant now) {
        try {
            Database.over(platform)
                    .useHandle(
                            handle ->
                                    handle.createUpdate(NOTE_USE)
                                            .bind("now", now)
                                            .bind("key", key)
                                            // Another node may have noted the same minute.
                                            .bind("before", now.minus(USE_IS_NOTED_EVERY))
                                            .execute());
        } catch (JdbiException e) {
            LOG.warn("The last use of key {} was not noted", key, e);
        }
    }

    /// Forgets the oldest: forgetting costs one more write, nothing else.
    private static final class RecentlyNoted extends LinkedHashMap<UUID, Instant> {
        @Override
        protected boolean removeEldestEntry(Map.Entry<UUID, Instant> eldest) {
            return size() > NOTED_KEYS;
        }
    }
}
