package org.allodium.portal.home;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.allodium.billing.Grant;
import org.allodium.billing.GrantId;
import org.allodium.billing.ProgrammeId;
import org.allodium.billing.Usage.DailySpend;
import org.allodium.kernel.Money;
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
        assertThat(figures.nextEnd()).contains(NOW.plus(Duration.ofDays(100)));
    }

    @Test
    void lastsAsLongAsTheLastWeekSays() {
        var figures =
                figures(
                        List.of(grant("600", "250", 100, false)),
                        day(0, "20"),
                        day(3, "15"),
                        day(9, "900"));
        assertThat(figures.daysLeft()).contains(70L);
        assertThat(figures.somethingLapses()).isFalse();
        assertThat(figures.costToday()).isEqualTo(Money.euro("20"));
        assertThat(figures.tokensToday()).isEqualTo(1000);
    }

    @Test
    void warnsWhenAPartWillLapse() {
        var figures = figures(List.of(grant("600", "250", 30, false)), day(0, "20"), day(3, "15"));
        assertThat(figures.somethingLapses()).isTrue();
    }

    @Test
    void knowsNoPaceWithoutSpending() {
        assertThat(figures(List.of(grant("600", "0", 30, false))).daysLeft()).isEmpty();
        assertThat(figures(List.of()).left()).isEqualTo(Money.euro("0"));
    }

    private static HomeFigures figures(List<Grant> grants, DailySpend... daily) {
        return new HomeFigures(grants, List.of(daily), NOW, TODAY);
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
                ended);
    }
}
