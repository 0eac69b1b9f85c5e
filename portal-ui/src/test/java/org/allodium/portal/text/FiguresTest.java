package org.allodium.portal.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Locale;
import org.allodium.kernel.Money;
import org.junit.jupiter.api.Test;

class FiguresTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private final Figures english = figures(Locale.ENGLISH);
    private final Figures german = figures(Locale.GERMAN);

    private static Figures figures(Locale locale) {
        return Figures.of(locale, "Europe/Helsinki", Clock.fixed(NOW, ZoneOffset.UTC));
    }

    @Test
    void writesAmountsWithTheirCurrency() {
        assertThat(english.money(Money.euro("1412.8"))).isEqualTo("1,412.80 EUR");
        assertThat(german.money(Money.euro("1412.8"))).isEqualTo("1.412,80 EUR");
    }

    @Test
    void keepsTheDigitsThatMatterInSmallAmounts() {
        assertThat(english.money(Money.euro("0.00084"))).isEqualTo("0.00084 EUR");
        assertThat(english.money(Money.euro("0.0000345678"))).isEqualTo("0.000035 EUR");
        assertThat(english.money(Money.euro("0"))).isEqualTo("0.00 EUR");
        assertThat(english.money(Money.euro("0.000002"))).isEqualTo("0.000002 EUR");
    }

    @Test
    void writesAReceiptsAmountWhole() {
        assertThat(english.exact(Money.euro("0.0000345678"))).isEqualTo("0.0000345678 EUR");
        assertThat(english.exact(Money.euro("3"))).isEqualTo("3.00 EUR");
    }

    @Test
    void shortensBigNumbersToThreeDigits() {
        assertThat(english.compact(9_999)).isEqualTo("9,999");
        assertThat(english.compact(12_340)).isEqualTo("12.3 k");
        assertThat(english.compact(820_000)).isEqualTo("820 k");
        assertThat(german.compact(1_840_000)).isEqualTo("1,84 M");
    }

    @Test
    void saysHowLongAgoAndHowLongUntil() {
        assertThat(english.relative(NOW.minusSeconds(5))).isEqualTo("just now");
        assertThat(english.relative(NOW.minus(Duration.ofMinutes(3)))).isEqualTo("3 minutes ago");
        assertThat(english.relative(NOW.plus(Duration.ofDays(6)))).isEqualTo("in 6 days");
        assertThat(german.relative(NOW.minus(Duration.ofHours(1)))).isEqualTo("vor 1 Stunde");
    }

    @Test
    void showsTimesInTheReadersZone() {
        assertThat(english.exact(NOW)).isEqualTo("23 Nov 2026, 14:00:00 Europe/Helsinki");
        assertThat(Figures.of(Locale.ENGLISH, "No/Where", Clock.systemUTC()).zone())
                .isEqualTo(ZoneOffset.UTC);
    }

    @Test
    void comparesPartsWithTheWhole() {
        assertThat(english.percent(BigDecimal.ONE, BigDecimal.valueOf(4))).isEqualTo("25%");
        assertThat(english.percent(BigDecimal.ONE, BigDecimal.ZERO)).isEqualTo("0%");
    }
}
