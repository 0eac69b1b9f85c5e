package org.allodium.billing.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.allodium.tenancy.TenantId;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MonthsAheadTest {
    private static final List<String> TABLES =
            List.of(
                    "billing.usage_event",
                    "billing.usage_payment",
                    "billing.ledger_transaction",
                    "billing.ledger_entry",
                    "evidence.sealed_receipt");

    private final Bank bank = new Bank();

    @AfterEach
    void close() {
        bank.close();
    }

    @Test
    void makesWhatTheLastMigrationDidNot() {
        to("2029-11-15T00:00:00Z");
        assertThat(months().make()).isEqualTo(4 * TABLES.size());
        assertThat(months().make()).as("once is enough").isZero();
        for (var table : TABLES) {
            assertThat(attached(table))
                    .contains(
                            table + "_2029_11",
                            table + "_2029_12",
                            table + "_2030_01",
                            table + "_2030_02")
                    .doesNotContain(table + "_2029_10", table + "_2030_03");
        }
        var lab = Bank.aTenant();
        bank.grant(lab, "1");
        settle(bank.request(lab, 10, 20).requestId(), lab);
        for (var table : List.of(TABLES.get(0), TABLES.get(2), TABLES.get(3), TABLES.get(4))) {
            assertThat(
                            bank.number(
                                    "select count(*) from "
                                            + table
                                            + " where tableoid = '"
                                            + table
                                            + "_2029_11'::regclass"))
                    .as(table)
                    .isPositive();
        }
        Invariants.hold(bank);
    }

    @Test
    void twoNodesDoNotGetInEachOthersWay() {
        to("2031-05-01T00:00:00Z");
        var one = CompletableFuture.supplyAsync(() -> months().make());
        var other = CompletableFuture.supplyAsync(() -> months().make());
        assertThat(one.join() + other.join()).isEqualTo(4 * TABLES.size());
    }

    @Test
    void nobodyElseMakesTables() {
        assertThatThrownBy(() -> bank.execute("app", "select billing.make_month('2040-01-01')"))
                .isInstanceOf(JdbiException.class);
        assertThatThrownBy(
                        () -> bank.execute("platform", "select billing.make_month('2040-01-02')"))
                .isInstanceOf(JdbiException.class);
        assertThatThrownBy(
                        () ->
                                bank.execute(
                                        "platform",
                                        "select evidence.make_partition("
                                                + "'billing.run'::regclass, '2040-01-01')"))
                .isInstanceOf(JdbiException.class);
    }

    @Test
    void aRequestThatCrossesMidnightSettlesOnce() {
        to("2027-03-31T23:59:59Z");
        months().make();
        var lab = Bank.aTenant();
        var first = bank.grant(lab, "0.000015");
        bank.grant(lab, "1", 1, Duration.ofDays(30));
        var request = bank.request(lab, 10, 20);
        bank.desk.reserve(request).join();
        bank.desk.open(request.requestId()).join();
        bank.clock.forward(Duration.ofSeconds(2));
        var settled = bank.desk.settle(Bank.used(request.requestId(), 10, 20)).join();
        var again = bank.desk.settle(Bank.used(request.requestId(), 10, 20)).join();
        assertThat(again).isEqualTo(settled);
        bank.rest();
        for (var table : List.of(TABLES.get(0), TABLES.get(4))) {
            assertThat(bank.number("select count(*) from " + table))
                    .as(table)
                    .isEqualByComparingTo("1");
            assertThat(
                            bank.number(
                                    "select count(*) from "
                                            + table
                                            + " where tableoid = '"
                                            + table
                                            + "_2027_04'::regclass"))
                    .as(table)
                    .isEqualByComparingTo("1");
        }
        assertThat(
                        bank.number(
                                "select count(*) from billing.usage_payment where tableoid ="
                                        + " 'billing.usage_payment_2027_04'::regclass"))
                .isEqualByComparingTo("2");
        assertThat(
                        bank.number(
                                "select spent from billing.grant_balance where grant_id = '"
                                        + first
                                        + "'"))
                .isEqualByComparingTo("0.000015");
        Invariants.hold(bank);
    }

    private void settle(String id, TenantId lab) {
        bank.desk.reserve(Bank.request(id, lab, 10, 20)).join();
        bank.desk.settle(Bank.used(id, 10, 20)).join();
        bank.rest();
    }

    private void to(String instant) {
        bank.clock.forward(Duration.between(bank.clock.instant(), Instant.parse(instant)));
    }

    private MonthsAhead months() {
        return new MonthsAhead(bank.platform, bank.clock);
    }

    private List<String> attached(String table) {
        return bank.platform.withHandle(
                handle ->
                        handle.createQuery(
                                        "select inhrelid::regclass::text from pg_inherits"
                                                + " where inhparent = cast(:table as regclass)")
                                .bind("table", table)
                                .mapTo(String.class)
                                .list());
    }
}
