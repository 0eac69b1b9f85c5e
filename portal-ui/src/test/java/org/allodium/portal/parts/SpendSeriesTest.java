package org.allodium.portal.parts;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import org.allodium.billing.Usage.DailySpend;
import org.allodium.kernel.Money;
import org.junit.jupiter.api.Test;

class SpendSeriesTest {
    private static final LocalDate DAY = LocalDate.of(2026, 11, 1);

    @Test
    void hasEveryDayAndPutsTheBiggestFunderFirst() {
        var series =
                new SpendSeries(
                        DAY,
                        DAY.plusDays(2),
                        List.of(
                                row(0, "University", "1"),
                                row(0, "Ministry", "3"),
                                row(2, "Ministry", "2")));
        assertThat(series.days()).hasSize(3);
        assertThat(series.funders()).containsExactly("Ministry", "University");
        assertThat(series.highest()).isEqualByComparingTo("4");
        assertThat(series.total()).isEqualByComparingTo("6");
        assertThat(series.of(DAY.plusDays(1))).isEqualByComparingTo("0");
    }

    @Test
    void knowsWhenThereIsNothingToDraw() {
        assertThat(new SpendSeries(DAY, DAY, List.of()).isEmpty()).isTrue();
    }

    @Test
    void endsItsAxisAtARoundFigure() {
        assertThat(SpendChart.ceiling(new BigDecimal("8.31"))).isEqualByComparingTo("9");
        assertThat(SpendChart.ceiling(new BigDecimal("0.00042"))).isEqualByComparingTo("0.0006");
        assertThat(SpendChart.ceiling(new BigDecimal("120"))).isEqualByComparingTo("150");
        assertThat(SpendChart.ceiling(BigDecimal.ZERO)).isEqualByComparingTo("3");
    }

    @Test
    void keepsSharesWithinTheBar() {
        assertThat(Bar.share(new BigDecimal("150"), new BigDecimal("100"))).isEqualTo("100%");
        assertThat(Bar.share(BigDecimal.ONE, BigDecimal.valueOf(3))).isEqualTo("33.33%");
        assertThat(Bar.share(BigDecimal.ONE, BigDecimal.ZERO)).isEqualTo("0%");
    }

    private static DailySpend row(int day, String funder, String cost) {
        return new DailySpend(DAY.plusDays(day), funder, 1, 10, Money.euro(cost));
    }
}
