package org.allodium.billing.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.allodium.billing.Settlement;
import tools.jackson.databind.json.JsonMapper;

/// Finds intents that nobody will close any more, and says how the written rule closes them: the
/// input and what is known to have reached the client are charged; if nothing is known to have
/// reached it, nothing is. Decision 0012.
final class Recovery {
    private static final int PAGE = 500;
    private static final JsonMapper JSON = new JsonMapper();
    private static final String LEFT_BY_OTHERS =
            """
            select o.request_id, o.released_tokens, r.input_tokens
            from billing.open_reservation o
            join billing.reservation r on r.request_id = o.request_id
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
                    long released = rows.getLong("released_tokens");
                    found.add(
                            closing(
                                    rows.getString("request_id"),
                                    released > 0 ? rows.getLong("input_tokens") : 0,
                                    released));
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

    private static Settlement closing(String requestId, long input, long output) {
        return new Settlement(
                requestId,
                input,
                output,
                false,
                Settlement.Outcome.INTERRUPTED,
                JSON.createObjectNode());
    }
}
