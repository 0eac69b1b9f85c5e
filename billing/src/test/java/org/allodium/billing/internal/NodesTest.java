package org.allodium.billing.internal;

import static org.allodium.billing.Nodes.State.ENDED;
import static org.allodium.billing.Nodes.State.LIVES;
import static org.allodium.billing.Nodes.State.SILENT;
import static org.allodium.billing.internal.Bank.aTenant;
import static org.allodium.billing.internal.Bank.used;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.allodium.billing.Budgets.Release;
import org.allodium.billing.Nodes;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Two nodes over one database: who lives, who takes over from whom, and what the other still may.
class NodesTest {
    private static final String WAITING =
            """
            select count(*) from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock'""";

    @RegisterExtension final TwoDesks nodes = new TwoDesks("1");

    @Test
    void aStartLeavesRunsOfOtherNodesAlone() throws Exception {
        var request = nodes.opened(nodes.one, 100, 100);
        nodes.one.settle(used(request.requestId(), 100, 50)).get();
        assertThat(nodes.spent()).isEqualByComparingTo("0.00015");
    }

    @Test
    void nobodyTakesOverFromANodeThatLives() throws Exception {
        settledIn(nodes.two, nodes.nanosOfTwo);
        var request = nodes.opened(nodes.one, 100, 100);
        nodes.two.lookAround();
        nodes.one.settle(used(request.requestId(), 100, 50)).get();
        assertThat(nodes.spent()).isEqualByComparingTo("0.00015");
    }

    @Test
    void anotherNodeClosesWhatOneThatIsGoneLeftOpen() throws Exception {
        settledIn(nodes.two, nodes.nanosOfTwo);
        var request = nodes.opened(nodes.one, 100, 100);
        nodes.one.outflow(request.requestId()).released(7);
        nodes.bank.mark(nodes.one);
        nodes.one.halt();
        nodes.bank.unheard("one");
        nodes.two.lookAround();
        assertThat(nodes.spent()).isEqualByComparingTo("0.000107");
        nodes.two.giveBack(Instant.MAX).get();
        assertThat(nodes.bank.number("select reserved from billing.grant_balance")).isZero();
        assertThat(
                        nodes.bank.text(
                                "select outcome from billing.usage_event where input_tokens = 100"))
                .isEqualTo("INTERRUPTED");
    }

    /// What the open request of the node that is gone holds is nobody's to spend, at no instant.
    @Test
    void whatIsTakenOverIsHeldUntilItIsClosed() throws Exception {
        settledIn(nodes.two, nodes.nanosOfTwo);
        nodes.opened(nodes.one, 400_000, 400_000);
        nodes.one.halt();
        nodes.bank.unheard("one");
        nodes.two.lookAround();
        // 0.8 were held and nothing had left: all of it is there again.
        var next = nodes.opened(nodes.two, 500_000, 500_000);
        nodes.two.settle(used(next.requestId(), 500_000, 500_000)).get();
        assertThat(nodes.spent()).isEqualByComparingTo("1");
    }

    @Test
    void whoWokeUpTooLateSendsNothingAndSettlesNothing() throws Exception {
        settledIn(nodes.two, nodes.nanosOfTwo);
        var request = nodes.opened(nodes.one, 100, 100);
        assertThat(nodes.one.outflow(request.requestId()).permit()).isEqualTo(Release.GO);
        // It stood still, and nobody took over yet: it asks first.
        nodes.nanosOfOne.addAndGet(Life.LENGTH.toNanos());
        assertThat(nodes.one.outflow(request.requestId()).permit()).isEqualTo(Release.PAUSE);
        assertRefused(nodes.one, 1, 1);
        nodes.bank.unheard("one");
        nodes.two.lookAround();
        assertThat(nodes.one.live()).isFalse();
        assertThat(nodes.one.outflow(request.requestId()).permit()).isEqualTo(Release.CUT);
        assertRefused(nodes.one, 1, 1);
        assertThatThrownBy(() -> nodes.one.conclude(used(request.requestId(), 100, 50)).get())
                .hasCauseInstanceOf(Refused.class);
        assertThatThrownBy(() -> nodes.one.settle(used(request.requestId(), 100, 50)).get())
                .isNotNull();
        assertThat(nodes.spent()).isZero();
        assertThat(nodes.bank.number("select count(*) from billing.usage_event")).isEqualTo("1");
        nodes.one.abandon();
        nodes.openOne();
        nodes.one.live();
        var again = nodes.opened(nodes.one, 100, 100);
        nodes.one.settle(used(again.requestId(), 100, 50)).get();
        assertThat(nodes.spent()).isEqualByComparingTo("0.00015");
    }

