package org.allodium.billing.internal;

import static org.allodium.billing.internal.Bank.aTenant;
import static org.allodium.billing.internal.Bank.used;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
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
            assertThat(desk.outflow(id).permit()).isEqualTo(Release.GO);
            desk.outflow(id).released(3);
            bank.mark(desk);
            cut.away.set(true);
            desk.outflow(id).released(9);
            bank.clock.forward(Marks.ALLOWANCE);
            desk.beat();
            assertThat(desk.outflow(id).permit())
                    .as("a second after the mark")
                    .isEqualTo(Release.GO);
            bank.clock.forward(A_LITTLE);
            assertThat(desk.outflow(id).permit()).isEqualTo(Release.PAUSE);
            bank.clock.forward(Marks.PATIENCE.minus(A_LITTLE));
            assertThat(desk.outflow(id).permit()).isEqualTo(Release.PAUSE);
            bank.clock.forward(A_LITTLE);
            assertThat(desk.outflow(id).permit()).isEqualTo(Release.CUT);
            cut.away.set(false);
            desk.settle(failed(id, 9)).get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void goesOnWhenTheMarkIsDurable() throws Exception {
        try (var desk = open(cut)) {
            var id = reserved(desk).requestId();
            desk.outflow(id).permit();
            for (int second = 1; second <= 10; second++) {
                desk.outflow(id).released(second * 40L);
                bank.mark(desk);
                assertThat(desk.outflow(id).permit()).isEqualTo(Release.GO);
            }
            desk.release(id).get();
        }
    }

    @Test
    void anAnswerOfWhichNothingHasLeftWaitsInItsQueueAsLongAsItMust() throws Exception {
        try (var desk = open(cut)) {
            var id = reserved(desk).requestId();
            desk.outflow(id).permit();
            cut.away.set(true);
            for (int second = 0; second < 60; second++) {
                bank.clock.forward(Duration.ofSeconds(1));
                desk.beat();
            }
            assertThat(desk.outflow(id).permit()).isEqualTo(Release.GO);
            cut.away.set(false);
            desk.release(id).get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void marksAllAnswersOfANodeInOneRow() throws Exception {
        for (int n = 1; n <= 40; n++) {
            var id = reserved(bank.desk).requestId();
            bank.desk.outflow(id).permit();
            bank.desk.outflow(id).released(n);
        }
        bank.mark();
        assertThat(bank.number("select count(*) from billing.mark")).isEqualByComparingTo("1");
        assertThat(bank.number("select sum(t) from billing.mark, unnest(tokens) as u (t)"))
                .isEqualByComparingTo("820");
        bank.crash();
        assertThat(bank.number("select count(*) from billing.usage_event where cost > 0"))
                .isEqualByComparingTo("40");
        assertThat(bank.number("select count(*) from billing.mark")).isZero();
    }

    @Test
    void whoIsNotOpenInTimeIsRefusedAndWhatBecomesDurableAllTheSameIsCleared() throws Exception {
        try (var desk = open(cut)) {
            desk.release(reserved(desk).requestId()).get(20, TimeUnit.SECONDS);
            var first = held(desk).requestId();
            var second = held(desk).requestId();
            cut.freeze();
            var late = desk.open(first);
            assertThat(cut.stuck.await(20, TimeUnit.SECONDS)).isTrue();
            var waiting = desk.open(second);
            assertThat(desk.outflow(first).permit())
                    .as("before its intent is durable")
                    .isEqualTo(Release.PAUSE);
            bank.clock.forward(Marks.PATIENCE);
            desk.beat();
            assertThat(late).isNotDone();
            bank.clock.forward(A_LITTLE);
            desk.beat();
            assertBusy(late);
            assertBusy(waiting);
            var released = List.of(desk.release(first), desk.release(second));
            cut.thaw();
            for (var one : released) {
                one.get(20, TimeUnit.SECONDS);
            }
            assertThat(bank.number("select count(*) from billing.open_request")).isZero();
            desk.giveBack(Instant.MAX).get(20, TimeUnit.SECONDS);
            assertThat(bank.number("select sum(reserved) from billing.grant_balance")).isZero();
        }
    }

    @Test
    void whoNeedsALeaseAndGetsNoneInTimeIsRefusedAndNothingIsLost() throws Exception {
        try (var desk = open(cut)) {
            cut.freeze();
            var late = desk.reserve(bank.request(tenant, 10, 20));
            assertThat(cut.stuck.await(20, TimeUnit.SECONDS)).isTrue();
            bank.clock.forward(Marks.PATIENCE);
            desk.beat();
            assertThat(late).isNotDone();
            bank.clock.forward(A_LITTLE);
            desk.beat();
            assertBusy(late);
            cut.thaw();
            desk.release(reserved(desk).requestId()).get(20, TimeUnit.SECONDS);
            desk.giveBack(Instant.MAX).get(20, TimeUnit.SECONDS);
            assertThat(bank.number("select sum(reserved) from billing.grant_balance")).isZero();
        }
    }

    @Test
    void aLeaseWhoseCommitWentThroughUnheardIsKnownAgain() throws Exception {
        try (var desk = open(cut)) {
            cut.afterNextCommit.set(true);
            assertThatThrownBy(() -> desk.reserve(bank.request(tenant, 10, 20)).get())
                    .hasCauseInstanceOf(Refused.class);
            desk.release(reserved(desk).requestId()).get(20, TimeUnit.SECONDS);
            desk.giveBack(Instant.MAX).get(20, TimeUnit.SECONDS);
            assertThat(bank.number("select sum(reserved) from billing.grant_balance")).isZero();
        }
    }

    @Test
    void whatIsConcludedWithoutHavingBeenOpenedSurvivesACrash() throws Exception {
        var id = held(bank.desk).requestId();
        assertThat(bank.desk.outflow(id).permit()).isEqualTo(Release.CUT);
        bank.desk.conclude(used(id, 10, 20)).get();
        bank.crash();
        assertThat(bank.desk.awaitSettled(tenant, id, SOON).orElseThrow().cost())
                .isEqualTo(Money.euro("0.00003"));
        assertThat(bank.receipt(id).path("delivery").asString()).isEqualTo("unknown");
    }

    @Test
    void whatIsReturnedTwiceAtOnceGoesBackOnce() throws Exception {
        try (var desk = open(cut)) {
            var id = reserved(desk).requestId();
            cut.freeze();
            var returns = List.of(desk.giveBack(Instant.MAX), desk.giveBack(Instant.MAX));
            assertThat(cut.stuck.await(20, TimeUnit.SECONDS)).isTrue();
            cut.thaw();
            for (var one : returns) {
                one.get(20, TimeUnit.SECONDS);
            }
            assertThat(bank.number("select sum(amount) from billing.lease"))
                    .as("what the request holds")
                    .isEqualByComparingTo("0.00101");
            desk.settle(used(id, 10, 1000)).get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void aReturnWhoseCommitWentThroughUnheardIsKnownToTheNextRequest() throws Exception {
        try (var desk = open(cut)) {
            desk.release(reserved(desk).requestId()).get(20, TimeUnit.SECONDS);
            cut.afterNextCommit.set(true);
            assertThatThrownBy(() -> desk.giveBack(Instant.MAX).get(20, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(Refused.class);
            desk.settle(used(reserved(desk).requestId(), 10, 1000)).get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void anOrderlyEndThatLeavesARequestOpenLeavesItsMoneyToTheNextRun() throws Exception {
        String id;
        try (var desk = open(bank.database.platform())) {
            id = reserved(desk).requestId();
        }
        bank.crash();
        assertThat(bank.desk.awaitSettled(tenant, id, SOON).orElseThrow().outcome())
                .isEqualTo(Settlement.Outcome.INTERRUPTED);
        bank.rest();
        assertThat(bank.number("select sum(reserved) from billing.grant_balance")).isZero();
    }

    private static void assertBusy(CompletableFuture<?> refused) {
        assertThatThrownBy(() -> refused.get(20, TimeUnit.SECONDS))
                .cause()
                .isInstanceOfSatisfying(
                        Refused.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OVERLOADED));
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
        bank.desk.outflow(id).permit();
        bank.desk.outflow(id).released(5);
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
                ("update billing.slot set intent = (intent::jsonb || '{\"closes_first\": false}')::json"
                                + " where request_id = '%s'")
                        .formatted(id));
        bank.crash();
        assertThat(bank.receipt(id).path("delivery").asString()).isEqualTo("unknown");
    }

    private BudgetDesk open(DataSource database) {
        bank.unheard("node-1");
        var desk = new BudgetDesk(database, bank.receipts, bank.clock, "node-1");
        desk.start();
        return desk;
    }

    private Intent reserved(BudgetDesk desk) throws Exception {
        var request = held(desk);
        desk.open(request.requestId()).get();
        return request;
    }

    private Intent held(BudgetDesk desk) throws Exception {
        var request = bank.request(tenant, 10, 1000);
        assertThat(desk.reserve(request).get()).isInstanceOf(Reserved.class);
        return request;
    }

    private static Settlement failed(String requestId, long outputTokens) {
        return new Settlement(
                requestId, 10, outputTokens, false, Settlement.Outcome.FAILED, Making.UNKNOWN);
    }
}
