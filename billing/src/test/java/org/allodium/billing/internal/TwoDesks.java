package org.allodium.billing.internal;

import static org.allodium.billing.internal.Bank.aTenant;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.allodium.billing.Intent;
import org.allodium.billing.ReserveOutcome;
import org.allodium.billing.ReserveOutcome.Reserved;
import org.allodium.tenancy.News;
import org.allodium.tenancy.TenantId;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Two nodes over one database, each with a clock of its own, and a tenant with one grant; when a
/// test ends, the accounts must be true.
final class TwoDesks implements BeforeEachCallback, AfterEachCallback {
    final TenantId tenant = aTenant();
    final AtomicLong nanosOfOne = new AtomicLong();
    final AtomicLong nanosOfTwo = new AtomicLong();
    private final String granted;
    Bank bank;
    BudgetDesk one;
    BudgetDesk two;

    TwoDesks(String granted) {
        this.granted = granted;
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        bank = new Bank();
        bank.grant(tenant, granted);
        openOne();
        two = bank.open("two", nanosOfTwo::get);
        one.live();
        two.live();
    }

    /// As the next run of its name.
    void openOne() {
        one = bank.open("one", nanosOfOne::get);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        two.close();
        one.close();
        Invariants.hold(bank);
        bank.close();
    }

    /// Reserved, and its intent is written.
    Intent opened(BudgetDesk desk, long input, long output) throws Exception {
        var request = bank.request(tenant, input, output);
        assertThat(answered(desk.reserve(request))).isInstanceOf(Reserved.class);
        desk.open(request.requestId()).get();
        return request;
    }

    /// The answer, which may need what the next beats bring.
    ReserveOutcome answered(CompletableFuture<ReserveOutcome> answer) throws Exception {
        while (!answer.isDone()) {
            beat();
            Thread.sleep(20);
        }
        return answer.get();
    }

    void beat() {
        one.beat();
        two.beat();
    }

    /// From now on each hears what the other asks it to give back.
    void hearRecalls() {
        bank.database.news().keep(Recall.TOPIC, new Heard());
    }

    private final class Heard implements News.Picture {
        @Override
        public void readAll(Handle handle) {}

        @Override
        public void read(Handle handle, Set<String> names) {
            names.forEach(one::recalled);
            names.forEach(two::recalled);
        }
    }

    BigDecimal spent() {
        return bank.number("select spent from billing.grant_balance");
    }
}
