package org.allodium.billing.internal;

import static java.util.stream.Collectors.toMap;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import org.allodium.billing.Intent;
import org.allodium.billing.ReserveOutcome.SpillSpent;
import org.allodium.kernel.Database;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.RowView;

/// What spilled under consents with a cap, and what still may. One group of intents takes from it
/// in order, under locks, so that together they never hold more than a cap. See decision 0014.
public final class SpillShares {
    // The input counts from the moment of the intent, whatever came of it: it may have left. A
    // running request counts with all that it may still say. A replay touched no pool.
    private static final String SPILLED =
            """
            select s.consent, s.tenant_id, sum(case
                when e.request_id is null then r.input_tokens + r.max_output_tokens
                when u.from_cache then 0
                else r.input_tokens + coalesce(u.output_tokens, 0) end)::bigint as tokens
            from billing.spill_share s
            join billing.reservation r on r.request_id = s.request_id
            left join billing.reservation_end e on e.request_id = s.request_id
            left join billing.usage_event u on u.request_id = s.request_id
            where s.tenant_id = any(:tenants) and s.consent = any(:consents)
            group by s.consent, s.tenant_id""";
    private static final String LOCK =
            """
            select pg_advisory_xact_lock(hashtextextended(consent, 0))
            from (select consent from unnest(:consents) as c (consent) order by consent) c""";
    private static final Columns<ShareRow> SHARES =
            new Columns<>(
                    ShareRow.class,
                    """
                    insert into billing.spill_share (request_id, consent, tenant_id)
                    select * from unnest(:request, :consent, :tenant)""");

    private final Map<Share, Long> spilled;
    private final List<ShareRow> shares = new ArrayList<>();

    private SpillShares(Map<Share, Long> spilled) {
        this.spilled = new HashMap<>(spilled);
    }

    /// Two tenants with a consent of the same words have nothing in common.
    private record Share(UUID tenant, String consent) {
        static Share of(RowView row) {
            return new Share(
                    row.getColumn("tenant_id", UUID.class), row.getColumn("consent", String.class));
        }
    }

    private record ShareRow(String request, String consent, UUID tenant) {}

    /// Tokens by consent; what nobody used stands at zero.
    public static Map<String, Long> of(Handle handle, UUID tenant, Collection<String> consents) {
        var sums = sums(handle, List.of(tenant), consents);
        var found = new HashMap<String, Long>();
        for (var consent : consents) {
            found.put(consent, sums.getOrDefault(new Share(tenant, consent), 0L));
        }
        return found;
    }

    /// For one transaction. Reads nothing unless a request leans on a cap.
    static SpillShares locked(Handle handle, List<ReserveCommand> commands) {
        var consents = new TreeSet<String>();
        var tenants = new TreeSet<UUID>();
        for (var command : commands) {
            var caps = command.intent.charge().spillCaps();
            if (!caps.isEmpty()) {
                consents.addAll(caps.keySet());
                tenants.add(command.intent.tenant().value());
            }
        }
        if (consents.isEmpty()) {
            return new SpillShares(Map.of());
        }
        handle.createQuery(LOCK)
                .bind("consents", Database.array(String.class, consents))
                .mapTo(String.class)
                .list();
        return new SpillShares(sums(handle, tenants, consents));
    }

    /// Why the request cannot have its tokens; empty when it can.
    Optional<SpillSpent> refusal(Intent intent) {
        long tokens = intent.charge().tokens();
        for (var cap : intent.charge().spillCaps().entrySet()) {
            long used = used(intent, cap.getKey());
            if (used + tokens > cap.getValue()) {
                return Optional.of(new SpillSpent(cap.getKey(), cap.getValue(), used, tokens));
            }
        }
        return Optional.empty();
    }

    void take(Intent intent) {
        for (var consent : intent.charge().spillCaps().keySet()) {
            var share = new Share(intent.tenant().value(), consent);
            spilled.merge(share, intent.charge().tokens(), Long::sum);
            shares.add(new ShareRow(intent.requestId(), consent, intent.tenant().value()));
        }
    }

    /// After the intents, which the rows name.
    void write(Handle handle) {
        SHARES.write(handle, shares);
    }

    private long used(Intent intent, String consent) {
        return spilled.getOrDefault(new Share(intent.tenant().value(), consent), 0L);
    }

    private static Map<Share, Long> sums(
            Handle handle, Collection<UUID> tenants, Collection<String> consents) {
        return handle.createQuery(SPILLED)
                .bind("tenants", Database.array(UUID.class, tenants))
                .bind("consents", Database.array(String.class, consents))
                .collectRows(toMap(Share::of, row -> row.getColumn("tokens", Long.class)));
    }
}
