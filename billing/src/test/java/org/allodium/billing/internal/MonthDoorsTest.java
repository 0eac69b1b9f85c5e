package org.allodium.billing.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.allodium.billing.Month;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Ids;
import org.allodium.kernel.Refused;
import org.allodium.tenancy.TenantId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MonthDoorsTest {
    private static final YearMonth MARCH = YearMonth.of(2027, 3);
    private static final String OPERATOR = "olga";
    private static final TenantId LAB = Bank.aTenant();
    private static final TenantId OTHER = Bank.aTenant();

    private final Bank bank = new Bank();
    private final MonthDoors doors = new MonthDoors(bank.platform, bank.clock);

    @AfterEach
    void close() {
        bank.close();
    }

    @Test
    void noSumChangesWhenAMonthGoesAndComesBack() {
        used();
        var before = sums();
        assertThat(before).doesNotContain("", "[]");
        exported();

        var away = doors.detach(MARCH, OPERATOR);
        assertThat(away.state()).isEqualTo(Month.State.DETACHED);
        assertThat(away.moved())
                .contains(new Month.Act(bank.clock.instant(), OPERATOR, Optional.empty()));
        assertThat(rowsOfMarch()).isEqualTo("0 0 0 0 0");
        assertThat(sums()).isEqualTo(before);

        settle(LAB, 1, 1);
        var grown = sums();
        assertThat(grown).isNotEqualTo(before);
        assertThat(doors.attach(MARCH, OPERATOR).state()).isEqualTo(Month.State.ATTACHED);
        assertThat(sums()).isEqualTo(grown);
        Invariants.hold(bank);

        doors.detach(MARCH, OPERATOR);
        assertThat(sums()).isEqualTo(grown);
        doors.attach(MARCH, OPERATOR);
        assertThat(
                        bank.text(
                                "select string_agg(act || ' ' || actor, ', ' order by id) from"
                                        + " billing.month_act"))
                .isEqualTo(
                        "EXPORTED ada, DETACHED olga, ATTACHED olga, DETACHED olga, ATTACHED olga");
        Invariants.hold(bank);
    }

    @Test
    void aReceiptThatIsAwaySaysSoToItsOwnAlone() {
        var id = used();
        exported();
        assertThat(bank.receipts.find(OTHER.value(), id)).isEmpty();
        doors.detach(MARCH, OPERATOR);
        assertThatThrownBy(() -> bank.receipts.find(LAB.value(), id))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> {
                            assertThat(refused.code()).isEqualTo(ErrorCode.ARCHIVED);
                            assertThat(refused.english()).contains("2027-03", "operator");
                        });
        assertThat(bank.receipts.find(OTHER.value(), id)).isEmpty();
        assertThat(bank.receipts.find(LAB.value(), timed("2027-02-20T00:00:00Z"))).isEmpty();
        assertThat(bank.receipts.find(LAB.value(), Bank.id(UUID.randomUUID())))
                .as("it had no id without a time")
                .isEmpty();
    }

    @Test
    void refusesWhatIsNotOverOrNotSettledOrNotKept() {
        used();
        refuses("billing.month-not-over", YearMonth.of(2027, 4));
        bank.clock.forward(Duration.ofSeconds(-1));
        refuses("billing.month-not-over", MARCH);
        bank.clock.forward(Duration.ofSeconds(1));
        assertThatThrownBy(() -> doors.detach(YearMonth.of(2020, 1), OPERATOR))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.NOT_FOUND));
        refuses("billing.month-not-exported", MARCH);
        exported();
        bank.execute("platform", "update evidence.log_run set next_seq = 1");
        refuses("billing.month-unsequenced", MARCH);
        sequenced();
        doors.detach(MARCH, OPERATOR);
        refuses("billing.month-detached", MARCH);
    }

    @Test
    void refusesAMonthWithAnOpenRequest() {
        grants();
        to("2027-03-31T23:59:59Z");
        var request = bank.request(LAB, 10, 20);
        bank.desk.reserve(request).join();
        bank.desk.open(request.requestId()).join();
        to("2027-04-09T00:00:00Z");
        exported();
        refuses("billing.month-open", MARCH);
        bank.desk.settle(Bank.used(request.requestId(), 10, 20)).join();
        sequenced();
        doors.detach(MARCH, OPERATOR);
        assertThat(bank.number("select count(*) from billing.usage_event"))
                .as("it was settled in April")
                .isEqualByComparingTo("1");
    }

    @Test
    void letsNothingElseBackIn() {
        used();
        exported();
        doors.detach(MARCH, OPERATOR);
        bank.execute("owner", "update billing.ledger_entry_2027_03 set amount = amount * 2");
        assertThatThrownBy(() -> doors.attach(MARCH, OPERATOR))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused ->
                                assertThat(refused.sentence().key())
                                        .isEqualTo("billing.month-changed"));
        bank.execute("owner", "drop table billing.ledger_entry_2027_03");
        assertThatThrownBy(() -> doors.attach(MARCH, OPERATOR))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused ->
                                assertThat(refused.sentence().key())
                                        .isEqualTo("billing.month-tables-gone"));
    }

    @Test
    void nothingIsWrittenIntoAMonthThatIsAway() {
        used();
        exported();
        doors.detach(MARCH, OPERATOR);
        assertThatThrownBy(
                        () ->
                                bank.execute(
                                        "platform",
                                        "insert into billing.ledger_transaction"
                                                + " values (gen_random_uuid(), 'usage', 'x',"
                                                + " '2027-03-15T00:00:00Z')"))
                .hasMessageContaining("away_2027_03");
    }

    @Test
    void listsTheMonthsUntilNow() {
        assertThat(doors.list().getFirst().month()).isEqualTo(MARCH);
        assertThat(doors.list().getFirst().state()).isEqualTo(Month.State.CURRENT);
        assertThat(doors.list()).extracting(Month::month).contains(YearMonth.of(2026, 11));
        assertThat(doors.list().getFirst().bytes()).isPositive();
    }

    private void grants() {
        bank.grant(LAB, "0.000041", 0, Duration.ofDays(200));
        bank.grant(LAB, "1", 1, Duration.ofDays(200));
    }

    /// Use in March, in one grant and in two; the month after has begun.
    private String used() {
        grants();
        settle(LAB, 10, 10);
        settle(LAB, 0, 0);
        var id = settle(LAB, 15, 15);
        settle(LAB, 10, 10);
        to("2027-04-09T00:00:00Z");
        settle(LAB, 7, 7);
        return id;
    }

    private String settle(TenantId tenant, long in, long out) {
        var id = timed(bank.clock.instant().toString());
        bank.desk.reserve(Bank.request(id, tenant, in, out)).join();
        bank.desk.settle(Bank.used(id, in, out)).join();
        bank.rest();
        sequenced();
        return id;
    }

    /// Without a log there is nobody else who says so.
    private void sequenced() {
        bank.execute(
                "platform",
                "update evidence.log_run l set next_seq ="
                        + " (select r.receipts from billing.run r where r.run = l.run)");
    }

    private void exported() {
        bank.platform.useTransaction(
                handle ->
                        handle.createQuery(
                                        "select billing.note_export('2027-03-01', :now, 'ada',"
                                                + " sha256('x'))::text")
                                .bind("now", bank.clock.instant())
                                .mapTo(String.class)
                                .one());
    }

    private List<String> sums() {
        var spent =
                bank.platform.withHandle(
                        handle ->
                                UsageLog.daily(
                                        handle,
                                        LAB.value(),
                                        null,
                                        Instant.parse("2027-01-01T00:00:00Z"),
                                        Instant.parse("2028-01-01T00:00:00Z")));
        return List.of(
                spent.toString(),
                bank.text(
                        "select string_agg(account || ' ' || trim_scale(amount) || currency, ', '"
                                + " order by account, currency) from billing.account_balance where amount <> 0"),
                bank.text(
                        "select string_agg(grant_id || ' ' || trim_scale(spent), ', ' order by grant_id)"
                                + " from billing.grant_balance"));
    }

    private String rowsOfMarch() {
        var where = " where at < '2027-04-01T00:00:00Z')";
        return bank.text(
                "select (select count(*) from billing.usage_event"
                        + where
                        + " || ' ' || (select count(*) from billing.usage_payment"
                        + where
                        + " || ' ' || (select count(*) from billing.ledger_transaction"
                        + where
                        + " || ' ' || (select count(*) from billing.ledger_entry"
                        + where
                        + " || ' ' || (select count(*) from evidence.sealed_receipt"
                        + where);
    }

    private void refuses(String key, YearMonth month) {
        assertThatThrownBy(() -> doors.detach(month, OPERATOR))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.sentence().key()).isEqualTo(key));
    }

    private void to(String instant) {
        bank.clock.forward(Duration.between(bank.clock.instant(), Instant.parse(instant)));
        new MonthsAhead(bank.platform, bank.clock).make();
    }

    private static String timed(String instant) {
        return Ids.prefixed("chatcmpl-", Clock.fixed(Instant.parse(instant), ZoneOffset.UTC));
    }
}
