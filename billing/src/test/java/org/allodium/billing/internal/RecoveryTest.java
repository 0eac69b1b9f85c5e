package org.allodium.billing.internal;

import static org.allodium.billing.internal.Bank.aTenant;
import static org.allodium.billing.internal.Bank.used;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.allodium.billing.Intent;
import org.allodium.billing.ReserveOutcome.Reserved;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Money;
import org.allodium.kernel.Refused;
import org.allodium.tenancy.TenantId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What is left when a process dies or the database goes away.
class RecoveryTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private Bank bank;

    @BeforeEach
    void open() {
        bank = new Bank();
    }

    @AfterEach
    void close() {
        Invariants.hold(bank);
        bank.close();
    }

    @Test
    void chargesInputAndWhatIsKnownToHaveLeft() throws Exception {
        var tenant = aTenant();
        bank.grant(tenant, "1");
        var request = reserved(tenant, 10, 100);
        bank.desk.outflow(request.requestId()).released(7);
        bank.mark();
        bank.crash();
        var settled = bank.desk.awaitSettled(tenant, request.requestId(), SOON).orElseThrow();
        assertThat(settled.cost()).isEqualTo(Money.euro("0.000017"));
        assertThat(bank.receipt(request.requestId()).path("outcome").asString())
                .isEqualTo("interrupted");
        bank.rest();
        assertThat(bank.number("select sum(reserved) from billing.grant_balance")).isZero();
    }

    @Test
    void chargesNothingWhereNothingIsKnownToHaveLeftButWritesAReceipt() throws Exception {
        var tenant = aTenant();
        bank.grant(tenant, "1");
        var request = reserved(tenant, 10, 100);
        bank.crash();
        var settled = bank.desk.awaitSettled(tenant, request.requestId(), SOON).orElseThrow();
        assertThat(settled.cost().isZero()).isTrue();
        assertThat(settled.inputTokens()).isZero();
        assertThat(bank.receipt(request.requestId()).path("outcome").asString())
                .isEqualTo("interrupted");
    }

    @Test
    void recoversOnceHoweverOftenItStarts() throws Exception {
        var tenant = aTenant();
        bank.grant(tenant, "1");
        for (int i = 0; i < 30; i++) {
            reserved(tenant, 10, 100);
        }
        bank.crash();
        bank.crash();
        assertThat(bank.number("select count(*) from billing.usage_event"))
                .isEqualByComparingTo("30");
    }

    @Test
    void releasesWhatAnotherConnectionReservedWithoutAnAnswer() throws Exception {
        var tenant = aTenant();
        var grant = bank.grant(tenant, "1");
        var cut = new CutDatabase(bank.database.platform());
        bank.unheard("node-1");
        try (var desk = new BudgetDesk(cut, bank.receipts, bank.clock, "node-1")) {
            desk.start();
            var request = bank.request(tenant, 10, 10);
            desk.reserve(request).get();
            cut.afterNextCommit.set(true);
            assertThatThrownBy(() -> desk.open(request.requestId()).get())
                    .cause()
                    .isInstanceOfSatisfying(
                            Refused.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.OVERLOADED));
            desk.release(request.requestId()).get();
            assertThat(bank.number("select count(*) from billing.open_request")).isZero();
            desk.giveBack(Instant.MAX).join();
            assertThat(
                            bank.number(
                                    "select reserved from billing.grant_balance where grant_id = '"
                                            + grant
                                            + "'"))
                    .isZero();
        }
    }

    @Test
    void refusesToReserveAndKeepsSettlingWhileTheDatabaseIsAway() throws Exception {
        var tenant = aTenant();
        bank.grant(tenant, "1");
        var cut = new CutDatabase(bank.database.platform());
        bank.unheard("node-1");
        try (var desk = new BudgetDesk(cut, bank.receipts, bank.clock, "node-1")) {
            desk.start();
            var request = bank.request(tenant, 10, 10);
            assertThat(desk.reserve(request).get()).isInstanceOf(Reserved.class);
            cut.away.set(true);
            var settling = desk.settle(used(request.requestId(), 10, 10));
            var other = bank.request(aTenant(), 1, 1);
            assertThatThrownBy(() -> desk.reserve(other).get()).hasCauseInstanceOf(Refused.class);
            var next = bank.request(tenant, 1, 1);
            desk.reserve(next).get();
            assertThatThrownBy(() -> desk.open(next.requestId()).get())
                    .as("nothing runs whose intent is not durable")
                    .hasCauseInstanceOf(Refused.class);
            assertThat(cut.refused.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(settling).isNotDone();
            cut.away.set(false);
            assertThat(settling.get(20, TimeUnit.SECONDS).cost()).isEqualTo(Money.euro("0.00002"));
        }
    }

    @Test
    void settlesOnceWhenTheCommitsAnswerIsLost() throws Exception {
        var tenant = aTenant();
        bank.grant(tenant, "1");
        var cut = new CutDatabase(bank.database.platform());
        bank.unheard("node-1");
        try (var desk = new BudgetDesk(cut, bank.receipts, bank.clock, "node-1")) {
            desk.start();
            var request = bank.request(tenant, 10, 10);
            desk.reserve(request).get();
            cut.afterNextCommit.set(true);
            assertThat(desk.settle(used(request.requestId(), 10, 5)).get().cost())
                    .isEqualTo(Money.euro("0.000015"));
            assertThat(bank.number("select count(*) from evidence.sealed_receipt"))
                    .isEqualByComparingTo("1");
        }
    }

    private Intent reserved(TenantId tenant, long input, long output) throws Exception {
        var request = bank.request(tenant, input, output);
        assertThat(bank.desk.reserve(request).get()).isInstanceOf(Reserved.class);
        bank.desk.open(request.requestId()).get();
        return request;
    }
}
