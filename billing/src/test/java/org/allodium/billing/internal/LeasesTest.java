package org.allodium.billing.internal;

import static org.allodium.billing.internal.Bank.aTenant;
import static org.allodium.billing.internal.Bank.used;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.allodium.billing.Intent;
import org.allodium.billing.ReserveOutcome;
import org.allodium.billing.ReserveOutcome.BudgetSpent;
import org.allodium.billing.ReserveOutcome.Reserved;
import org.allodium.evidence.Receipt;
import org.allodium.kernel.Money;
import org.allodium.kernel.Refused;
import org.allodium.tenancy.TenantId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Money and allowances that are given out from memory: to the last coin, and never more.
class LeasesTest {
    private final TenantId tenant = aTenant();
    private final Receipt.Caller caller =
            new Receipt.Caller(
                    tenant.value(),
                    UUID.randomUUID(),
                    Optional.of(UUID.randomUUID()),
                    "laptop",
                    "ada");
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
    void theStateOfTheDatabaseIsNotAskedForOnceALeaseIsThere() throws Exception {
        bank.grant(tenant, "1");
        settle(reserved(10, 10), 5);
        long before = leased();
        for (int n = 0; n < 50; n++) {
            settle(reserved(10, 10), 5);
        }
        assertThat(leased() - before).as("leases that were changed").isLessThanOrEqualTo(3);
    }

    @Test
    void aGrantIsSpentToTheLastCoin() throws Exception {
        bank.grant(tenant, "0.001");
        int paid = 0;
        while (reserve(10, 10) instanceof Reserved held) {
            bank.desk.settle(used(held.requestId(), 10, 10)).get();
            paid++;
        }
        assertThat(paid).isEqualTo(50);
        bank.rest();
        assertThat(bank.number("select spent from billing.grant_balance"))
                .isEqualByComparingTo("0.001");
    }

    @Test
    void whatLiesIdleGoesBack() throws Exception {
        bank.grant(tenant, "1");
        var running = reserved(10, 10);
        assertThat(reserved()).isPositive();
        bank.clock.forward(BudgetDesk.IDLE.plusMillis(1));
        bank.desk.beat();
        bank.desk.giveBack(bank.clock.instant().minus(BudgetDesk.IDLE)).get();
        assertThat(bank.number("select reserved from billing.grant_balance"))
                .as("what a request holds")
                .isEqualByComparingTo("0.00002");
        settle(running, 10);
    }

    @Test
    void aGrantThatIsMadeWhileAnotherPaysIsFoundWhenThatIsSpent() throws Exception {
        bank.grant(tenant, "0.00002");
        settle(reserved(10, 10), 10);
        assertThat(reserve(10, 10)).isInstanceOf(BudgetSpent.class);
        bank.grant(tenant, "0.00002");
        settle(reserved(10, 10), 10);
    }

    @Test
    void aGrantThatEndsSoonerPaysFromTenSecondsOnAtTheLatest() throws Exception {
        bank.grant(tenant, "1");
        settle(reserved(10, 10), 10);
        var sooner = bank.grant(tenant, "1", 0, Duration.ofDays(3));
        bank.clock.forward(Wallet.FRESH);
        var id = reserved(10, 10);
        var settled = bank.desk.settle(used(id, 10, 10)).get();
        assertThat(settled.payments().getFirst().grant().value()).isEqualTo(sooner);
    }

    @ParameterizedTest
    @EnumSource(names = "CONSENT", mode = EnumSource.Mode.EXCLUDE)
    void anAllowanceBindsBesideTheGrants(Allowance.Level level) throws Exception {
        bank.grant(tenant, "1");
        allow(level, holder(level), "0.00005");
        var first = reserved(10, 10);
        var second = reserved(10, 10);
        assertThat(reserve(10, 10))
                .isEqualTo(new BudgetSpent(Money.euro("0.00001"), Money.euro("0.00002")));
        settle(first, 0);
        var third = reserved(10, 10);
        settle(second, 10);
        settle(third, 10);
        assertThat(reserve(10, 10)).isInstanceOf(BudgetSpent.class);
        assertThat(bank.number("select used from billing.allowance"))
                .isEqualByComparingTo("0.00005");
    }

    @Test
    void anothersAllowanceBindsNobodyElse() throws Exception {
        bank.grant(tenant, "1");
        allow(Allowance.Level.KEY, UUID.randomUUID().toString(), "0.00001");
        settle(reserved(10, 10), 10);
    }

    @Test
    void aStreamHoldsMoreWhenItGoesOnAndPaysForIt() throws Exception {
        bank.grant(tenant, "0.00007");
        var id = reserved(10, 10);
        bank.desk.open(id).get();
        assertThat(bank.desk.extend(id, 50).get()).isInstanceOf(Reserved.class);
        assertThat(bank.desk.extend(id, 1).get()).isInstanceOf(BudgetSpent.class);
        assertThat(bank.desk.settle(used(id, 10, 60)).get().cost())
                .isEqualTo(Money.euro("0.00007"));
        assertThatThrownBy(() -> bank.desk.extend(id, 1).get()).hasCauseInstanceOf(Refused.class);
    }

    @Test
    void whatAStreamHoldsInAdditionSurvivesACrash() throws Exception {
        bank.grant(tenant, "1");
        var id = reserved(10, 10);
        bank.desk.open(id).get();
        bank.desk.extend(id, 50).get();
        bank.desk.outflow(id).permit();
        bank.desk.outflow(id).released(40);
        bank.mark();
        bank.crash();
        assertThat(bank.desk.awaitSettled(tenant, id, Duration.ofSeconds(20)).orElseThrow().cost())
                .isEqualTo(Money.euro("0.00005"));
    }

    private String holder(Allowance.Level level) {
        return switch (level) {
            case ORGANISATION, CONSENT -> "";
            case PROJECT -> caller.project().toString();
            case USER -> caller.subject();
            case KEY -> caller.key().orElseThrow().toString();
        };
    }

    private void allow(Allowance.Level level, String holder, String cap) {
        bank.execute(
                "platform",
                "insert into billing.allowance (id, tenant_id, level, holder, unit, cap)"
                        + " values ('%s', '%s', '%s', '%s', 'EUR', %s)"
                                .formatted(UUID.randomUUID(), tenant, level, holder, cap));
    }

    private ReserveOutcome reserve(long input, long output) throws Exception {
        return bank.desk.reserve(request(input, output)).get();
    }

    private Intent request(long input, long output) {
        return Bank.request(Bank.id(UUID.randomUUID()), caller, input, output);
    }

    private String reserved(long input, long output) throws Exception {
        return ((Reserved) reserve(input, output)).requestId();
    }

    private void settle(String id, long output) throws Exception {
        bank.desk.settle(used(id, 10, output)).get();
    }

    private java.math.BigDecimal reserved() {
        return bank.number("select reserved from billing.grant_balance");
    }

    private long leased() {
        return bank.number("select max(leased) from billing.run").longValueExact();
    }
}
