package org.allodium.identity.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.allodium.identity.internal.StoredKey.Grant;
import org.allodium.tenancy.TenantId;
import org.postgresql.PGConnection;

/// Reads every key as PostgreSQL's binary copy sends them, one row a message: a row costs what is
/// kept of it and little else, where a result set costs objects and a lookup for each column. What
/// many keys share comes last in a row and is understood once. See decision 0172.
final class KeyRows {
    private static final String COPY =
            "copy (select key_hash, id, expires_at, revoked_at, name, tenant_id, project_id,"
                    + " created_by, adopted, allowed_models from identity.api_key)"
                    + " to stdout (format binary)";
    private static final int SIGNATURE = 11;
    private static final int FLAGS = 4;
    private static final short END = -1;
    private static final int NULL = -1;
    private static final long MICROS_UNTIL_2000 = 946_684_800_000_000L;

    private final UnaryOperator<Grant> same;
    private final Map<ByteBuffer, Grant> grants = new HashMap<>();

    /// @param same the one object for all grants that are equal
    KeyRows(UnaryOperator<Grant> same) {
        this.same = same;
    }

    /// Blocks; what comes is handed on as it comes.
    void each(Connection connection, Consumer<StoredKey> to) throws SQLException {
        var copy = connection.unwrap(PGConnection.class).getCopyAPI().copyOut(COPY);
        try {
            boolean begun = false;
            for (var row = copy.readFromCopy(); row != null; row = copy.readFromCopy()) {
                var message = ByteBuffer.wrap(row);
                if (!begun) {
                    skipHead(message);
                    begun = true;
                }
                // With the last row, or without any, the head comes with the end or by itself.
                if (message.hasRemaining() && message.getShort() != END) {
                    to.accept(key(message));
                }
            }
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    private static void skipHead(ByteBuffer message) {
        message.position(SIGNATURE + FLAGS);
        skip(message, message.getInt());
    }

    private StoredKey key(ByteBuffer row) {
        int length = row.getInt();
        var hash = row.slice(row.position(), length);
        skip(row, length);
        var id = uuid(row);
        long expires = row.getInt() == NULL ? StoredKey.NEVER : micros(row.getLong());
        long revoked = row.getInt() == NULL ? StoredKey.NEVER : micros(row.getLong());
        return new StoredKey(hash, id, text(row), expires, revoked, grant(row));
    }

    /// PostgreSQL counts from 2000, and knows `infinity`.
    private static long micros(long since2000) {
        if (since2000 == Long.MIN_VALUE) {
            return StoredKey.EARLIEST;
        }
        return since2000 == Long.MAX_VALUE ? StoredKey.LATEST : since2000 + MICROS_UNTIL_2000;
    }

    private Grant grant(ByteBuffer row) {
        var known = grants.get(row);
        if (known != null) {
            return known;
        }
        // The row's bytes are its own, and nobody writes them.
        var asSent = row.slice();
        var grant =
                same.apply(
                        new Grant(
                                new TenantId(uuid(row)),
                                uuid(row),
                                text(row),
                                bool(row),
                                texts(row)));
        grants.put(asSent, grant);
        return grant;
    }

    private static UUID uuid(ByteBuffer row) {
        row.getInt();
        return new UUID(row.getLong(), row.getLong());
    }

    private static boolean bool(ByteBuffer row) {
        row.getInt();
        return row.get() != 0;
    }

    private static String text(ByteBuffer row) {
        int length = row.getInt();
        var text = new String(row.array(), row.position(), length, StandardCharsets.UTF_8);
        skip(row, length);
        return text;
    }

    /// Dimensions, whether nulls are in it, the type; of the one dimension length and first index.
    private static Set<String> texts(ByteBuffer row) {
        row.getInt();
        int dimensions = row.getInt();
        row.getLong();
        if (dimensions == 0) {
            return Set.of();
        }
        int length = row.getInt();
        row.getInt();
        var texts = new HashSet<String>();
        for (int n = 0; n < length; n++) {
            texts.add(text(row));
        }
        return texts;
    }

    private static void skip(ByteBuffer row, int bytes) {
        row.position(row.position() + bytes);
    }
}
