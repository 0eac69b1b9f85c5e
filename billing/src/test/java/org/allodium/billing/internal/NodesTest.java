package org.allodium.billing.internal;

import static org.allodium.billing.Nodes.State.ENDED;
import static org.allodium.billing.Nodes.State.LIVES;
import static org.allodium.billing.Nodes.State.SILENT;
import static org.allodium.billing.internal.Bank.aTenant;
import static org.allodium.billing.internal.Bank.used;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.allodium.billing.Budgets.Release;
import org.allodium.billing.Intent;
import org.allodium.billing.Nodes;
import org.allodium.billing.ReserveOutcome;
import org.allodium.billing.ReserveOutcome.BudgetSpent;
import org.allodium.billing.ReserveOutcome.Reserved;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.tenancy.News;
import org.allodium.tenancy.TenantId;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Two nodes over one database: who lives, who takes over from whom, and what the other still may.
class NodesTest {
    private static final String WAITING =
            """
            select count(*) from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock'""";

    private final TenantId tenant = aTenant();
    private final AtomicLong nanosOfOne = new AtomicLong();
    private final AtomicLong nanosOfTwo = new AtomicLong();
    private Bank bank;
    private BudgetDesk one;
    private BudgetDesk two;

    @BeforeEach
    void open() {
        bank = new Bank();
        bank.grant(tenant, "1");
        one = bank.open("one", nanosOfOne::get);
        two = bank.open("two", nanosOfTwo::get);
        one.live();
        two.live();
    }

    @AfterEach
    void close() {
        two.close();
        one.close();
        Invariants.hold(bank);
        bank.close();
    }

    @Test
    void aStartLeavesRunsOfOtherNodesAlone() throws Exception {
        var request = opened(one, 100, 100);
        one.settle(used(request.requestId(), 100, 50)).get();
        assertThat(spent()).isEqualByComparingTo("0.00015");
    }

    @Test
    void nobodyTakesOverFromANodeThatLives() throws Exception {
        settledIn(two, nanosOfTwo);
        var request = opened(one, 100, 100);
        two.lookAround();
        one.settle(used(request.requestId(), 100, 50)).get();
        assertThat(spent()).isEqualByComparingTo("0.00015");
    }

    @Test
    void anotherNodeClosesWhatOneThatIsGoneLeftOpen() throws Exception {
        settledIn(two, nanosOfTwo);
        var request = opened(one, 100, 100);
        one.progress(request.requestId(), 7);
        bank.mark(one);
        one.halt();
        bank.unheard("one");
        two.lookAround();
        assertThat(spent()).isEqualByComparingTo("0.000107");
        two.giveBack(Instant.MAX).get();
        assertThat(bank.number("select reserved from billing.grant_balance")).isZero();
        assertThat(bank.text("select outcome from billing.usage_event where input_tokens = 100"))
                .isEqualTo("INTERRUPTED");
    }

    /// What the open request of the node that is gone holds is nobody's to spend, at no instant.
    @Test
    void whatIsTakenOverIsHeldUntilItIsClosed() throws Exception {
        settledIn(two, nanosOfTwo);
        opened(one, 400_000, 400_000);
        one.halt();
        bank.unheard("one");
        two.lookAround();
        // 0.8 were held and nothing had left: all of it is there again.
        var next = opened(two, 500_000, 500_000);
        two.settle(used(next.requestId(), 500_000, 500_000)).get();
        assertThat(spent()).isEqualByComparingTo("1");
    }

    @Test
    void whoWokeUpTooLateSendsNothingAndSettlesNothing() throws Exception {
        settledIn(two, nanosOfTwo);
        var request = opened(one, 100, 100);
        assertThat(one.permit(request.requestId())).isEqualTo(Release.GO);
        // It stood still, and nobody took over yet: it asks first.
        nanosOfOne.addAndGet(Life.LENGTH.toNanos());
        assertThat(one.permit(request.requestId())).isEqualTo(Release.PAUSE);
        assertRefused(one, 1, 1);
        bank.unheard("one");
        two.lookAround();
        assertThat(one.live()).isFalse();
        assertThat(one.permit(request.requestId())).isEqualTo(Release.CUT);
        assertRefused(one, 1, 1);
        assertThatThrownBy(() -> one.conclude(used(request.requestId(), 100, 50)).get())
                .hasCauseInstanceOf(Refused.class);
        assertThatThrownBy(() -> one.settle(used(request.requestId(), 100, 50)).get()).isNotNull();
        assertThat(spent()).isZero();
        assertThat(bank.number("select count(*) from billing.usage_event")).isEqualTo("1");
        one.abandon();
        one = bank.open("one", nanosOfOne::get);
        one.live();
        var again = opened(one, 100, 100);
        one.settle(used(again.requestId(), 100, 50)).get();
        assertThat(spent()).isEqualByComparingTo("0.00015");
    }

