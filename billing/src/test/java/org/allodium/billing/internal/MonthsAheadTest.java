package org.allodium.billing.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.allodium.billing.Month;
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

    /// As an installation has them that is older than its first partition, or whose clock was
    // wrong.
    @Test
    void rowsOfAMonthThatHasNoPartitionGetOne() {
        months().make();
        var lab = Bank.aTenant();
        for (var at : List.of("2026-08-31T23:59:59.999999Z", "2026-07-01T00:00:00Z")) {
            old(lab, at);
        }
        var balance = "select sum(amount) from billing.account_balance where account = 'old'";
        assertThat(bank.number(balance)).isEqualByComparingTo("8");
        assertThat(otherwise()).isPositive();
        var doors = new MonthDoors(bank.platform, bank.clock);
        assertThat(doors.list()).extracting(Month::month).doesNotContain(YearMonth.of(2026, 8));

        assertThat(months().make()).isEqualTo(2 * (TABLES.size() + 1));
        assertThat(months().make()).isZero();
        assertThat(otherwise()).isZero();
        for (var table : TABLES.subList(0, 4)) {
            assertThat(in(table, "2026_08")).as(table).isPositive();
        }
        assertThat(bank.number(balance)).isEqualByComparingTo("8");
        assertThat(doors.list())
                .extracting(Month::month)
                .contains(YearMonth.of(2026, 8), YearMonth.of(2026, 7));
        doors.requireExportable(YearMonth.of(2026, 8));
        exported(YearMonth.of(2026, 8));
        doors.detach(YearMonth.of(2026, 8), "olga");
        assertThat(bank.number(balance)).as("it is carried").isEqualByComparingTo("8");
        doors.attach(YearMonth.of(2026, 8), "olga");
        assertThat(bank.number(balance)).isEqualByComparingTo("8");
    }

    private void old(TenantId lab, String at) {
        bank.platform.useTransaction(
                handle -> {
                    var id = java.util.UUID.randomUUID();
                    handle.createUpdate(
                                    "insert into billing.ledger_transaction values (:id, 'grant',"
                                            + " :key, :at)")
                            .bind("id", id)
                            .bind("key", "old " + at)
                            .bind("at", Instant.parse(at))
                            .execute();
                    for (var entry : List.of("old 4 1", "new -4 2")) {
                        var words = entry.split(" ");
                        handle.createUpdate(
                                        "insert into billing.ledger_entry values (:id, :line,"
                                                + " :account, :amount, 'EUR', :at)")
                                .bind("id", id)
                                .bind("line", Integer.parseInt(words[2]))
                                .bind("account", words[0])
                                .bind("amount", new BigDecimal(words[1]))
                                .bind("at", Instant.parse(at))
                                .execute();
                    }
                    handle.createUpdate(
                                    "insert into billing.usage_event (request_id, tenant_id, at,"
                                            + " project_id, input_tokens, output_tokens, cost,"
                                            + " from_cache, currency, outcome, model, pool, key_name,"
                                            + " subject) values (:request, :tenant, :at, :tenant, 1, 1,"
                                            + " 4, false, 'EUR', 'COMPLETED', 'm', 'p', 'k', 's')")
                            .bind("request", "old " + at)
                            .bind("tenant", lab.value())
                            .bind("at", Instant.parse(at))
                            .execute();
                    handle.createUpdate(
                                    "insert into billing.usage_payment values (:request, 0, :tenant,"
                                            + " :tenant, 'f', 'p', 4, :at)")
                            .bind("request", "old " + at)
                            .bind("tenant", lab.value())
                            .bind("at", Instant.parse(at))
                            .execute();
                });
        // Of a release that signed each receipt.
        bank.execute(
                "owner",
                "insert into evidence.receipt_otherwise (id, tenant_id, at, leaf_hash, jws)"
                        + " values ('old %1$s', '%2$s', '%1$s', sha256('x'), 'x')"
                                .formatted(at, lab.value()));
    }

    private BigDecimal otherwise() {
        return Stream.concat(TABLES.stream(), Stream.of("evidence.receipt"))
                .map(table -> in(table, "otherwise"))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /// As many rows as lie in that part of the table.
    private BigDecimal in(String table, String part) {
        return bank.number(
                "select count(*) from %1$s where tableoid = '%1$s_%2$s'::regclass"
                        .formatted(table, part));
    }

    private void exported(YearMonth month) {
        try {
            new MonthExport(bank.platform, bank.clock, month, "ada", "{}")
                    .writeTo(java.io.OutputStream.nullOutputStream());
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
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
