package org.allodium.billing;

import java.time.Clock;
import javax.sql.DataSource;
import org.allodium.billing.internal.BillingConfig;
import org.allodium.evidence.Receipts;
import org.allodium.tenancy.News;

/// Budgets without a container: opened and stopped as a container would.
public final class OpenedBudgets implements AutoCloseable {
    private final Budgets budgets = new Budgets();

    public OpenedBudgets(DataSource platform, Receipts receipts, Clock clock) {
        budgets.platform = platform;
        budgets.receipts = receipts;
        budgets.clock = clock;
        budgets.news = new News(platform, clock, Runnable::run);
        budgets.config = BillingConfig.defaults();
        budgets.start(new Object());
    }

    public Budgets budgets() {
        return budgets;
    }

    @Override
    public void close() {
        budgets.stop();
    }
}
