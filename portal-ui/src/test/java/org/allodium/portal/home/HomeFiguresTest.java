package org.allodium.portal.home;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.allodium.billing.Grant;
import org.allodium.billing.GrantId;
import org.allodium.billing.Outlook;
import org.allodium.billing.ProgrammeId;
import org.allodium.billing.Usage.DailySpend;
import org.allodium.kernel.Money;
import org.allodium.portal.text.Figures;
import org.allodium.tenancy.TenantId;
import org.junit.jupiter.api.Test;

class HomeFiguresTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 23);

    @Test
    void addsUpRunningGrantsOnly() {
        var figures =
                figures(List.of(grant("600", "150", 100, false), grant("100", "0", -1, true)));
        assertThat(figures.left()).isEqualTo(Money.euro("450"));
        assertThat(figures.granted()).isEqualTo(Money.euro("600"));
        assertThat(figures.nextLastDay()).contains(TODAY.plusDays(100));
    }

    @Test
    void showsTodayAndHowLongTheRestLasts() {
        var outlook = Outlook.of(List.of(grant("600", "250", 100, false)), Money.euro("35"), NOW);
        var figures = new HomeFigures(outlook, List.of(day(0, "20"), day(3, "15")), NOW, TODAY);
        assertThat(figures.daysLeft()).contains(70L);
        assertThat(figures.costToday()).isEqualTo(Money.euro("20"));
        assertThat(figures.tokensToday()).isEqualTo(1000);
    }

    @Test
    void knowsNoPaceWithoutSpending() {
        assertThat(figures(List.of(grant("600", "0", 30, false))).daysLeft()).isEmpty();
        assertThat(figures(List.of()).left()).isEqualTo(Money.euro("0"));
    }

    /// One of several grants ends tomorrow: its rest is named, although the others last.
    @Test
    void namesTheMoneyThatLapsesAndSaysThatItNeedsSomebody() {
        var grants = List.of(grant("1000", "0", 1, false), grant("500", "0", 300, false));
        var outlook = Outlook.of(grants, Money.euro("70"), NOW);
        var reader = Figures.of(Locale.ENGLISH, "America/Lima", Clock.fixed(NOW, ZoneOffset.UTC));
        var lapses = GrantWords.lapses(outlook, reader);
        assertThat(lapses).hasSize(1);
        assertThat(lapses.getFirst())
                .contains("990.00 EUR", "Allowance", reader.date(TODAY.plusDays(1)));
        var numbers = new HomeFigures(outlook, List.of(), NOW, TODAY);
        assertThat(GrantWords.needs(numbers, reader)).containsExactly(lapses.getFirst());
    }

    @Test
    void usedUpGrantsNeedSomebody() {
        var reader = Figures.of(Locale.ENGLISH, null, Clock.fixed(NOW, ZoneOffset.UTC));
        var spent = figures(List.of(grant("600", "600", 30, false)));
        assertThat(GrantWords.needs(spent, reader)).hasSize(1);
        var nearlySpent =
                new HomeFigures(
                        Outlook.of(List.of(grant("100", "90", 200, false)), Money.euro("7"), NOW),
                        List.of(),
                        NOW,
                        TODAY);
        assertThat(GrantWords.needs(nearlySpent, reader).getFirst()).contains("in 10 days");
    }

    private static HomeFigures figures(List<Grant> grants) {
        return new HomeFigures(Outlook.of(grants, Money.euro("0"), NOW), List.of(), NOW, TODAY);
    }

    private static DailySpend day(int ago, String cost) {
        return new DailySpend(
                TODAY.minusDays(ago), "Ministry of Science", 10, 1000, Money.euro(cost));
    }

    private static Grant grant(String granted, String spent, int endsInDays, boolean ended) {
        return new Grant(
                new GrantId(UUID.randomUUID()),
                new TenantId(UUID.randomUUID()),
                new ProgrammeId(UUID.randomUUID()),
                "Allowance",
                "Ministry of Science",
                Money.euro(granted),
                Money.euro(spent),
                Money.euro("0"),
                NOW.minus(Duration.ofDays(10)),
                NOW.plus(Duration.ofDays(endsInDays)),
                TODAY.plusDays(endsInDays),
                ended);
    }
}
