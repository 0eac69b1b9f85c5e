package org.allodium.billing;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import org.allodium.billing.internal.BillingConfig;
import org.allodium.billing.internal.GrantBook;
import org.allodium.billing.internal.Scoped;
import org.allodium.billing.internal.UsageLog;
import org.allodium.kernel.Money;
import org.allodium.tenancy.Anyone;
import org.allodium.tenancy.Permission;
import org.allodium.tenancy.Requires;
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
    @Requires(Permission.SEE_GRANTS)
    public List<Grant> ofTenant(TenantId tenant) {
        TenantScope.current().demand(tenant);
        budgets.awaitQuiescence(tenant, Usage.PATIENCE);
        var view = new GrantBook.View(clock.instant(), config.zone(), budgets.idle(tenant));
        return reads.read(handle -> GrantBook.ofTenant(handle, tenant.value(), view));
    }

    /// The day that it is where the platform counts days.
    @Anyone
    public LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), config.zone());
    }

    /// What becomes of the running grants when the spending of the last seven days goes on.
    @Transactional(TxType.NOT_SUPPORTED)
    @Requires(Permission.SEE_USAGE)
    public Outlook outlook(TenantId tenant) {
        var running = ofTenant(tenant);
        var now = clock.instant();
        var spent =
                reads.read(
                        handle ->
                                UsageLog.daily(
                                        handle,
                                        tenant.value(),
                                        null,
                                        now.minus(Duration.ofDays(Outlook.PACE_DAYS)),
                                        now));
        var lastWeek =
                spent.stream()
                        .map(Usage.DailySpend::cost)
                        .reduce(Money.zero(config.currency()), Money::plus);
        return Outlook.of(running, lastWeek, now);
    }

    /// What running grants could still pay, in the platform's currency.
    @Transactional(TxType.NOT_SUPPORTED)
    @Requires(Permission.SEE_GRANTS)
    public Money available(TenantId tenant) {
        return ofTenant(tenant).stream()
                .map(Grant::available)
                .filter(money -> money.currency().equals(config.currency()))
                .reduce(Money.zero(config.currency()), Money::plus);
    }
}
