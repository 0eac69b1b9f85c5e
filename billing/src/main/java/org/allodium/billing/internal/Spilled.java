package org.allodium.billing.internal;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.allodium.kernel.Database;
import org.allodium.tenancy.TenantId;

/// Tokens that spilled under consents, running requests at their ceilings.
final class Spilled {
    private static final String OF =
            """
            select coalesce(sum(used + leased), 0)::bigint from billing.allowance
            where tenant_id = :tenant and level = 'CONSENT' and holder = :consent""";

    private Spilled() {}

    /// Asks the database where no request of this run has leaned on a consent yet.
    static Map<String, Long> of(
            Wallet wallet, Database database, TenantId tenant, Set<String> consents) {
        var found = new HashMap<String, Long>();
        for (var consent : consents) {
            found.put(
                    consent,
                    wallet.spilled(consent).orElseGet(() -> stored(database, tenant, consent)));
        }
        return found;
    }

    private static long stored(Database database, TenantId tenant, String consent) {
        return database.withHandle(
                handle ->
                        handle.createQuery(OF)
                                .bind("tenant", tenant.value())
                                .bind("consent", consent)
                                .mapTo(Long.class)
                                .one());
    }
}
