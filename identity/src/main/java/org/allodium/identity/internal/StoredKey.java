package org.allodium.identity.internal;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.UUID;
import org.allodium.tenancy.TenantId;
import org.jspecify.annotations.Nullable;

/// A key as it is held in memory, a hundred bytes beside its name: there may be a million.
final class StoredKey {
    /// In microseconds, as all times here: none, and as far away as can be said.
    static final long NEVER = Long.MAX_VALUE;

    static final long LATEST = NEVER - 1;
    static final long EARLIEST = Long.MIN_VALUE;
    private static final Instant FIRST = Instant.EPOCH.plus(EARLIEST, ChronoUnit.MICROS);
    private static final Instant LAST = Instant.EPOCH.plus(LATEST, ChronoUnit.MICROS);

    private final long hash1;
    private final long hash2;
    private final long hash3;
    private final long hash4;
    private final long idHigh;
    private final long idLow;
    // Microseconds since 1970, as PostgreSQL keeps them.
    private final long expires;
    private final long revoked;
    private final String name;
    private final Grant grant;

    /// What many keys share. One object stands for all that are equal.
    /// @param adopted no member stands behind the key
    record Grant(
            TenantId tenant,
            UUID project,
            String createdBy,
            boolean adopted,
            Set<String> allowedModels) {
        Grant {
            allowedModels = Set.copyOf(allowedModels);
        }
    }

    StoredKey(
            byte[] hash,
            UUID id,
            String name,
            Instant expiresAt,
            @Nullable Instant revokedAt,
            Grant grant) {
        this(
                ByteBuffer.wrap(hash),
                id,
                name,
                micros(expiresAt),
                revokedAt == null ? NEVER : micros(revokedAt),
                grant);
    }

    /// @param digest read from where it stands
    /// @param expires in microseconds since 1970, as `revoked`
    StoredKey(ByteBuffer digest, UUID id, String name, long expires, long revoked, Grant grant) {
        this.hash1 = digest.getLong();
        this.hash2 = digest.getLong();
        this.hash3 = digest.getLong();
        this.hash4 = digest.getLong();
        this.idHigh = id.getMostSignificantBits();
        this.idLow = id.getLeastSignificantBits();
        this.name = name;
        this.expires = expires;
        this.revoked = revoked;
        this.grant = grant;
    }

    boolean isOf(byte[] hash) {
        var digest = ByteBuffer.wrap(hash);
        return hash1 == digest.getLong()
                && hash2 == digest.getLong()
                && hash3 == digest.getLong()
                && hash4 == digest.getLong();
    }

    boolean hasDigestOf(StoredKey other) {
        return hash1 == other.hash1
                && hash2 == other.hash2
                && hash3 == other.hash3
                && hash4 == other.hash4;
    }

    /// Where to look for it: any part of a digest is as good as random.
    static int spread(byte[] hash) {
        return ByteBuffer.wrap(hash).getInt(4);
    }

    int spread() {
        return (int) hash1;
    }

    UUID id() {
        return new UUID(idHigh, idLow);
    }

    String name() {
        return name;
    }

    Grant grant() {
        return grant;
    }

    Instant expiresAt() {
        return Instant.EPOCH.plus(expires, ChronoUnit.MICROS);
    }

    @Nullable Instant revokedAt() {
        return revoked == NEVER ? null : Instant.EPOCH.plus(revoked, ChronoUnit.MICROS);
    }

    /// PostgreSQL knows `infinity`, which no instant is: as far away as can be said here.
    private static long micros(Instant at) {
        if (at.isBefore(FIRST)) {
            return EARLIEST;
        }
        return at.isAfter(LAST) ? LATEST : ChronoUnit.MICROS.between(Instant.EPOCH, at);
    }
}
