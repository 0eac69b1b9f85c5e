package org.allodium.billing.internal;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.allodium.billing.Settlement;
import org.allodium.evidence.Receipt;

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
            where o.node_id <> ? and o.request_id > ? order by o.request_id limit ?""";
    private static final String OLD_AND_OWN =
            """
            select request_id from billing.open_reservation
            where node_id = ? and opened_at < ? order by request_id limit 5000""";

    private final DataSource platform;
    private final UUID node;

    Recovery(DataSource platform, UUID node) {
        this.platform = platform;
        this.node = node;
    }

    /// What earlier runs of this node left open, after `last`; one page.
    List<Settlement> leftOpen(String last) throws SQLException {
        try (var connection = platform.getConnection();
                var select = connection.prepareStatement(LEFT_BY_OTHERS)) {
            select.setObject(1, node);
            select.setString(2, last);
            select.setInt(3, PAGE);
            var found = new ArrayList<Settlement>();
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    found.add(closing(rows));
                }
            }
            return found;
        }
    }

    /// Intents of this very process that are older than `before`; those it does not know were
    /// committed on a connection that died before saying so.
    List<String> ownOpen(Instant before) throws SQLException {
        try (Connection connection = platform.getConnection();
                var select = connection.prepareStatement(OLD_AND_OWN)) {
            select.setObject(1, node);
            select.setObject(2, before.atOffset(ZoneOffset.UTC));
            var found = new ArrayList<String>();
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    found.add(rows.getString(1));
                }
            }
            return found;
        }
    }

    /// What was marked belongs to intents that are closed now.
    void forgetMarks() throws SQLException {
        try (var connection = platform.getConnection();
                var delete =
                        connection.prepareStatement(
                                "delete from billing.release_mark where node_id <> ?")) {
            delete.setObject(1, node);
            delete.executeUpdate();
        }
    }

    private static Settlement closing(ResultSet row) throws SQLException {
        String requestId = row.getString("request_id");
        String outcome = row.getString("outcome");
        if (outcome != null) {
            return new Settlement(
                    requestId,
                    row.getLong("input_tokens"),
                    row.getLong("output_tokens"),
                    row.getBoolean("from_cache"),
                    Settlement.Outcome.valueOf(outcome),
                    Receipt.Making.fromJson(row.getString("facts")).ofUnknownDelivery());
        }
        long released = row.getLong("released");
        var nothing = Receipt.Making.UNKNOWN;
        return new Settlement(
                requestId,
                released > 0 ? row.getLong("intended_input") : 0,
                released,
                false,
                Settlement.Outcome.INTERRUPTED,
                row.getBoolean("closes_first") ? nothing : nothing.ofUnknownDelivery());
    }
}
