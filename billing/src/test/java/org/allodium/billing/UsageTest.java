package org.allodium.billing;

import static org.allodium.billing.BillingFixture.officer;
import static org.allodium.billing.BillingFixture.owner;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.allodium.evidence.Receipt;
import org.allodium.evidence.SampleReceipts;
import org.allodium.kernel.Money;
import org.allodium.kernel.Refused;
import org.allodium.tenancy.Project;
import org.allodium.tenancy.ProjectId;
import org.allodium.tenancy.Tenant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class UsageTest {
    private static BillingFixture billing;

    private static final Optional<ProjectId> ALL = Optional.empty();

    @BeforeAll
    static void open() {
        billing = new BillingFixture();
    }

    @AfterAll
    static void close() {
        billing.close();
    }

    @Test
    void showsARequestAsSoonAsItsSettlementIsAskedFor() {
        var lab = funded("Quick Lab", "1");
        var project = project(lab);
        String id = used(lab, project, 10, 20);
        var shown = owner(lab).get(() -> billing.usage.requests(lab.id(), ALL, 0, 10));
        assertThat(shown)
                .singleElement()
                .satisfies(
                        request -> {
                            assertThat(request.requestId()).isEqualTo(id);
                            assertThat(request.project()).isEqualTo("Letters");
                            assertThat(request.keyName()).isEqualTo("laptop");
                            assertThat(request.pool()).isEqualTo("norrhamn-cpu");
                            assertThat(request.cost()).isEqualTo(Money.euro("0.000014"));
                            assertThat(request.payments())
                                    .singleElement()
                                    .satisfies(
                                            payment ->
                                                    assertThat(payment.funder())
                                                            .isEqualTo("Ministry of Science"));
                        });
        var grant = owner(lab).get(() -> billing.grants.ofTenant(lab.id())).getFirst();
        assertThat(grant.spent()).isEqualTo(Money.euro("0.000014"));
        assertThat(owner(lab).get(() -> billing.grants.available(lab.id())))
                .isEqualTo(Money.euro("0.999986"));
    }

    @Test
    void pagesNewestFirstAndAddsUpDays() {
        var lab = funded("Paging Lab", "1");
        var project = project(lab);
        for (int i = 0; i < 5; i++) {
            used(lab, project, 10, i);
            // Counting waits for the settlement: only then may its moment pass.
            owner(lab).get(() -> billing.usage.count(lab.id()));
            billing.clock.forward(Duration.ofMillis(1));
        }
        assertThat(owner(lab).get(() -> billing.usage.count(lab.id()))).isEqualTo(5);
        var page = owner(lab).get(() -> billing.usage.requests(lab.id(), ALL, 1, 2));
        assertThat(page).extracting(SettledRequest::outputTokens).containsExactly(3L, 2L);
        var now = billing.clock.instant();
        var days =
                owner(lab)
                        .get(
                                () ->
                                        billing.usage.daily(
                                                lab.id(),
                                                ALL,
                                                now.minus(Duration.ofDays(1)),
                                                now.plusSeconds(1)));
        assertThat(days)
                .containsExactly(
                        new Usage.DailySpend(
                                LocalDate.ofInstant(now, ZoneOffset.UTC),
                                "Ministry of Science",
                                5,
                                60,
                                Money.euro("0.000016")));
    }

    @Test
    void showsOneProjectWithoutTheOthers() {
        var lab = funded("Two Projects Lab", "1");
        var letters = project(lab);
        var other = billing.as(owner(lab), () -> billing.tenancy.projects.create(lab.id(), "Ice"));
        var ice = other.id();
        used(lab, letters, 10, 1);
        used(lab, other, 10, 2);
        var shown = owner(lab).get(() -> billing.usage.requests(lab.id(), Optional.of(ice), 0, 10));
        assertThat(shown).extracting(SettledRequest::project).containsExactly("Ice");
        var now = billing.clock.instant();
        var days =
                owner(lab)
                        .get(
                                () ->
                                        billing.usage.daily(
                                                lab.id(),
                                                Optional.of(ice),
                                                now.minus(Duration.ofDays(1)),
                                                now.plusSeconds(1)));
        assertThat(days).extracting(Usage.DailySpend::tokens).containsExactly(12L);
    }

    @Test
    void showsNothingOfAnotherOrganisation() {
        var lab = funded("Shy Lab", "1");
        used(lab, project(lab), 10, 20);
        var stranger = billing.tenancy.organisation("Stranger");
        assertThatThrownBy(() -> owner(stranger).get(() -> billing.usage.count(lab.id())))
                .isInstanceOf(Refused.class);
        assertThat(owner(stranger).get(() -> billing.usage.count(stranger.id()))).isZero();
    }

    @Test
    void isUsedUpWhenTheRestPaysForNothing() {
        var mill = funded("Old Mill", "0.000001");
        var request = request(mill, project(mill), 1, 1);
        assertThat(billing.budgets.reserve(request).join())
                .isEqualTo(
                        new ReserveOutcome.BudgetSpent(
                                Money.euro("0.000001"), request.charge().ceiling()));
    }

    @Test
    void announcesPricesFromNowOnOnly() {
        var line = price();
        billing.as(
                officer(),
                () -> {
                    billing.prices.announce(line);
                    return true;
                });
        assertThat(billing.prices.current("guide")).contains(line);
        var past =
                new ModelPrice(
                        "guide",
                        line.inputPerMillion(),
                        line.outputPerMillion(),
                        line.cachedAnswer(),
                        billing.clock.instant().minus(Duration.ofDays(1)));
        assertThatThrownBy(
                        () ->
                                billing.as(
                                        officer(),
                                        () -> {
                                            billing.prices.announce(past);
                                            return true;
                                        }))
                .isInstanceOf(Refused.class);
        var future = billing.clock.instant().plus(Duration.ofDays(1));
        billing.as(
                officer(),
                () -> {
                    billing.prices.announce(
                            new ModelPrice(
                                    "guide",
                                    Money.euro("9"),
                                    Money.euro("9"),
                                    line.cachedAnswer(),
                                    future));
                    return true;
                });
        assertThat(billing.prices.current("guide")).contains(line);
        assertThat(billing.prices.history("guide")).hasSize(2);
        assertThat(billing.prices.defaultPrice("m", "embedding").outputPerMillion().isZero())
                .isTrue();
    }

    private static ModelPrice price() {
        return new ModelPrice(
                "guide",
                Money.euro("0.2"),
                Money.euro("0.6"),
                Money.euro("0.000001"),
                billing.clock.instant());
    }

    private static Tenant funded(String name, String amount) {
        var tenant = billing.tenancy.verified(name);
        billing.approve(billing.submitted(billing.programme("100", "50"), tenant, amount), amount);
        return tenant;
    }

    private static Project project(Tenant tenant) {
        return billing.as(
                owner(tenant), () -> billing.tenancy.projects.create(tenant.id(), "Letters"));
    }

    private static Intent request(Tenant tenant, Project project, long in, long out) {
        var price = price();
        var caller =
                new Receipt.Caller(
                        tenant.id().value(),
                        project.id().value(),
                        Optional.of(UUID.randomUUID()),
                        "laptop",
                        "key");
        return new Intent(
                new Intent.Payer(tenant.id(), project.id(), caller.key(), caller.subject()),
                new Intent.Charge(
                        price, in, out, price.of(in, out).plus(price.of(10, 0)), Map.of()),
                SampleReceipts.draft("chatcmpl-" + UUID.randomUUID(), caller));
    }

    /// Reserved and its settlement asked for, but not waited for.
    private static String used(Tenant tenant, Project project, long in, long out) {
        var request = request(tenant, project, in, out);
        assertThat(billing.budgets.reserve(request).join())
                .isInstanceOf(ReserveOutcome.Reserved.class);
        var unused =
                billing.budgets.settle(
                        new Settlement(
                                request.requestId(),
                                in,
                                out,
                                false,
                                Settlement.Outcome.COMPLETED,
                                Receipt.Making.at(SampleReceipts.site("norrhamn-cpu"))));
        assertThat(unused).isNotNull();
        return request.requestId();
    }
}