    @Test
    void aSecondServerOfOneNameRefusesWhileTheFirstLives() throws Exception {
        var request = nodes.opened(nodes.one, 100, 100);
        var second =
                new BudgetDesk(
                        nodes.bank.database.platform(),
                        nodes.bank.receipts,
                        nodes.bank.clock,
                        "one",
                        () -> 0);
        try (var living = Executors.newSingleThreadScheduledExecutor()) {
            living.scheduleWithFixedDelay(nodes.one::live, 50, 50, TimeUnit.MILLISECONDS);
            assertThatThrownBy(second::start)
                    .isInstanceOf(NameTaken.class)
                    .hasMessageContainingAll("named one runs", "ALLODIUM_NODE");
            living.shutdownNow();
        }
        assertThatThrownBy(() -> second.reserve(nodes.bank.request(nodes.tenant, 1, 1)).get())
                .hasCauseInstanceOf(Refused.class);
        second.halt();
        nodes.one.settle(used(request.requestId(), 100, 50)).get();
        assertThat(nodes.spent()).isEqualByComparingTo("0.00015");
    }

    @Test
    void aServerFollowsAKilledOneOfItsNameWhenThatIsNotRenewed() throws Exception {
        var request = nodes.opened(nodes.one, 100, 100);
        nodes.one.live();
        nodes.one.halt();
        nodes.openOne();
        assertThat(
                        nodes.one
                                .awaitSettled(
                                        nodes.tenant, request.requestId(), Duration.ofSeconds(20))
                                .orElseThrow()
                                .outputTokens())
                .isZero();
    }

    @Test
    void whoEndsInOrderIsNotWaitedForThoughSomethingIsLeft() throws Exception {
        nodes.opened(nodes.one, 100, 100);
        nodes.one.close();
        assertThat(
                        nodes.bank.number(
                                "select count(*) from billing.run where node = 'one'"
                                        + " and ended_at is null and alive_until = '-infinity'"))
                .isEqualByComparingTo("1");
        nodes.openOne();
    }

    @Test
    void whoStoodStillAndWasNotMissedGoesOn() throws Exception {
        var request = nodes.opened(nodes.one, 100, 100);
        nodes.nanosOfOne.addAndGet(Life.LENGTH.toNanos());
        assertThat(nodes.one.live()).isTrue();
        assertThat(nodes.one.outflow(request.requestId()).permit()).isEqualTo(Release.GO);
        nodes.one.settle(used(request.requestId(), 100, 50)).get();
        assertThat(nodes.spent()).isEqualByComparingTo("0.00015");
    }

    /// After the database was away all have lapsed: whoever renews first must not take the others
    /// for gone.
    @Test
    void whoHasJustComeBackTakesNothingOver() throws Exception {
        settledIn(nodes.two, nodes.nanosOfTwo);
        var request = nodes.opened(nodes.one, 100, 100);
        nodes.nanosOfTwo.addAndGet(2 * Life.LENGTH.toNanos());
        nodes.bank.unheard("one");
        nodes.two.live();
        nodes.two.lookAround();
        assertThat(nodes.one.live()).isTrue();
        nodes.one.settle(used(request.requestId(), 100, 50)).get();
        assertThat(nodes.spent()).isEqualByComparingTo("0.00015");
    }

    @Test
    void whoTakesOverMayDieInTheMidstOfIt() throws Exception {
        settledIn(nodes.two, nodes.nanosOfTwo);
        nodes.opened(nodes.one, 100, 100);
        nodes.opened(nodes.two, 200, 200);
        nodes.one.halt();
        nodes.bank.unheard("one");
        nodes.bank.execute(
                "platform", "update billing.run set alive_until = 'infinity' where node <> 'one'");
        var third = new Recovery(nodes.bank.platform, runOf("node-1"));
        assertThat(third.isSomeoneGone(Set.of())).isTrue();
        new Recovery(nodes.bank.platform, runOf("two")).takeOver(false);
        assertThat(third.isSomeoneGone(Set.of()))
                .as("whom a node that lives has taken over from, a third leaves to it")
                .isFalse();
        nodes.two.halt();
        nodes.bank.unheard("two");
        try (var three = nodes.bank.open("three", nodes.nanosOfTwo::get)) {
            three.live();
            settledIn(three, nodes.nanosOfTwo);
            three.lookAround();
            assertThat(nodes.bank.number("select count(*) from billing.usage_event"))
                    .isEqualTo("2");
            three.giveBack(Instant.MAX).get();
            assertThat(nodes.bank.number("select reserved from billing.grant_balance")).isZero();
        }
    }

