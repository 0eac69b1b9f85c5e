package org.allodium.billing.internal;

import static org.allodium.billing.internal.Bank.aTenant;
import static org.allodium.billing.internal.Bank.used;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.allodium.billing.Budgets.Release;
import org.allodium.billing.Intent;
import org.allodium.billing.ReserveOutcome.Reserved;
import org.allodium.billing.Settlement;
import org.allodium.evidence.Receipt.Making;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Money;
import org.allodium.kernel.Refused;
import org.allodium.tenancy.TenantId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// No answer without a trace: what may leave before it is durable, and what a crash leaves of it.
class TraceTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration A_LITTLE = Duration.ofMillis(1);
    private Bank bank;
    private CutDatabase cut;
    private TenantId tenant;

    @BeforeEach
    void open() {
        bank = new Bank();
        cut = new CutDatabase(bank.database.platform());
        tenant = aTenant();
        bank.grant(tenant, "1");
    }

    @AfterEach
    void close() {
        cut.thaw();
        Invariants.hold(bank);
        bank.close();
    }

    @Test
    void releasesOneSecondBeyondTheLastMarkThenPausesThenCuts() throws Exception {
        try (var desk = open(cut)) {
            var id = reserved(desk).requestId();
            assertThat(desk.permit(id)).isEqualTo(Release.GO);
            desk.progress(id, 3);
            bank.mark(desk);
            cut.away.set(true);
            desk.progress(id, 9);
            bank.clock.forward(Marks.ALLOWANCE);
            desk.beat();
            assertThat(desk.permit(id)).as("a second after the mark").isEqualTo(Release.GO);
            bank.clock.forward(A_LITTLE);
            assertThat(desk.permit(id)).isEqualTo(Release.PAUSE);
            bank.clock.forward(Marks.PATIENCE.minus(A_LITTLE));
            assertThat(desk.permit(id)).isEqualTo(Release.PAUSE);
            bank.clock.forward(A_LITTLE);
            assertThat(desk.permit(id)).isEqualTo(Release.CUT);
            cut.away.set(false);
            desk.settle(failed(id, 9)).get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void goesOnWhenTheMarkIsDurable() throws Exception {
        try (var desk = open(cut)) {
            var id = reserved(desk).requestId();
            desk.permit(id);
            for (int second = 1; second <= 10; second++) {
                desk.progress(id, second * 40L);
                bank.mark(desk);
                assertThat(desk.permit(id)).isEqualTo(Release.GO);
            }
            desk.release(id).get();
        }
    }

    @Test
    void anAnswerOfWhichNothingHasLeftWaitsInItsQueueAsLongAsItMust() throws Exception {
        try (var desk = open(cut)) {
            var id = reserved(desk).requestId();
            desk.permit(id);
            cut.away.set(true);
            for (int second = 0; second < 60; second++) {
                bank.clock.forward(Duration.ofSeconds(1));
                desk.beat();
            }
            assertThat(desk.permit(id)).isEqualTo(Release.GO);
            cut.away.set(false);
            desk.release(id).get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void marksAllAnswersOfANodeInOneRow() throws Exception {
        for (int n = 1; n <= 40; n++) {
            var id = reserved(bank.desk).requestId();
            bank.desk.permit(id);
            bank.desk.progress(id, n);
        }
        bank.mark();
        assertThat(bank.number("select count(*) from billing.release_mark"))
                .isEqualByComparingTo("1");
        assertThat(bank.number("select sum(t) from billing.release_mark, unnest(tokens) as u (t)"))
                .isEqualByComparingTo("820");
        bank.crash();
        assertThat(bank.number("select count(*) from billing.usage_event where cost > 0"))
                .isEqualByComparingTo("40");
        assertThat(bank.number("select count(*) from billing.release_mark")).isZero();
    }

    @Test
    void whoCannotReserveInTimeIsRefusedAndWhatBecomesDurableAllTheSameIsGivenBack()
            throws Exception {
        try (var desk = open(cut)) {
            desk.release(reserved(desk).requestId()).get(20, TimeUnit.SECONDS);
            cut.freeze();
            var late = desk.reserve(bank.request(tenant, 10, 20));
            assertThat(cut.stuck.await(20, TimeUnit.SECONDS)).isTrue();
            var waiting = desk.reserve(bank.request(tenant, 10, 20));
            bank.clock.forward(Marks.PATIENCE);
            desk.beat();
            assertThat(late).isNotDone();
            bank.clock.forward(A_LITTLE);
            desk.beat();
            for (var refused : List.of(late, waiting)) {
                assertThatThrownBy(() -> refused.get(20, TimeUnit.SECONDS))
                        .cause()
                        .isInstanceOfSatisfying(
                                Refused.class,
                                e -> assertThat(e.code()).isEqualTo(ErrorCode.OVERLOADED));
            }
            cut.thaw();
            // The writers work in order: what comes after it proves that it is done.
            var next = reserved(desk).requestId();
            desk.release(next).get(20, TimeUnit.SECONDS);
            assertThat(bank.number("select count(*) from billing.open_reservation")).isZero();
            assertThat(bank.number("select sum(reserved) from billing.grant_balance")).isZero();
        }
    }

    @Test
    void theEndOfAnAnswerStaysWhenItsClosingRowIsNotDurableInTimeAndIsSettledLater()
            throws Exception {
        try (var desk = open(cut)) {
            var id = reserved(desk).requestId();
            cut.freeze();
            var concluded = desk.conclude(used(id, 10, 20));
            assertThat(cut.stuck.await(20, TimeUnit.SECONDS)).isTrue();
            bank.clock.forward(Marks.PATIENCE);
            desk.beat();
            assertThat(concluded).isNotDone();
            bank.clock.forward(A_LITTLE);
            desk.beat();
            assertThatThrownBy(() -> concluded.get(20, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(Refused.class);
            var settling = desk.settle(failed(id, 4));
            assertThat(settling).isNotDone();
            cut.thaw();
            assertThat(settling.get(20, TimeUnit.SECONDS).cost())
                    .as("what had left, and not what the closing row says")
                    .isEqualTo(Money.euro("0.000014"));
        }
    }

    @Test
    void aClosingRowSaysAfterACrashHowTheAnswerEndedButNotWhetherItArrived() throws Exception {
        var id = reserved(bank.desk).requestId();
        bank.desk.conclude(used(id, 10, 20)).get();
        bank.crash();
        var settled = bank.desk.awaitSettled(tenant, id, SOON).orElseThrow();
        assertThat(settled.outcome()).isEqualTo(Settlement.Outcome.COMPLETED);
        assertThat(settled.cost()).isEqualTo(Money.euro("0.00003"));
        assertThat(bank.receipt(id).path("delivery").asString()).isEqualTo("unknown");
        assertThat(bank.receipt(id).path("pool").asString()).isEqualTo("norrhamn-cpu");
    }

    @Test
    void aSettledAnswerSaysNothingOfUnknownDelivery() throws Exception {
        var id = reserved(bank.desk).requestId();
        bank.desk.conclude(used(id, 10, 20)).get();
        bank.desk.settle(used(id, 10, 20)).get();
        bank.crash();
        assertThat(bank.receipt(id).path("outcome").asString()).isEqualTo("completed");
        assertThat(bank.receipt(id).has("delivery")).isFalse();
    }

    @Test
    void anInterruptedAnswerCannotHaveLeftWholeSoNothingIsUnknown() throws Exception {
        var id = reserved(bank.desk).requestId();
        bank.desk.permit(id);
        bank.desk.progress(id, 5);
        bank.mark();
        bank.crash();
        assertThat(bank.receipt(id).path("outcome").asString()).isEqualTo("interrupted");
        assertThat(bank.receipt(id).has("delivery")).isFalse();
    }

    @Test
    void whatAnEarlierReleaseLeftOpenMayHaveLeftWhole() throws Exception {
        var id = reserved(bank.desk).requestId();
        bank.execute(
                "platform",
                "update billing.open_reservation set closes_first = false where request_id = '%s'"
                        .formatted(id));
        bank.crash();
        assertThat(bank.receipt(id).path("delivery").asString()).isEqualTo("unknown");
    }

    @Test
    void theUpgradeKeepsWhatAnEarlierReleaseNotedOfRunningAnswers() throws Exception {
        var id = reserved(bank.desk).requestId();
        bank.execute(
                "owner",
                "drop table billing.release_mark",
                "alter table billing.open_reservation drop column outcome, drop column input_tokens,"
                        + " drop column output_tokens, drop column from_cache, drop column facts,"
                        + " drop column closes_first,"
                        + " add column released_tokens bigint not null default 0");
        bank.execute("platform", "update billing.open_reservation set released_tokens = 7");
        bank.execute("owner", script("V40__marks_and_closing_rows.sql"));
        bank.crash();
        var settled = bank.desk.awaitSettled(tenant, id, SOON).orElseThrow();
        assertThat(settled.cost()).isEqualTo(Money.euro("0.000017"));
        assertThat(bank.receipt(id).path("delivery").asString()).isEqualTo("unknown");
    }

    private static String script(String name) throws IOException {
        try (var script = Marks.class.getResourceAsStream("/db/billing/" + name)) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private BudgetDesk open(CutDatabase database) {
        var desk = new BudgetDesk(database, bank.receipts, bank.clock);
        desk.start();
        return desk;
    }

    private Intent reserved(BudgetDesk desk) throws Exception {
        var request = bank.request(tenant, 10, 1000);
        assertThat(desk.reserve(request).get()).isInstanceOf(Reserved.class);
        return request;
    }

    private static Settlement failed(String requestId, long outputTokens) {
        return new Settlement(
                requestId, 10, outputTokens, false, Settlement.Outcome.FAILED, Making.UNKNOWN);
    }
}
