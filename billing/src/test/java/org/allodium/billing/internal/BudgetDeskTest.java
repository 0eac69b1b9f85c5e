package org.allodium.billing.internal;

import static org.allodium.billing.internal.Bank.aTenant;
import static org.allodium.billing.internal.Bank.used;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import org.allodium.billing.Intent;
import org.allodium.billing.ModelPrice;
import org.allodium.billing.ReserveOutcome;
import org.allodium.billing.ReserveOutcome.BudgetSpent;
import org.allodium.billing.ReserveOutcome.Reserved;
import org.allodium.billing.SettledRequest;
import org.allodium.billing.SettledRequest.Payment;
import org.allodium.billing.Settlement;
import org.allodium.evidence.Receipt.Making;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Money;
import org.allodium.kernel.Refused;
import org.allodium.tenancy.TenantId;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class BudgetDeskTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static Bank bank;

    @BeforeAll
    static void open() {
        bank = new Bank();
    }

    @AfterAll
    static void close() {
        bank.close();
    }

    @AfterEach
    void everyBalanceIsTheSumOfItsRows() {
        Invariants.hold(bank);
    }

    @Test
    void reservesForTwentyOfTwoHundredParallelRequests() throws Exception {
        var tenant = aTenant();
        var grant = bank.grant(tenant, "0.00209");
        var outcomes = new ArrayList<CompletableFuture<ReserveOutcome>>();
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls = new ArrayList<java.util.concurrent.Future<ReserveOutcome>>();
            for (int i = 0; i < 200; i++) {
                calls.add(callers.submit(() -> reserve(bank.request(tenant, 40, 64))));
            }
            for (var call : calls) {
                outcomes.add(CompletableFuture.completedFuture(call.get()));
            }
        }
        var reserved = new ArrayList<Reserved>();
        for (var outcome : outcomes) {
            if (outcome.get() instanceof Reserved held) {
                reserved.add(held);
            }
        }
        assertThat(reserved).hasSize(20);
        var settlements = new ArrayList<CompletableFuture<SettledRequest>>();
        for (var held : reserved) {
            settlements.add(bank.desk.settle(used(held.requestId(), 40, 64)));
        }
        for (var settlement : settlements) {
            assertThat(settlement.get().cost()).isEqualTo(Money.euro("0.000104"));
        }
        assertThat(balance(grant, "spent")).isEqualByComparingTo("0.00208");
        assertThat(balance(grant, "reserved")).isZero();
    }

    @Test
    void refusesWhenTheGrantsAreSpentAndSaysWhatIsMissing() throws Exception {
        var tenant = aTenant();
        bank.grant(tenant, "0.00001");
        assertThat(reserve(bank.request(tenant, 5, 6)))
                .isEqualTo(new BudgetSpent(Money.euro("0.00001"), Money.euro("0.000011")));
        assertThat(reserve(bank.request(aTenant(), 1, 1))).isInstanceOf(BudgetSpent.class);
    }

    @Test
    void settlesTwiceAsOnce() throws Exception {
        var tenant = aTenant();
        var grant = bank.grant(tenant, "1");
        var request = reserved(tenant, 10, 10);
        var twice =
                List.of(
                        bank.desk.settle(used(request.requestId(), 10, 3)),
                        bank.desk.settle(used(request.requestId(), 10, 9)));
        var later = bank.desk.settle(used(request.requestId(), 10, 8)).get();
        assertThat(twice.get(0).get().cost()).isEqualTo(Money.euro("0.000013"));
        assertThat(twice.get(1).get()).isEqualTo(twice.get(0).get());
        assertThat(later.cost()).isEqualTo(Money.euro("0.000013"));
        assertThat(later.outputTokens()).isEqualTo(3);
        assertThat(balance(grant, "spent")).isEqualByComparingTo("0.000013");
        bank.desk.release(request.requestId()).get();
        assertThat(balance(grant, "spent")).isEqualByComparingTo("0.000013");
    }

    @Test
    void chargesNoMoreThanTheCeiling() throws Exception {
        var tenant = aTenant();
        bank.grant(tenant, "1");
        var request = reserved(tenant, 10, 10);
        assertThat(bank.desk.settle(used(request.requestId(), 10, 500)).get().cost())
                .isEqualTo(Money.euro("0.00002"));
    }

    @Test
    void takesTheCachePriceForAReplayedAnswer() throws Exception {
        var tenant = aTenant();
        bank.grant(tenant, "1");
        var request = reserved(tenant, 10, 10);
        var replay =
                new Settlement(
                        request.requestId(),
                        10,
                        10,
                        true,
                        Settlement.Outcome.COMPLETED,
                        Making.UNKNOWN);
        assertThat(bank.desk.settle(replay).get().cost()).isEqualTo(Money.euro("0.000001"));
    }

    @Test
    void givesAReleasedReservationBackWithoutATrace() throws Exception {
        var tenant = aTenant();
        var grant = bank.grant(tenant, "1");
        var request = reserved(tenant, 10, 10);
        assertThat(balance(grant, "reserved")).isEqualByComparingTo("0.00002");
        bank.desk.release(request.requestId()).get();
        assertThat(balance(grant, "reserved")).isZero();
        assertThat(bank.desk.awaitSettled(tenant, request.requestId(), SOON)).isEmpty();
        assertThatThrownBy(() -> bank.desk.settle(used(request.requestId(), 1, 1)).get())
                .hasCauseInstanceOf(Refused.class);
    }

    @Test
    void paysInTheWrittenOrderOverSeveralGrants() throws Exception {
        var tenant = aTenant();
        var late = bank.grant(tenant, "1", 5, Duration.ofDays(90));
        var soon = bank.grant(tenant, "0.000004", 5, Duration.ofDays(10));
        var first = bank.grant(tenant, "0.000003", 1, Duration.ofDays(200));
        var request = reserved(tenant, 10, 10);
        var settled = bank.desk.settle(used(request.requestId(), 10, 2)).get();
        assertThat(settled.payments().stream().map(payment -> payment.grant().value()))
                .containsExactly(first, soon, late);
        assertThat(settled.payments().stream().map(Payment::amount))
                .containsExactly(
                        Money.euro("0.000003"), Money.euro("0.000004"), Money.euro("0.000005"));
        assertThat(balance(late, "reserved")).isZero();
    }

    @Test
    void usesThePriceOfTheReservationWhenPricesChange() throws Exception {
        var tenant = aTenant();
        bank.grant(tenant, "1");
        var request = reserved(tenant, 10, 10);
        var prices = new PriceList(bank.database.news(), bank.clock);
        announce(
                prices,
                new ModelPrice(
                        "guide",
                        Money.euro("7"),
                        Money.euro("7"),
                        Money.euro("0"),
                        bank.clock.instant()));
        assertThat(prices.current("guide").orElseThrow().inputPerMillion())
                .isEqualTo(Money.euro("7"));
        assertThat(bank.desk.settle(used(request.requestId(), 10, 10)).get().cost())
                .isEqualTo(Money.euro("0.00002"));
    }

    @Test
    void countsOnlyGrantsThatRunButLetsAReservationOutliveTheEnd() throws Exception {
        var tenant = aTenant();
        var grant = bank.grant(tenant, "1", 0, Duration.ofHours(1));
        var request = reserved(tenant, 10, 10);
        bank.clock.forward(Duration.ofHours(1));
        assertThat(reserve(bank.request(tenant, 1, 1))).isInstanceOf(BudgetSpent.class);
        bank.lapse();
        assertThat(balance(grant, "lapsed")).as("while money is held").isZero();
        bank.desk.settle(used(request.requestId(), 10, 10)).get();
        assertThat(balance(grant, "spent")).isEqualByComparingTo("0.00002");
        bank.lapse();
        bank.lapse();
        assertThat(balance(grant, "lapsed")).isEqualByComparingTo("0.99998");
    }

    @Test
    void keepsAnIntentForWhatCostsNothing() throws Exception {
        var tenant = aTenant();
        var free = bank.request(tenant, 0, 0);
        assertThat(reserve(free)).isInstanceOf(Reserved.class);
        var settled = bank.desk.settle(used(free.requestId(), 0, 0)).get();
        assertThat(settled.cost().isZero()).isTrue();
        assertThat(settled.payments()).isEmpty();
    }

    @Test
    void refusesASecondRequestOfTheSameId() throws Exception {
        var tenant = aTenant();
        var grant = bank.grant(tenant, "1");
        var request = reserved(tenant, 10, 10);
        assertConflict(request);
        bank.desk.settle(used(request.requestId(), 10, 10)).get();
        assertThat(balance(grant, "reserved")).isZero();
    }

    @Test
    void writesWhoPaidIntoTheReceipt() throws Exception {
        var tenant = aTenant();
        var grant = bank.grant(tenant, "1");
        var request = reserved(tenant, 10, 10);
        bank.desk.settle(used(request.requestId(), 10, 5)).get();
        var claims = bank.receipt(request.requestId());
        assertThat(claims.path("decision").path("policy").asString()).isEqualTo("national");
        assertThat(claims.path("pool").asString()).isEqualTo("norrhamn-cpu");
        assertThat(claims.path("outcome").asString()).isEqualTo("completed");
        assertThat(claims.path("usage").path("output_tokens").asInt()).isEqualTo(5);
        assertThat(claims.path("cost").asString()).isEqualTo("0.000015");
        assertThat(claims.path("currency").asString()).isEqualTo("EUR");
        var payment = claims.path("payments").get(0);
        assertThat(payment.path("grant").asString()).isEqualTo(grant.toString());
        assertThat(payment.path("funder").asString()).isEqualTo("Ministry of Science");
        assertThat(Instant.parse(claims.path("settled_at").asString()))
                .isEqualTo(bank.clock.instant());
    }

    @Test
    void letsReadersWaitForTheSettlement() throws Exception {
        var tenant = aTenant();
        bank.grant(tenant, "1");
        var request = reserved(tenant, 10, 10);
        bank.desk.settle(used(request.requestId(), 10, 5));
        bank.desk.awaitQuiescence(tenant, SOON);
        assertThat(bank.desk.awaitSettled(tenant, request.requestId(), Duration.ZERO)).isPresent();
        assertThat(bank.desk.awaitSettled(aTenant(), request.requestId(), SOON))
                .as("another tenant's request does not exist")
                .isEmpty();
        assertThat(bank.desk.awaitSettled(tenant, "r-none", SOON)).isEmpty();
    }

    private static ReserveOutcome reserve(Intent request) throws Exception {
        return bank.desk.reserve(request).get();
    }

    private static Intent reserved(TenantId tenant, long input, long output) throws Exception {
        var request = bank.request(tenant, input, output);
        assertThat(reserve(request)).isEqualTo(new Reserved(request.requestId()));
        return request;
    }

    private static void assertConflict(Intent request) {
        assertThatThrownBy(() -> reserve(request))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        Refused.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT));
    }

    /// With nothing leased beyond what requests hold.
    private static BigDecimal balance(java.util.UUID grant, String column) {
        bank.rest();
        return bank.number(
                "select %s from billing.grant_balance where grant_id = '%s'"
                        .formatted(column, grant));
    }

    private static void announce(PriceList prices, ModelPrice price) {
        bank.platform.useHandle(handle -> prices.announce(handle, price, "finance"));
        bank.database.news().bindNext();
    }
}