    @Test
    void aSecondServerOfOneNameRefusesWhileTheFirstLives() throws Exception {
        var request = opened(one, 100, 100);
        var second =
                new BudgetDesk(bank.database.platform(), bank.receipts, bank.clock, "one", () -> 0);
        try (var living = Executors.newSingleThreadScheduledExecutor()) {
            living.scheduleWithFixedDelay(one::live, 50, 50, TimeUnit.MILLISECONDS);
            assertThatThrownBy(second::start)
                    .isInstanceOf(NameTaken.class)
                    .hasMessageContainingAll("named one runs", "ALLODIUM_NODE");
            living.shutdownNow();
        }
        assertThatThrownBy(() -> second.reserve(bank.request(tenant, 1, 1)).get())
                .hasCauseInstanceOf(Refused.class);
        second.halt();
        one.settle(used(request.requestId(), 100, 50)).get();
        assertThat(spent()).isEqualByComparingTo("0.00015");
    }

    @Test
    void aServerFollowsAKilledOneOfItsNameWhenThatIsNotRenewed() throws Exception {
        var request = opened(one, 100, 100);
        one.live();
        one.halt();
        one = bank.open("one", nanosOfOne::get);
        assertThat(
                        one.awaitSettled(tenant, request.requestId(), Duration.ofSeconds(20))
                                .orElseThrow()
                                .outputTokens())
                .isZero();
    }

    @Test
    void whoEndsInOrderIsNotWaitedForThoughSomethingIsLeft() throws Exception {
        opened(one, 100, 100);
        one.close();
        assertThat(
                        bank.number(
                                "select count(*) from billing.run where node = 'one'"
                                        + " and ended_at is null and alive_until = '-infinity'"))
                .isEqualByComparingTo("1");
        one = bank.open("one", nanosOfOne::get);
    }

    @Test
    void whoStoodStillAndWasNotMissedGoesOn() throws Exception {
        var request = opened(one, 100, 100);
        nanosOfOne.addAndGet(Life.LENGTH.toNanos());
        assertThat(one.live()).isTrue();
        assertThat(one.permit(request.requestId())).isEqualTo(Release.GO);
        one.settle(used(request.requestId(), 100, 50)).get();
        assertThat(spent()).isEqualByComparingTo("0.00015");
    }

    /// After the database was away all have lapsed: whoever renews first must not take the others
    /// for gone.
    @Test
    void whoHasJustComeBackTakesNothingOver() throws Exception {
        settledIn(two, nanosOfTwo);
        var request = opened(one, 100, 100);
        nanosOfTwo.addAndGet(2 * Life.LENGTH.toNanos());
        bank.unheard("one");
        two.live();
        two.lookAround();
        assertThat(one.live()).isTrue();
        one.settle(used(request.requestId(), 100, 50)).get();
        assertThat(spent()).isEqualByComparingTo("0.00015");
    }

    @Test
    void whoTakesOverMayDieInTheMidstOfIt() throws Exception {
        settledIn(two, nanosOfTwo);
        opened(one, 100, 100);
        opened(two, 200, 200);
        one.halt();
        bank.unheard("one");
        bank.execute(
                "platform", "update billing.run set alive_until = 'infinity' where node <> 'one'");
        var third = new Recovery(bank.platform, runOf("node-1"));
        assertThat(third.isSomeoneGone(Set.of())).isTrue();
        new Recovery(bank.platform, runOf("two")).takeOver(false);
        assertThat(third.isSomeoneGone(Set.of()))
                .as("whom a node that lives has taken over from, a third leaves to it")
                .isFalse();
        two.halt();
        bank.unheard("two");
        try (var three = bank.open("three", nanosOfTwo::get)) {
            three.live();
            settledIn(three, nanosOfTwo);
            three.lookAround();
            assertThat(bank.number("select count(*) from billing.usage_event")).isEqualTo("2");
            three.giveBack(Instant.MAX).get();
            assertThat(bank.number("select reserved from billing.grant_balance")).isZero();
        }
    }

    /// What lies idle with the one comes to the other before it refuses anything.
    @Test
    void bothSpendOneGrantToTheLastCoin() throws Exception {
        bank.database.news().keep(Recall.TOPIC, new Heard());
        var desks = List.of(one, two);
        var paid = new int[2];
        for (int n = 0; n < 20; n++) {
            int who = n % 2;
            var request = opened(desks.get(who), 20_000, 30_000);
            desks.get(who).settle(used(request.requestId(), 20_000, 30_000)).get();
            paid[who]++;
        }
        assertThat(paid).containsExactly(10, 10);
        assertThat(spent()).isEqualByComparingTo("1");
        var more = bank.request(tenant, 1, 0);
        var answer = one.reserve(more);
        beat(answer);
        assertThat(answer.get()).isInstanceOf(BudgetSpent.class);
    }

