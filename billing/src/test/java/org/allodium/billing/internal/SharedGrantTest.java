package org.allodium.billing.internal;

import static org.allodium.billing.internal.Bank.used;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.allodium.billing.ReserveOutcome.BudgetSpent;
import org.allodium.billing.ReserveOutcome.Reserved;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Two nodes spend one grant: to the last coin, never more, and neither has only what the other
/// leaves.
class SharedGrantTest {
    private static final int REQUESTS = 200;

    @RegisterExtension final TwoDesks nodes = new TwoDesks("1");

    /// What lies idle with the one comes to the other before it refuses anything.
    @Test
    void bothSpendOneGrantToTheLastCoin() throws Exception {
        nodes.hearRecalls();
        var desks = List.of(nodes.one, nodes.two);
        var paid = new int[2];
        for (int n = 0; n < 20; n++) {
            int who = n % 2;
            var request = nodes.opened(desks.get(who), 20_000, 30_000);
            desks.get(who).settle(used(request.requestId(), 20_000, 30_000)).get();
            paid[who]++;
        }
        assertThat(paid).containsExactly(10, 10);
        assertThat(nodes.spent()).isEqualByComparingTo("1");
        var more = nodes.bank.request(nodes.tenant, 1, 0);
        assertThat(nodes.answered(nodes.one.reserve(more))).isInstanceOf(BudgetSpent.class);
    }

    /// What requests hold at the other node is not there, and not for long asked for.
    @Test
    void whatTheOtherNodeNeedsStaysThere() throws Exception {
        var held = nodes.opened(nodes.one, 400_000, 500_000);
        var more = nodes.bank.request(nodes.tenant, 200_000, 0);
        assertThat(nodes.answered(nodes.two.reserve(more))).isInstanceOf(BudgetSpent.class);
        nodes.one.settle(used(held.requestId(), 400_000, 500_000)).get();
        assertThat(nodes.spent()).isEqualByComparingTo("0.9");
    }

    /// Each as fast as it can, with two requests at once.
    @Test
    void bothSpendItAtOnceAndEachHasItsPart() throws Exception {
        nodes.hearRecalls();
        var served = new ArrayList<Future<Integer>>();
        try (var beats = Executors.newSingleThreadScheduledExecutor();
                var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            beats.scheduleWithFixedDelay(nodes::beat, 20, 20, TimeUnit.MILLISECONDS);
            for (int n = 0; n < 4; n++) {
                var desk = n % 2 == 0 ? nodes.one : nodes.two;
                served.add(clients.submit(() -> spendAll(desk)));
            }
            for (var each : served) {
                each.get();
            }
            beats.shutdownNow();
        }
        assertThat(nodes.spent()).isEqualByComparingTo("1");
        int first = served.get(0).get() + served.get(2).get();
        int second = served.get(1).get() + served.get(3).get();
        System.out.printf("  the first served %d, the second %d%n", first, second);
        assertThat(first + second).isEqualTo(REQUESTS);
        assertThat(List.of(first, second))
                .allSatisfy(part -> assertThat(part).isGreaterThanOrEqualTo(REQUESTS * 3 / 10));
    }

    /// How many requests of half a hundredth were served until one was refused.
    private int spendAll(BudgetDesk desk) throws Exception {
        for (int served = 0; ; served++) {
            var request = nodes.bank.request(nodes.tenant, 2_500, 2_500);
            if (!(desk.reserve(request).get() instanceof Reserved)) {
                return served;
            }
            desk.open(request.requestId()).get();
            desk.settle(used(request.requestId(), 2_500, 2_500)).get();
        }
    }
}
