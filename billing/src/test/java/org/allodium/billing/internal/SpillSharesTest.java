package org.allodium.billing.internal;

import static org.allodium.billing.internal.Bank.aTenant;
import static org.allodium.billing.internal.Bank.used;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import org.allodium.billing.Intent;
import org.allodium.billing.ReserveOutcome;
import org.allodium.billing.ReserveOutcome.Reserved;
import org.allodium.billing.ReserveOutcome.SpillSpent;
import org.allodium.kernel.Refused;
import org.allodium.tenancy.TenantId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/// R16: tokens that spill under a consent with a cap, from the intent to the end.
class SpillSharesTest {
    private static final String CONSENT = "c0";
    private static final long CAP = 100;

    private final TenantId tenant = aTenant();
    private Bank bank;

    @BeforeEach
    void open() {
        bank = new Bank();
        bank.grant(tenant, "1");
    }

    @AfterEach
    void close() {
        Invariants.hold(bank);
        bank.close();
    }

    @Test
    void whatNobodyUsedStandsAtZero() {
        assertThat(bank.desk.spilled(tenant, Set.of(CONSENT, "c1")))
                .isEqualTo(Map.of(CONSENT, 0L, "c1", 0L));
    }

    @Test
    void aRunningRequestCountsWithAllItMayNeedAndASettledOneWithWhatItUsed() throws Exception {
        var request = spilling(tenant, 10, 50);
        assertThat(reserve(request)).isInstanceOf(Reserved.class);
        assertThat(spilled()).isEqualTo(60);
        assertThat(reserve(spilling(tenant, 10, 31)))
                .isEqualTo(new SpillSpent(CONSENT, CAP, 60, 41));

        bank.desk.settle(used(request.requestId(), 10, 5)).get();
        assertThat(spilled()).isEqualTo(15);
        assertThat(reserve(spilling(tenant, 10, 31))).isInstanceOf(Reserved.class);
    }

    @Test
    void theInputOfAReleasedRequestMayHaveLeft() throws Exception {
        var request = spilling(tenant, 10, 50);
        reserve(request);
        bank.desk.release(request.requestId()).get();

        assertThat(spilled()).isEqualTo(10);
    }

    @Test
    void noCrowdGetsBeyondTheCap() throws Exception {
        var outcomes = new ArrayList<ReserveOutcome>();
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls = new ArrayList<java.util.concurrent.Future<ReserveOutcome>>();
            for (int i = 0; i < 60; i++) {
                calls.add(callers.submit(() -> reserve(spilling(tenant, 3, 6))));
            }
            for (var call : calls) {
                outcomes.add(call.get());
            }
        }
        assertThat(outcomes).filteredOn(Reserved.class::isInstance).hasSize(11);
        assertThat(spilled()).isEqualTo(99);
    }

    @Test
    void anotherTenantAndAnotherConsentHaveTheirOwnCount() throws Exception {
        var other = aTenant();
        bank.grant(other, "1");
        reserve(spilling(tenant, 50, 50));

        assertThat(reserve(spilling(other, 50, 50))).isInstanceOf(Reserved.class);
        assertThat(reserve(Bank.under(bank.request(tenant, 50, 50), Map.of("c1", CAP))))
                .isInstanceOf(Reserved.class);
        assertThat(reserve(bank.request(tenant, 50, 50))).isInstanceOf(Reserved.class);
        assertThat(spilled()).isEqualTo(100);
    }

    @Test
    void withoutTheDatabaseNobodyKnows() {
        var gone = new PGSimpleDataSource();
        gone.setPortNumbers(new int[] {1});
        var desk = new BudgetDesk(gone, bank.receipts, bank.clock, "node-1");

        assertThatThrownBy(() -> desk.spilled(tenant, Set.of(CONSENT))).isInstanceOf(Refused.class);
    }

    @Test
    void aKilledServerForgetsNothing() throws Exception {
        var settled = spilling(tenant, 10, 50);
        reserve(settled);
        bank.desk.settle(used(settled.requestId(), 10, 5)).get();
        reserve(spilling(tenant, 20, 50));
        bank.crash();

        assertThat(spilled()).isEqualTo(35);
    }

    private long spilled() {
        return bank.desk.spilled(tenant, Set.of(CONSENT)).get(CONSENT);
    }

    private Intent spilling(TenantId of, long input, long output) {
        return Bank.under(bank.request(of, input, output), Map.of(CONSENT, CAP));
    }

    private ReserveOutcome reserve(Intent request) throws Exception {
        var outcome = bank.desk.reserve(request).get();
        if (outcome instanceof Reserved) {
            bank.desk.open(request.requestId()).get();
        }
        return outcome;
    }
}
