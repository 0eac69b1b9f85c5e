package org.allodium.billing.internal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.allodium.billing.Once;
import org.allodium.kernel.Database;
import org.jdbi.v3.core.Handle;

/// The keys under which requests run once. INVARIANT: a request that has a key has a slot, or had
/// one: both are written in one transaction, and never one without the other.
public final class Keys {
    // In one order in all groups: no deadlock. Whoever replaces another says whom.
    private static final String CLAIM =
            """
            insert into billing.once as o
                (tenant_id, key_hash, body_hash, request_id, run, begun_at)
            select tenant, decode(key, 'hex'), decode(body, 'hex'), request, run, at
            from unnest(:tenants, :keys, :bodies, :requests, :runs, :ats)
                as u (tenant, key, body, request, run, at)
            order by tenant, key
            on conflict (tenant_id, key_hash) do update
            set body_hash = excluded.body_hash, request_id = excluded.request_id,
                run = excluded.run, begun_at = excluded.begun_at
            where o.request_id = excluded.request_id or o.request_id = any(:replaced)
            returning request_id""";
    private static final String HOLDS =
            """
            select u.request from unnest(:tenants, :keys, :requests) as u (tenant, key, request)
            join billing.once o on o.tenant_id = u.tenant and o.key_hash = decode(u.key, 'hex')
                and o.request_id = u.request""";
    private static final String FIND =
            """
            select request_id, encode(body_hash, 'hex') as body, begun_at, run,
                exists (select from billing.live_run l where l.run = o.run) as lives
            from billing.once o
            where tenant_id = :tenant and key_hash = decode(:key, 'hex')""";
    private static final String FORGET = "delete from billing.once where begun_at <= :until";

    private Keys() {}

    private record Claim(UUID tenant, Once once, OpenIntent intent) {}

    private record Place(UUID tenant, String key) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int by = tenant.compareTo(other.tenant);
            return by == 0 ? key.compareTo(other.key) : by;
        }
    }

    /// In the transaction that opens these requests. Returns those whose key another request has,
    /// which must not be opened.
    static Set<String> claim(Handle handle, Collection<OpenIntent> intents) {
        var first = new TreeMap<Place, Claim>();
        var rest = new ArrayList<Claim>();
        for (var intent : intents) {
            intent.once()
                    .map(once -> new Claim(intent.tenant(), once, intent))
                    .ifPresent(
                            claim -> {
                                var place = new Place(claim.tenant(), claim.once().key());
                                if (first.putIfAbsent(place, claim) != null) {
                                    rest.add(claim);
                                }
                            });
        }
        if (first.isEmpty()) {
            return Set.of();
        }
        var without = new HashSet<String>();
        first.values().forEach(claim -> without.add(claim.intent().requestId()));
        rest.forEach(claim -> without.add(claim.intent().requestId()));
        without.removeAll(claim(handle, List.copyOf(first.values())));
        if (!rest.isEmpty()) {
            without.removeAll(holding(handle, rest));
        }
        return without;
    }

    private static List<String> claim(Handle handle, List<Claim> claims) {
        var replaced = claims.stream().flatMap(claim -> claim.once().replaces().stream()).toList();
        return handle.createQuery(CLAIM)
                .bind("tenants", Database.array(UUID.class, tenants(claims)))
                .bind("keys", Database.array(String.class, keys(claims)))
                .bind(
                        "bodies",
                        Database.array(
                                String.class,
                                claims.stream().map(claim -> claim.once().body()).toList()))
                .bind("requests", Database.array(String.class, requests(claims)))
                .bind(
                        "runs",
                        Database.array(
                                Long.class,
                                claims.stream().map(claim -> claim.intent().slot().run()).toList()))
                .bind(
                        "ats",
                        Database.array(
                                Instant.class,
                                claims.stream().map(claim -> claim.intent().openedAt()).toList()))
                .bind("replaced", Database.array(String.class, replaced))
                .mapTo(String.class)
                .list();
    }

    private static List<String> holding(Handle handle, List<Claim> claims) {
        return handle.createQuery(HOLDS)
                .bind("tenants", Database.array(UUID.class, tenants(claims)))
                .bind("keys", Database.array(String.class, keys(claims)))
                .bind("requests", Database.array(String.class, requests(claims)))
                .mapTo(String.class)
                .list();
    }

    private static List<UUID> tenants(List<Claim> claims) {
        return claims.stream().map(Claim::tenant).toList();
    }

    private static List<String> keys(List<Claim> claims) {
        return claims.stream().map(claim -> claim.once().key()).toList();
    }

    private static List<String> requests(List<Claim> claims) {
        return claims.stream().map(claim -> claim.intent().requestId()).toList();
    }

    public static Optional<Once.Holder> find(Handle handle, UUID tenant, String key) {
        return handle.createQuery(FIND)
                .bind("tenant", tenant)
                .bind("key", key)
                .map(
                        row ->
                                new Once.Holder(
                                        row.getColumn("request_id", String.class),
                                        row.getColumn("body", String.class),
                                        row.getColumn("begun_at", Instant.class),
                                        row.getColumn("run", Long.class),
                                        row.getColumn("lives", Boolean.class)))
                .findOne();
    }

    public static void forget(Handle handle, Instant until) {
        handle.createUpdate(FORGET).bind("until", until).execute();
    }
}
