package org.allodium.billing.internal;

import static org.allodium.billing.internal.Bank.aTenant;
import static org.allodium.billing.internal.Bank.used;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.allodium.billing.Fate;
import org.allodium.billing.Intent;
import org.allodium.billing.Once;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.tenancy.TenantId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Requests with one key on two nodes over one database: one is opened.
class KeysTest {
    private static final int KEYS = 100;

    @RegisterExtension final TwoDesks nodes = new TwoDesks("100");

    /// Each key four times at once, twice on each node; some end in the moment they begin.
    @Test
    void ofManyThatComeAtOnceOneIsOpenedForEachKey() throws Exception {
        var asked = new ArrayList<Asked>();
        for (int key = 0; key < KEYS; key++) {
            for (var desk : List.of(nodes.one, nodes.two, nodes.one, nodes.two)) {
                var intent = keyed(key, Optional.empty());
                desk.reserve(intent).get();
                asked.add(new Asked(key, desk, intent));
            }
        }
        var answers = new ArrayList<CompletableFuture<Void>>();
        for (var each : asked) {
            var id = each.intent.requestId();
            answers.add(
                    each.key % 3 == 0 ? each.desk.conclude(used(id, 10, 10)) : each.desk.open(id));
        }
        var winners = new int[KEYS];
        var ends = new ArrayList<CompletableFuture<?>>();
        for (int n = 0; n < asked.size(); n++) {
            var each = asked.get(n);
            var id = each.intent.requestId();
            if (isFirst(answers.get(n))) {
                winners[each.key]++;
                ends.add(each.desk.settle(used(id, 10, 10)));
            } else {
                ends.add(each.desk.release(id));
            }
        }
        for (var end : ends) {
            end.get();
        }
        assertThat(winners).containsOnly(1);
        assertThat(nodes.bank.number("select count(*) from billing.usage_event").intValueExact())
                .isEqualTo(KEYS);
        assertThat(
                        nodes.bank
                                .number(
                                        "select count(*) from billing.once o join"
                                                + " billing.usage_event u using (request_id)")
                                .intValueExact())
                .as("who has the key was charged")
                .isEqualTo(KEYS);
    }

    private record Asked(int key, BudgetDesk desk, Intent intent) {}

    @Test
    void whoExtendsItselfKeepsItsKey() throws Exception {
        var first = opened(nodes.one, keyed(1, Optional.empty()));
        nodes.one.extend(first.requestId(), 50).get();
        assertThat(isFirst(nodes.one.conclude(used(first.requestId(), 10, 60)))).isTrue();
        nodes.one.settle(used(first.requestId(), 10, 60)).get();
        assertThat(second(nodes.two, 1, Optional.empty())).isFalse();
    }

    @Test
    void aKeyWhoseRequestCostNothingGoesToOneThatSaysSo() throws Exception {
        var first = opened(nodes.one, keyed(1, Optional.empty()));
        nodes.one.release(first.requestId()).get();
        assertThat(nodes.two.fate(nodes.tenant, first.requestId())).isEqualTo(Fate.UNKNOWN);
        assertThat(second(nodes.two, 1, Optional.empty())).as("it has not looked").isFalse();
        var replaced = Optional.of(first.requestId());
        assertThat(second(nodes.two, 1, replaced)).isTrue();
        assertThat(second(nodes.one, 1, replaced)).as("it looked too early").isFalse();
    }

    /// The other one takes over, and what it found counts.
    @Test
    void ofANodeThatDiesTheKeyStaysWithWhatWasChargedAndIsFreeWhereNothingWas() throws Exception {
        var left = opened(nodes.one, keyed(1, Optional.empty()));
        var nothing = opened(nodes.one, keyed(2, Optional.empty()));
        nodes.one.outflow(left.requestId()).released(7);
        nodes.bank.mark(nodes.one);
        for (int n = 0; n < 8; n++) {
            nodes.nanosOfTwo.addAndGet(500_000_000L);
            nodes.two.live();
        }
        nodes.one.halt();
        nodes.bank.execute(
                "platform", "update billing.run set alive_until = '-infinity' where node = 'one'");
        assertThat(find(1).orElseThrow().lives()).isTrue();
        nodes.two.lookAround();
        assertThat(find(1).orElseThrow().lives()).isFalse();
        assertThat(nodes.two.fate(nodes.tenant, left.requestId())).isEqualTo(Fate.SETTLED);
        assertThat(nodes.two.fate(nodes.tenant, nothing.requestId())).isEqualTo(Fate.SETTLED);
        assertThat(second(nodes.two, 1, Optional.empty())).isFalse();
        assertThat(second(nodes.two, 2, Optional.empty())).isFalse();
    }

    @Test
    void ofAnotherTenantAKeyIsAnotherOne() throws Exception {
        opened(nodes.one, keyed(1, Optional.empty()));
        var other = aTenant();
        nodes.bank.grant(other, "1");
        var theirs = keyed(other, 1, Optional.empty());
        opened(nodes.two, theirs);
    }

    private Intent opened(BudgetDesk desk, Intent intent) throws Exception {
        desk.reserve(intent).get();
        assertThat(isFirst(desk.open(intent.requestId()))).isTrue();
        return intent;
    }

    private boolean second(BudgetDesk desk, int key, Optional<String> replaces) throws Exception {
        var intent = keyed(key, replaces);
        desk.reserve(intent).get();
        boolean first = isFirst(desk.open(intent.requestId()));
        if (!first) {
            desk.release(intent.requestId()).get();
        }
        return first;
    }

    private static boolean isFirst(CompletableFuture<Void> answer) throws Exception {
        try {
            answer.get();
            return true;
        } catch (ExecutionException e) {
            assertThat(e.getCause())
                    .isInstanceOfSatisfying(
                            Refused.class,
                            why ->
                                    assertThat(why.code())
                                            .isEqualTo(ErrorCode.IDEMPOTENCY_KEY_IN_USE));
            return false;
        }
    }

    private Optional<Once.Holder> find(int key) {
        return nodes.bank.platform.withHandle(
                handle -> Keys.find(handle, nodes.tenant.value(), digits(key)));
    }

    private Intent keyed(int key, Optional<String> replaces) {
        return keyed(nodes.tenant, key, replaces);
    }

    private Intent keyed(TenantId whose, int key, Optional<String> replaces) {
        var plain = nodes.bank.request(whose, 100, 100);
        return new Intent(
                plain.payer(),
                plain.charge(),
                plain.receipt(),
                Optional.of(new Once(digits(key), digits(0), replaces)));
    }

    private static String digits(int number) {
        return "%064x".formatted(number);
    }
}
