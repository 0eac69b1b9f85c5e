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
    private static final long NEVER = Long.MAX_VALUE;
    private static final Instant FIRST = Instant.EPOCH.plus(Long.MIN_VALUE, ChronoUnit.MICROS);
    private static final Instant LAST = Instant.EPOCH.plus(NEVER - 1, ChronoUnit.MICROS);

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
        var digest = ByteBuffer.wrap(hash);
        this.hash1 = digest.getLong();
        this.hash2 = digest.getLong();
        this.hash3 = digest.getLong();
        this.hash4 = digest.getLong();
        this.idHigh = id.getMostSignificantBits();
        this.idLow = id.getLeastSignificantBits();
        this.name = name;
        this.expires = micros(expiresAt);
        this.revoked = revokedAt == null ? NEVER : micros(revokedAt);
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
            return Long.MIN_VALUE;
        }
        return at.isAfter(LAST) ? NEVER - 1 : ChronoUnit.MICROS.between(Instant.EPOCH, at);
    }
}
