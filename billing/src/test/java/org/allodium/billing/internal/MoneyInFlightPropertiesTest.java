package org.allodium.billing.internal;

import static org.allodium.billing.internal.Bank.used;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.allodium.billing.ReserveOutcome;
import org.allodium.billing.ReserveOutcome.Reserved;
import org.allodium.tenancy.TenantId;

/// Any interleaving of requests, closings and crashes leaves the accounts true.
class MoneyInFlightPropertiesTest {
    private static Bank bank;

    @BeforeContainer
    static void open() {
        bank = new Bank();
    }

    @AfterContainer
    static void close() {
        bank.close();
    }

    enum Act {
        RESERVE,
        SETTLE,
        SETTLE_AGAIN,
        RELEASE,
        PROGRESS,
        CRASH
    }

    /// `pick` chooses among the requests so far.
    record Step(Act act, int pick, int tokens) {}

    @Property(tries = 25, shrinking = ShrinkingMode.OFF)
    void accountsStayTrue(@ForAll("steps") List<Step> steps) throws Exception {
        var tenant = Bank.aTenant();
        bank.grant(tenant, "0.00004", 1, java.time.Duration.ofDays(9));
        bank.grant(tenant, "0.00003");
        var requests = new ArrayList<String>();
        var pending = new ArrayList<CompletableFuture<?>>();
        for (var step : steps) {
            if (step.act() == Act.RESERVE) {
                requests.add(reserve(tenant, step));
            } else if (step.act() == Act.CRASH) {
                // Half the time in the middle of everything that is under way.
                if (step.pick() % 2 == 0) {
                    awaitAll(pending);
                }
                pending.clear();
                bank.crash();
            } else if (!requests.isEmpty()) {
                pending.add(close(requests.get(step.pick() % requests.size()), step));
            }
        }
        awaitAll(pending);
        Invariants.hold(bank);
        bank.crash();
        Invariants.hold(bank);
        assertThat(bank.number("select count(*) from billing.open_request")).isZero();
        bank.rest();
        assertThat(bank.number("select sum(reserved) from billing.grant_balance")).isZero();
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        var acts =
                Arbitraries.frequency(
                        net.jqwik.api.Tuple.of(8, Act.RESERVE),
                        net.jqwik.api.Tuple.of(5, Act.SETTLE),
                        net.jqwik.api.Tuple.of(1, Act.SETTLE_AGAIN),
                        net.jqwik.api.Tuple.of(2, Act.RELEASE),
                        net.jqwik.api.Tuple.of(3, Act.PROGRESS),
                        net.jqwik.api.Tuple.of(1, Act.CRASH));
        var numbers = Arbitraries.integers().between(0, 1000);
        var tokens = Arbitraries.integers().between(0, 20);
        return Combinators.combine(acts, numbers, tokens).as(Step::new).list().ofMaxSize(40);
    }

    private static String reserve(TenantId tenant, Step step) throws Exception {
        var request = bank.request(tenant, step.tokens() % 7, step.tokens());
        ReserveOutcome outcome = bank.desk.reserve(request).get();
        assertThat(outcome instanceof Reserved || step.tokens() > 0).isTrue();
        if (outcome instanceof Reserved && step.pick() % 3 > 0) {
            var opened = bank.desk.open(request.requestId());
            if (step.pick() % 3 == 1) {
                opened.get();
            }
        }
        return request.requestId();
    }

    private static CompletableFuture<?> close(String request, Step step) {
        return switch (step.act()) {
            case SETTLE -> bank.desk.settle(used(request, step.tokens() % 7, step.tokens()));
            case SETTLE_AGAIN -> {
                var first = bank.desk.settle(used(request, 1, step.tokens()));
                yield CompletableFuture.allOf(
                        first, bank.desk.settle(used(request, 2, step.tokens())));
            }
            case RELEASE -> bank.desk.release(request);
            case PROGRESS -> {
                bank.desk.outflow(request).released(step.tokens());
                yield CompletableFuture.completedFuture(step);
            }
            case RESERVE, CRASH -> throw new IllegalStateException();
        };
    }

    /// A refusal (released before, never reserved) is an answer too.
    private static void awaitAll(List<CompletableFuture<?>> pending) {
        for (var one : pending) {
            one.exceptionally(refused -> null).join();
        }
    }
}
