package org.allodium.identity.internal;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.SQLTransientConnectionException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.allodium.kernel.Database;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.tenancy.Permission;
import org.allodium.tenancy.Role;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.result.RowView;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds a key by its hash before anybody knows whose it is, as role `allodium_platform`. Nothing
/// is remembered between requests, so that a revocation binds the very next one on every node; the
/// look-up is one probe of a unique index.
@ApplicationScoped
public class KeyLookup {
    private static final Logger LOG = LoggerFactory.getLogger(KeyLookup.class);
    private static final Duration USE_IS_NOTED_EVERY = Duration.ofMinutes(1);
    private static final int NOTED_KEYS = 10_000;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final String BY_HASH =
            """
            select k.id, k.tenant_id, k.project_id, k.name, k.allowed_models, k.expires_at,
                k.revoked_at, k.adopted, m.role
            from identity.api_key k
            left join tenancy.membership m on m.tenant_id = k.tenant_id and m.subject = k.created_by
            where k.key_hash = :hash""";

    private static final String NOTE_USE =
            """
            update identity.api_key set last_used_at = :now
            where id = :key and (last_used_at is null or last_used_at <= :before)""";

    @Resource(lookup = "jdbc/platform")
    DataSource platform;

    @Resource(lookup = "java:comp/DefaultManagedExecutorService")
    ManagedExecutorService background;

    @Inject Clock clock;

    private Duration patience = PATIENCE;
    private @Nullable Executor executor;
    private final Map<UUID, Instant> noted = new RecentlyNoted();

    /// For CDI.
    public KeyLookup() {}

    public KeyLookup(DataSource platform, Executor executor, Clock clock) {
        this(platform, executor, clock, PATIENCE);
    }

    KeyLookup(DataSource platform, Executor executor, Clock clock, Duration patience) {
        this.platform = platform;
        this.executor = executor;
        this.clock = clock;
        this.patience = patience;
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

    /// Ends in time whatever the database does: it is the first that a request waits for.
    public Optional<FoundKey> find(String secret) {
        // A look-up that hangs cannot be called back; its own connection ends it later.
        var pending = CompletableFuture.supplyAsync(() -> look(secret), Thread::startVirtualThread);
        try {
            return pending.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Refused known ? known : unchecked(e);
        } catch (TimeoutException e) {
            throw unchecked(new SQLTransientConnectionException("No answer in time", e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unchecked(e);
        }
    }

    private static Refused unchecked(Exception cause) {
        return Refused.of(ErrorCode.SERVER_ERROR, "identity.key-unchecked").because(cause);
    }

    private Optional<FoundKey> look(String secret) {
        // One statement on purpose: key and membership as they are at the same instant.
        try {
            return Database.over(platform)
                    .withHandle(
                            handle ->
                                    handle.createQuery(BY_HASH)
                                            .bind("hash", OpaqueTokens.hash(secret))
                                            .map(KeyLookup::read)
                                            .findOne());
        } catch (JdbiException e) {
            throw unchecked(e);
        }
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

    private static FoundKey read(RowView row) {
        return new FoundKey(
                row.getColumn("id", UUID.class),
                row.getColumn("tenant_id", UUID.class),
                row.getColumn("project_id", UUID.class),
                row.getColumn("name", String.class),
                Set.of(row.getColumn("allowed_models", String[].class)),
                row.getColumn("expires_at", Instant.class),
                row.getColumn("revoked_at", Instant.class),
                row.getColumn("adopted", Boolean.class)
                        || mayInfer(row.getColumn("role", Role.class)));
    }

    // Null for whoever is no member any more.
    private static boolean mayInfer(@Nullable Role role) {
        return role != null && Permission.CALL_MODELS.isHeldBy(role);
    }

    /// Forgets the oldest: forgetting costs one more write, nothing else.
    private static final class RecentlyNoted extends LinkedHashMap<UUID, Instant> {
        @Override
        protected boolean removeEldestEntry(Map.Entry<UUID, Instant> eldest) {
            return size() > NOTED_KEYS;
        }
    }
}