    @Test
    void whoAsksTheOtherNodeWaitsForTheSettlementToo() throws Exception {
        var request = nodes.opened(nodes.one, 100, 100);
        var asked =
                CompletableFuture.supplyAsync(
                        () ->
                                nodes.two.awaitSettled(
                                        nodes.tenant, request.requestId(), Duration.ofSeconds(20)));
        assertThat(asked).isNotDone();
        nodes.one.settle(used(request.requestId(), 100, 50)).get();
        assertThat(asked.get()).isPresent();
        assertThat(nodes.two.awaitSettled(aTenant(), request.requestId(), Duration.ofSeconds(20)))
                .as("for another tenant there is none")
                .isEmpty();
    }

    @Test
    void whatAnEndedGrantLeavesGoesBackOnceThoughBothSweep() throws Exception {
        var ended = nodes.bank.grant(nodes.tenant, "3", 0, Duration.ofMinutes(1));
        nodes.bank.clock.forward(Duration.ofMinutes(2));
        try (var sweepers = Executors.newVirtualThreadPerTaskExecutor();
                var holder = nodes.bank.database.platform().getConnection();
                var hold = holder.createStatement()) {
            holder.setAutoCommit(false);
            hold.execute("select from billing.grant_balance for update");
            var sweeps =
                    List.of(sweepers.submit(nodes.bank::lapse), sweepers.submit(nodes.bank::lapse));
            while (nodes.bank.number(WAITING).intValue() < 2) {
                Thread.sleep(20);
            }
            holder.commit();
            for (var sweep : sweeps) {
                sweep.get();
            }
        }
        assertThat(
                        nodes.bank.number(
                                "select lapsed from billing.grant_balance where grant_id = '"
                                        + ended
                                        + "'"))
                .isEqualByComparingTo("3");
        assertThat(nodes.bank.number("select committed from billing.programme"))
                .as("what the other grant is still promised")
                .isEqualByComparingTo("1");
    }

    @Test
    void operatorsSeeWhoLivesAndWhoFellSilentAndWhoWasStopped() throws Exception {
        settledIn(nodes.two, nodes.nanosOfTwo);
        try (var three = nodes.bank.open("three", nodes.nanosOfTwo::get)) {
            three.live();
        }
        nodes.opened(nodes.one, 100, 100);
        nodes.one.halt();
        nodes.bank.unheard("one");
        assertThat(states()).containsExactly(SILENT, ENDED, LIVES);
        nodes.two.lookAround();
        assertThat(states()).as("after two has taken over").containsExactly(SILENT, ENDED, LIVES);
        nodes.openOne();
        assertThat(states()).containsExactly(LIVES, ENDED, LIVES);
        assertThat(
                        new NodeTable(nodes.bank.platform)
                                .all(nodes.bank.clock.instant().plus(Duration.ofDays(8))))
                .as("who was stopped long ago is forgotten")
                .extracting(Nodes.Node::name)
                .contains("one", "two")
                .doesNotContain("three");
    }

    /// Of one, three and two.
    private List<Nodes.State> states() {
        return new NodeTable(nodes.bank.platform)
                .all(nodes.bank.clock.instant()).stream()
                        .filter(node -> !node.name().equals("node-1"))
                        .map(Nodes.Node::state)
                        .toList();
    }

    private Run runOf(String node) throws Exception {
        var run = new Run(node);
        var number = Run.class.getDeclaredField("number");
        number.setAccessible(true);
        number.set(
                run,
                nodes.bank
                        .number("select max(run) from billing.run where node = '" + node + "'")
                        .longValueExact());
        return run;
    }

    private void assertRefused(BudgetDesk desk, long input, long output) {
        assertThatThrownBy(
                        () -> desk.reserve(nodes.bank.request(nodes.tenant, input, output)).get())
                .cause()
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.OVERLOADED));
    }

    /// It has lived for so long that it may look whether the others do.
    private static void settledIn(BudgetDesk desk, AtomicLong nanos) {
        for (int n = 0; n < 7; n++) {
            nanos.addAndGet(Duration.ofMillis(500).toNanos());
            desk.live();
        }
    }
}
