package org.allodium.billing.internal;

import java.sql.Connection;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.allodium.billing.Fate;
import org.allodium.billing.GrantId;
import org.allodium.billing.SettledRequest;
import org.allodium.billing.SettledRequest.Payment;
import org.allodium.billing.Settlement;
import org.allodium.billing.Usage.DailySpend;
import org.allodium.kernel.Money;
import org.jspecify.annotations.Nullable;

/// Reads what was settled. A project is its id here; the room's shells know its name.
public final class UsageLog {
    private static final String SELECT =
            """
            select request_id, at, project_id, key_name, model, pool, input_tokens, output_tokens,
                   from_cache, outcome, cost, currency from billing.usage_event\s""";

    // A project, or all of them where none is given.
    private static final String OF_PROJECT = "(?::uuid is null or project_id = ?::uuid)";

    private UsageLog() {}

    public static Map<String, SettledRequest> byId(Connection connection, List<String> requestIds)
            throws SQLException {
        if (requestIds.isEmpty()) {
            return Map.of();
        }
        try (var select = connection.prepareStatement(SELECT + "where request_id = any(?)")) {
            select.setArray(1, connection.createArrayOf("text", requestIds.toArray()));
            var found = new HashMap<String, SettledRequest>();
            read(connection, select).forEach(settled -> found.put(settled.requestId(), settled));
            return found;
        }
    }

    /// Only this tenant's: another's request does not exist for it.
    static Map<String, SettledRequest> byId(
            Connection connection, UUID tenant, List<String> requestIds) throws SQLException {
        try (var select =
                connection.prepareStatement(
                        SELECT + "where tenant_id = ? and request_id = any(?)")) {
            select.setObject(1, tenant);
            select.setArray(2, connection.createArrayOf("text", requestIds.toArray()));
            var found = new HashMap<String, SettledRequest>();
            read(connection, select).forEach(settled -> found.put(settled.requestId(), settled));
            return found;
        }
    }

    static Fate fate(Connection connection, UUID tenant, String requestId) throws SQLException {
        try (var select =
                connection.prepareStatement(
                        "select e.kind from billing.reservation r left join billing.reservation_end"
                                + " e on e.request_id = r.request_id where r.tenant_id = ? and"
                                + " r.request_id = ?")) {
            select.setObject(1, tenant);
            select.setString(2, requestId);
            try (var row = select.executeQuery()) {
                if (!row.next()) {
                    return Fate.UNKNOWN;
                }
                var kind = row.getString(1);
                return kind == null ? Fate.OPEN : Fate.valueOf(kind);
            }
        }
    }

    public static List<SettledRequest> page(
            Connection connection, UUID tenant, @Nullable UUID project, int offset, int limit)
            throws SQLException {
        try (var select =
                connection.prepareStatement(
                        SELECT
                                + "where tenant_id = ? and "
                                + OF_PROJECT
                                + " order by at desc, request_id desc offset ? limit ?")) {
            select.setObject(1, tenant);
            select.setObject(2, project, Types.OTHER);
            select.setObject(3, project, Types.OTHER);
            select.setInt(4, offset);
            select.setInt(5, limit);
            return read(connection, select);
        }
    }

    public static long count(Connection connection, UUID tenant) throws SQLException {
        try (var select =
                connection.prepareStatement(
                        "select count(*) from billing.usage_event where tenant_id = ?")) {
            select.setObject(1, tenant);
            try (var rows = select.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        }
    }

    /// Tokens and the request count once for each funder that paid a part; a request that cost
    /// nothing counts under no funder, with an empty name.
    public static List<DailySpend> daily(
            Connection connection, UUID tenant, @Nullable UUID project, Instant from, Instant to)
            throws SQLException {
        String sql =
                """
                select (u.at at time zone 'UTC')::date as day, coalesce(p.funder, '') as funder,
                       u.currency, count(distinct u.request_id) as requests,
                       sum(u.input_tokens + u.output_tokens) as tokens,
                       coalesce(sum(p.amount), 0) as cost
                from billing.usage_event u
                left join (select request_id, funder, sum(amount) as amount
                           from billing.usage_payment where tenant_id = ?
                           group by request_id, funder) p on p.request_id = u.request_id
                where u.tenant_id = ? and u.at >= ? and u.at < ? and %s
                group by 1, 2, 3 order by 1, 2, 3"""
                        .formatted(OF_PROJECT);
        var days = new ArrayList<DailySpend>();
        try (var select = connection.prepareStatement(sql)) {
            select.setObject(1, tenant);
            select.setObject(2, tenant);
            select.setObject(3, from.atOffset(ZoneOffset.UTC));
            select.setObject(4, to.atOffset(ZoneOffset.UTC));
            select.setObject(5, project, Types.OTHER);
            select.setObject(6, project, Types.OTHER);
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    Date day = rows.getDate("day");
                    days.add(
                            new DailySpend(
                                    day.toLocalDate(),
                                    rows.getString("funder"),
                                    rows.getLong("requests"),
                                    rows.getLong("tokens"),
                                    money(rows, "cost")));
                }
            }
        }
        return days;
    }

    private static List<SettledRequest> read(Connection connection, PreparedStatement select)
            throws SQLException {
        var found = new LinkedHashMap<String, SettledRequest>();
        var payments = new HashMap<String, List<Payment>>();
        try (var rows = select.executeQuery()) {
            while (rows.next()) {
                var settled = settled(rows);
                found.put(settled.requestId(), settled);
            }
        }
        if (found.isEmpty()) {
            return List.of();
        }
        try (var lines =
                connection.prepareStatement(
                        """
                        select p.request_id, p.grant_id, p.funder, p.programme, p.amount,
                               u.currency
                        from billing.usage_payment p
                        join billing.usage_event u on u.request_id = p.request_id
                        where p.request_id = any(?) order by p.request_id, p.line""")) {
            lines.setArray(1, connection.createArrayOf("text", found.keySet().toArray()));
            try (var rows = lines.executeQuery()) {
                while (rows.next()) {
                    payments.computeIfAbsent(rows.getString("request_id"), id -> new ArrayList<>())
                            .add(payment(rows));
                }
            }
        }
        return found.values().stream()
                .map(bare -> with(bare, payments.getOrDefault(bare.requestId(), List.of())))
                .toList();
    }

    private static SettledRequest settled(ResultSet rows) throws SQLException {
        return new SettledRequest(
                rows.getString("request_id"),
                rows.getObject("at", OffsetDateTime.class).toInstant(),
                rows.getString("project_id"),
                rows.getString("key_name"),
                rows.getString("model"),
                rows.getString("pool"),
                rows.getLong("input_tokens"),
                rows.getLong("output_tokens"),
                rows.getBoolean("from_cache"),
                Settlement.Outcome.valueOf(rows.getString("outcome")),
                money(rows, "cost"),
                List.of());
    }

    private static Payment payment(ResultSet rows) throws SQLException {
        return new Payment(
                new GrantId(rows.getObject("grant_id", UUID.class)),
                rows.getString("funder"),
                rows.getString("programme"),
                money(rows, "amount"));
    }

    private static Money money(ResultSet rows, String column) throws SQLException {
        return new Money(
                rows.getBigDecimal(column), Currency.getInstance(rows.getString("currency")));
    }

    private static SettledRequest with(SettledRequest bare, List<Payment> payments) {
        return new SettledRequest(
                bare.requestId(),
                bare.at(),
                bare.project(),
                bare.keyName(),
                bare.model(),
                bare.pool(),
                bare.inputTokens(),
                bare.outputTokens(),
                bare.fromCache(),
                bare.outcome(),
                bare.cost(),
                payments);
    }
}
