package org.allodium.billing;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Clock;
import java.util.List;
import org.allodium.billing.internal.BillingConfig;
import org.allodium.billing.internal.GrantBook;
import org.allodium.billing.internal.Scoped;
import org.allodium.kernel.Money;
import org.allodium.tenancy.Requires;
import org.allodium.tenancy.Role;
import org.allodium.tenancy.TenantId;
import org.allodium.tenancy.TenantScope;

/// Grants in the order in which they pay: priority, nearest end, oldest.
@ApplicationScoped
public class Grants {
    @Inject Scoped reads;
    @Inject Budgets budgets;
    @Inject BillingConfig config;
    @Inject Clock clock;

    /// Running ones first; ended ones after them. Waits for answers that have just left.
    @Transactional(TxType.NOT_SUPPORTED)
    @Requires({
        Role.OWNER,
        Role.ADMIN,
        Role.MEMBER,
        Role.BILLING_VIEWER,
        Role.PROGRAMME_OFFICER,
        Role.REVIEWER,
        Role.FINANCE,
        Role.ADMINISTRATOR,
        Role.AUDITOR
    })
    public List<Grant> ofTenant(TenantId tenant) {
        TenantScope.current().demand(tenant);
        budgets.awaitQuiescence(tenant, Usage.PATIENCE);
        return reads.read(
                connection -> GrantBook.ofTenant(connection, tenant.value(), clock.instant()));
    }

    /// What running grants could still pay, in the platform's currency.
    @Transactional(TxType.NOT_SUPPORTED)
    @Requires({
        Role.OWNER,
        Role.ADMIN,
        Role.MEMBER,
        Role.BILLING_VIEWER,
        Role.PROGRAMME_OFFICER,
        Role.REVIEWER,
        Role.FINANCE,
        Role.ADMINISTRATOR,
        Role.AUDITOR
    })
    public Money available(TenantId tenant) {
        return ofTenant(tenant).stream()
                .map(Grant::available)
                .filter(money -> money.currency().equals(config.currency()))
                .reduce(Money.zero(config.currency()), Money::plus);
    }
}
