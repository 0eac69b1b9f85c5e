package org.allodium.billing.internal;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.allodium.billing.Settlement;
import org.allodium.evidence.Receipt;
import org.allodium.kernel.Database;
import org.jdbi.v3.core.result.RowView;

/// Finds intents that nobody will close any more, and says how the written rule closes them: as
/// their closing row says, or else for what is marked to have left. Decision 0115.
final class Recovery {
    private static final int PAGE = 500;
    private static final String LEFT_BY_OTHERS =
            """
            select o.*, coalesce(m.released, 0) as released, r.input_tokens as intended_input
            from billing.open_reservation o
            join billing.reservation r on r.request_id = o.request_id
            left join (select u.id, max(u.tokens) as released
                       from billing.release_mark k, unnest(k.request_ids, k.tokens) as u (id, tokens)
                       group by u.id) m on m.id = o.request_id
            where o.node_id <> :node and o.request_id > :last order by o.request_id limit :page""";
    private static final String OLD_AND_OWN =
            """
            select request_id from billing.open_reservation
            where node_id = :node and opened_at < :before order by request_id limit 5000""";

    private static final String FORGET = "delete from billing.release_mark where node_id <> :node";

    private final Database platform;
    private final UUID node;

    Recovery(Database platform, UUID node) {
        this.platform = platform;
        this.node = node;
    }

    /// What earlier runs of this node left open, after `last`; one page.
    List<Settlement> leftOpen(String last) {
        return platform.withHandle(
                handle ->
                        handle.createQuery(LEFT_BY_OTHERS)
                                .bind("node", node)
                                .bind("last", last)
                                .bind("page", PAGE)
                                .map(Recovery::closing)
                                .list());
    }

    /// Intents of this very process that are older than `before`; those it does not know were
    /// committed on a connection that died before saying so.
    List<String> ownOpen(Instant before) {
        return platform.withHandle(
                handle ->
                        handle.createQuery(OLD_AND_OWN)
                                .bind("node", node)
                                .bind("before", before)
                                .mapTo(String.class)
                                .list());
    }

    /// What was marked belongs to intents that are closed now.
    void forgetMarks() {
        platform.useHandle(handle -> handle.createUpdate(FORGET).bind("node", node).execute());
    }

    private static Settlement closing(RowView row) {
        String requestId = row.getColumn("request_id", String.class);
        String outcome = row.getColumn("outcome", String.class);
        if (outcome != null) {
            return new Settlement(
                    requestId,
                    row.getColumn("input_tokens", Long.class),
                    row.getColumn("output_tokens", Long.class),
                    row.getColumn("from_cache", Boolean.class),
                    Settlement.Outcome.valueOf(outcome),
                    Receipt.Making.fromJson(row.getColumn("facts", String.class))
                            .ofUnknownDelivery());
        }
        long released = row.getColumn("released", Long.class);
        var nothing = Receipt.Making.UNKNOWN;
        return new Settlement(
                requestId,
                released > 0 ? row.getColumn("intended_input", Long.class) : 0,
                released,
                false,
                Settlement.Outcome.INTERRUPTED,
                row.getColumn("closes_first", Boolean.class)
                        ? nothing
                        : nothing.ofUnknownDelivery());
    }
}
