package org.allodium.evidence.internal;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.allodium.kernel.Database;

/// What receipts say, as they are kept: whether the log has taken them in or not.
public final class KeptPayloads {
    private KeptPayloads() {}

    /// By id; those that are not kept are absent.
    public static Map<String, String> payloads(Database platform, Collection<String> ids) {
        var found = new HashMap<String, String>();
        platform.useHandle(
                handle -> {
                    for (var id : ids) {
                        SealedReceiptTable.find(handle, RowKey.of(id), id, RowKey.Window.ALWAYS)
                                .ifPresent(row -> found.put(id, row.text()));
                    }
                });
        return found;
    }

    /// As a condition of SQL: the sealed receipt `r` is of the request with this id.
    public static String isOf(String id) {
        return "r.key = right(" + id + ", 32)::uuid";
    }
}