    /// What requests hold at the other node is not there, and not for long asked for.
    @Test
    void whatTheOtherNodeNeedsStaysThere() throws Exception {
        var held = opened(one, 400_000, 500_000);
        var answer = two.reserve(bank.request(tenant, 200_000, 0));
        beat(answer);
        assertThat(answer.get()).isInstanceOf(BudgetSpent.class);
        one.settle(used(held.requestId(), 400_000, 500_000)).get();
        assertThat(spent()).isEqualByComparingTo("0.9");
    }

    @Test
    void whoAsksTheOtherNodeWaitsForTheSettlementToo() throws Exception {
        var request = opened(one, 100, 100);
        var asked =
                CompletableFuture.supplyAsync(
                        () ->
                                two.awaitSettled(
                                        tenant, request.requestId(), Duration.ofSeconds(20)));
        assertThat(asked).isNotDone();
        one.settle(used(request.requestId(), 100, 50)).get();
        assertThat(asked.get()).isPresent();
        assertThat(two.awaitSettled(aTenant(), request.requestId(), Duration.ofSeconds(20)))
                .as("for another tenant there is none")
                .isEmpty();
    }

    @Test
    void whatAnEndedGrantLeavesGoesBackOnceThoughBothSweep() throws Exception {
        var ended = bank.grant(tenant, "3", 0, Duration.ofMinutes(1));
        bank.clock.forward(Duration.ofMinutes(2));
        try (var nodes = Executors.newVirtualThreadPerTaskExecutor();
                var holder = bank.database.platform().getConnection();
                var hold = holder.createStatement()) {
            holder.setAutoCommit(false);
            hold.execute("select from billing.grant_balance for update");
            var sweeps = List.of(nodes.submit(bank::lapse), nodes.submit(bank::lapse));
            while (bank.number(WAITING).intValue() < 2) {
                Thread.sleep(20);
            }
            holder.commit();
            for (var sweep : sweeps) {
                sweep.get();
            }
        }
        assertThat(
                        bank.number(
                                "select lapsed from billing.grant_balance where grant_id = '"
                                        + ended
                                        + "'"))
                .isEqualByComparingTo("3");
        assertThat(bank.number("select committed from billing.programme"))
                .as("what the other grant is still promised")
                .isEqualByComparingTo("1");
    }

    @Test
    void operatorsSeeWhoLivesAndWhoFellSilentAndWhoWasStopped() throws Exception {
        settledIn(two, nanosOfTwo);
        try (var three = bank.open("three", nanosOfTwo::get)) {
            three.live();
        }
        opened(one, 100, 100);
        one.halt();
        bank.unheard("one");
        assertThat(states()).containsExactly(SILENT, ENDED, LIVES);
        two.lookAround();
        assertThat(states()).as("after two has taken over").containsExactly(SILENT, ENDED, LIVES);
        one = bank.open("one", nanosOfOne::get);
        assertThat(states()).containsExactly(LIVES, ENDED, LIVES);
        assertThat(new NodeTable(bank.platform).all(bank.clock.instant().plus(Duration.ofDays(8))))
                .as("who was stopped long ago is forgotten")
                .extracting(Nodes.Node::name)
                .contains("one", "two")
                .doesNotContain("three");
    }

    /// Of one, three and two.
    private List<Nodes.State> states() {
        return new NodeTable(bank.platform)
                .all(bank.clock.instant()).stream()
                        .filter(node -> !node.name().equals("node-1"))
                        .map(Nodes.Node::state)
                        .toList();
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

    private void beat(CompletableFuture<ReserveOutcome> answer) throws InterruptedException {
        while (!answer.isDone()) {
            one.beat();
            two.beat();
            Thread.sleep(20);
        }
    }

    private Run runOf(String node) throws Exception {
        var run = new Run(node);
        var number = Run.class.getDeclaredField("number");
        number.setAccessible(true);
        number.set(
                run,
                bank.number("select max(run) from billing.run where node = '" + node + "'")
                        .longValueExact());
        return run;
    }

    private Intent opened(BudgetDesk desk, long input, long output) throws Exception {
        var request = bank.request(tenant, input, output);
        var answer = desk.reserve(request);
        beat(answer);
        assertThat(answer.get()).isInstanceOf(Reserved.class);
        desk.open(request.requestId()).get();
        return request;
    }

    private void assertRefused(BudgetDesk desk, long input, long output) {
        assertThatThrownBy(() -> desk.reserve(bank.request(tenant, input, output)).get())
                .cause()
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.OVERLOADED));
    }

    private BigDecimal spent() {
        return bank.number("select spent from billing.grant_balance");
    }

    /// It has lived for so long that it may look whether the others do.
    private static void settledIn(BudgetDesk desk, AtomicLong nanos) {
        for (int n = 0; n < 7; n++) {
            nanos.addAndGet(Duration.ofMillis(500).toNanos());
            desk.live();
        }
    }
}
