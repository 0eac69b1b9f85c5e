package org.allodium.identity.internal;

import java.sql.SQLException;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.allodium.identity.internal.StoredKey.Grant;
import org.allodium.kernel.Database;
import org.allodium.tenancy.News;
import org.allodium.tenancy.TenantId;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.RowView;
import org.jspecify.annotations.Nullable;

/// Every key, by its digest: a table with open addresses, which many read and one thread writes.
final class KnownKeys implements News.Picture {
    private static final String KEYS =
            "select key_hash, id, tenant_id, project_id, name, allowed_models, created_by, adopted,"
                    + " expires_at, revoked_at from identity.api_key";

    private final Runnable demandFresh;

    /// None while every key is read: the old ones make room for them first.
    private volatile @Nullable Table table = new Table(0);
    // One object for all keys that are equal in this; only the writer's thread looks.
    private Map<Grant, Grant> grants = new HashMap<>();

    /// @param demandFresh returns when the picture may be asked; nobody is let in before
    KnownKeys(Runnable demandFresh) {
        this.demandFresh = demandFresh;
    }

    Optional<StoredKey> find(byte[] hash) {
        @Nullable Table present;
        do {
            demandFresh.run();
            // Who is overtaken between the two, by all keys being read again, waits for them.
            present = table;
        } while (present == null);
        return Optional.ofNullable(present.find(hash));
    }

    @Override
    public void readAll(Handle connection) {
        table = null;
        grants = new HashMap<>();
        var all = new Filling();
        try {
            new KeyRows(this::same).each(connection.getConnection(), all::put);
        } catch (SQLException e) {
            throw new ConnectionException(e);
        }
        table = all.table;
    }

    private static final class Filling {
        private Table table = new Table(0);

        void put(StoredKey key) {
            table = table.with(key);
        }
    }

    /// Names are digests, as `\x` and hexadecimal digits.
    @Override
    public void read(Handle handle, Set<String> names) {
        var present = Objects.requireNonNull(table);
        var hashes =
                names.stream().map(name -> HexFormat.of().parseHex(name.substring(2))).toList();
        var found =
                handle.createQuery(KEYS + " where key_hash = any(:hashes)")
                        .bind("hashes", Database.array(byte[].class, hashes))
                        .map(this::stored)
                        .reduce(new Table(hashes.size()), Table::with);
        var gone = Collections.<StoredKey>newSetFromMap(new IdentityHashMap<>());
        for (var hash : hashes) {
            var known = found.find(hash) == null ? present.find(hash) : null;
            if (known != null) {
                gone.add(known);
            }
        }
        table = present.without(gone).withAll(found);
    }

    private StoredKey stored(RowView row) {
        var grant =
                new Grant(
                        row.getColumn("tenant_id", TenantId.class),
                        row.getColumn("project_id", UUID.class),
                        row.getColumn("created_by", String.class),
                        row.getColumn("adopted", Boolean.class),
                        Set.copyOf(List.of(row.getColumn("allowed_models", String[].class))));
        return new StoredKey(
                row.getColumn("key_hash", byte[].class),
                row.getColumn("id", UUID.class),
                row.getColumn("name", String.class),
                row.getColumn("expires_at", Instant.class),
                row.getColumn("revoked_at", Instant.class),
                same(grant));
    }

    private Grant same(Grant grant) {
        return grants.computeIfAbsent(grant, first -> first);
    }

    /// INVARIANT: at most half of the places are taken, so that every search ends. Places are taken
    /// and replaced in the table itself; one that grows, or loses a key, becomes another.
    private static final class Table {
        private static final int LEAST = 1 << 10;

        private final AtomicReferenceArray<@Nullable StoredKey> places;
        private final int mask;
        private int size;

        Table(int keys) {
            int room = Math.max(LEAST, Integer.highestOneBit(Math.max(1, keys)) << 2);
            this.places = new AtomicReferenceArray<>(room);
            this.mask = room - 1;
        }

        @Nullable StoredKey find(byte[] hash) {
            int at = StoredKey.spread(hash) & mask;
            var key = places.getAcquire(at);
            while (key != null && !key.isOf(hash)) {
                at = (at + 1) & mask;
                key = places.getAcquire(at);
            }
            return key;
        }

        Table with(StoredKey key) {
            if ((size + 1) * 2 > places.length()) {
                var larger = new Table(size + 1);
                larger.addAll(this, Set.of());
                return larger.with(key);
            }
            put(key);
            return this;
        }

        Table without(Set<StoredKey> gone) {
            if (gone.isEmpty()) {
                return this;
            }
            var rest = new Table(size);
            rest.addAll(this, gone);
            return rest;
        }

        Table withAll(Table more) {
            var all = this;
            for (int at = 0; at < more.places.length(); at++) {
                var key = more.places.getPlain(at);
                all = key == null ? all : all.with(key);
            }
            return all;
        }

        private void addAll(Table other, Set<StoredKey> but) {
            for (int at = 0; at < other.places.length(); at++) {
                var key = other.places.getPlain(at);
                if (key != null && !but.contains(key)) {
                    put(key);
                }
            }
        }

        private void put(StoredKey key) {
            int at = key.spread() & mask;
            var there = places.getPlain(at);
            while (there != null && !there.hasDigestOf(key)) {
                at = (at + 1) & mask;
                there = places.getPlain(at);
            }
            places.setRelease(at, key);
            if (there == null) {
                size++;
            }
        }
    }
}
