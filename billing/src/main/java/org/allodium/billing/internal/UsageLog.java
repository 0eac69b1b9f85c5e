package org.allodium.billing.internal;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.allodium.billing.Fate;
import org.allodium.billing.GrantId;
import org.allodium.billing.SettledRequest;
import org.allodium.billing.SettledRequest.Payment;
import org.allodium.billing.Settlement;
import org.allodium.billing.Usage.DailySpend;
import org.allodium.kernel.Database;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.RowView;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/// Reads what was settled. A project is its id here; the room's shells know its name.
public final class UsageLog {
    private static final String SELECT =
            """
            select request_id, at, project_id, key_name, model, pool, input_tokens, output_tokens,
                   from_cache, outcome, cost, currency from billing.usage_event\s""";

    // A project, or all of them where none is given.
    private static final String OF_PROJECT = "(:project::uuid is null or project_id = :project)";

    private static final String PAYMENTS =
            """
            select p.request_id, p.grant_id, p.funder, p.programme, p.amount, u.currency
            from billing.payment p
            join billing.usage_event u on u.request_id = p.request_id
            where p.request_id = any(:requests) order by p.request_id, p.line""";

    // A slot is cleared in the transaction that writes the usage row.
    private static final String FATE =
            """
            select case
                when exists (select from billing.usage_event
                    where tenant_id = :tenant and request_id = :request) then 'SETTLED'
                when exists (select from billing.open_request
                    where tenant_id = :tenant and request_id = :request) then 'OPEN'
                else 'UNKNOWN' end""";

    private static final String DAILY_ROWS =
            """
            select (u.at at time zone 'UTC')::date as day, coalesce(p.funder, '') as funder,
                   u.currency, count(distinct u.request_id) as requests,
                   sum(u.input_tokens + u.output_tokens) as tokens,
                   coalesce(sum(p.amount), 0) as cost
            from billing.usage_event u
            left join (select request_id, funder, sum(amount) as amount
                       from billing.payment where tenant_id = :tenant
                       group by request_id, funder) p on p.request_id = u.request_id
            where u.tenant_id = :tenant and u.at >= :from and u.at < :to and\s"""
                    + OF_PROJECT
                    + " group by 1, 2, 3";

    // What months add that were detached: by whole days, since that is how it was kept.
    private static final String DAILY_CARRIED =
            """
            select c.day, coalesce(p.funder, c.funder, '') as funder, c.currency, c.requests,
                   c.tokens, c.cost
            from billing.usage_carry c
            left join billing.grant_award g on g.id = c.grant_id
            left join billing.programme p on p.id = g.programme_id
            where c.tenant_id = :tenant and c.day::timestamp at time zone 'UTC' >= :from
                and c.day::timestamp at time zone 'UTC' < :to and\s"""
                    + OF_PROJECT;

    private static final String DAILY =
            "select day, funder, currency, sum(requests)::bigint as requests,"
                    + " sum(tokens)::bigint as tokens, sum(cost) as cost from ("
                    + DAILY_ROWS
                    + " union all "
                    + DAILY_CARRIED
                    + ") d group by 1, 2, 3 having sum(requests) <> 0 order by 1, 2, 3";

    private UsageLog() {}

    static Optional<SettledRequest> byId(Handle handle, String requestId) {
        return read(
                        handle,
                        handle.createQuery(SELECT + "where request_id = :request")
                                .bind("request", requestId))
                .stream()
                .findFirst();
    }

    /// Only this tenant's: another's request does not exist for it.
    static Optional<SettledRequest> find(Handle handle, UUID tenant, String requestId) {
        return read(
                        handle,
                        handle.createQuery(
                                        SELECT
                                                + "where tenant_id = :tenant and request_id = :request")
                                .bind("tenant", tenant)
                                .bind("request", requestId))
                .stream()
                .findFirst();
    }

    static Fate fate(Handle handle, UUID tenant, String requestId) {
        return handle.createQuery(FATE)
                .bind("tenant", tenant)
                .bind("request", requestId)
                .mapTo(Fate.class)
                .one();
    }

    public static List<SettledRequest> page(
            Handle handle, UUID tenant, @Nullable UUID project, int offset, int limit) {
        return read(
                handle,
                handle.createQuery(
                                SELECT
                                        + "where tenant_id = :tenant and "
                                        + OF_PROJECT
                                        + " order by at desc, request_id desc"
                                        + " offset :offset limit :limit")
                        .bind("tenant", tenant)
                        .bindByType("project", project, UUID.class)
                        .bind("offset", offset)
                        .bind("limit", limit));
    }

    public static long count(Handle handle, UUID tenant) {
        return handle.createQuery(
                        "select count(*) from billing.usage_event where tenant_id = :tenant")
                .bind("tenant", tenant)
                .mapTo(Long.class)
                .one();
    }

    /// Tokens and the request count once for each funder that paid a part; a request that cost
    /// nothing counts under no funder, with an empty name.
    public static List<DailySpend> daily(
            Handle handle, UUID tenant, @Nullable UUID project, Instant from, Instant to) {
        return handle.createQuery(DAILY)
                .bind("tenant", tenant)
                .bind("from", from)
                .bind("to", to)
                .bindByType("project", project, UUID.class)
                .map(
                        row ->
                                new DailySpend(
                                        row.getColumn("day", LocalDate.class),
                                        row.getColumn("funder", String.class),
                                        row.getColumn("requests", Long.class),
                                        row.getColumn("tokens", Long.class),
                                        Amounts.of(row, "cost")))
                .list();
    }

    private static List<SettledRequest> read(Handle handle, Query events) {
        var found = events.map(UsageLog::settled).list();
        if (found.isEmpty()) {
            return found;
        }
        var payments =
                handle.createQuery(PAYMENTS)
                        .bind(
                                "requests",
                                Database.array(
                                        String.class,
                                        found.stream().map(SettledRequest::requestId).toList()))
                        .collectRows(
                                groupingBy(
                                        row -> row.getColumn("request_id", String.class),
                                        mapping(UsageLog::payment, toList())));
        return found.stream()
                .map(bare -> with(bare, payments.getOrDefault(bare.requestId(), List.of())))
                .toList();
    }

    private static SettledRequest settled(RowView row) {
        return new SettledRequest(
                row.getColumn("request_id", String.class),
                row.getColumn("at", Instant.class),
                row.getColumn("project_id", String.class),
                row.getColumn("key_name", String.class),
                row.getColumn("model", String.class),
                row.getColumn("pool", String.class),
                row.getColumn("input_tokens", Long.class),
                row.getColumn("output_tokens", Long.class),
                row.getColumn("from_cache", Boolean.class),
                row.getColumn("outcome", Settlement.Outcome.class),
                Amounts.of(row, "cost"),
                List.of());
    }

    private static Payment payment(RowView row) {
        return new Payment(
                row.getColumn("grant_id", GrantId.class),
                row.getColumn("funder", String.class),
                row.getColumn("programme", String.class),
                Amounts.of(row, "amount"));
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
