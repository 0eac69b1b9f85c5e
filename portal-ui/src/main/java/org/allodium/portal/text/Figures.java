package org.allodium.portal.text;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.text.NumberFormat;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.Locale;
import org.allodium.kernel.Money;
import org.jspecify.annotations.Nullable;

/// Figures, amounts and times as one reader writes them. Amounts keep the digits that matter: two
/// decimals from a cent upwards, else as many as show the first two digits. Nothing here rounds
/// what is stored.
public record Figures(Locale locale, ZoneId zone, Clock clock) {

    public static Figures of(Locale locale, @Nullable String zone, Clock clock) {
        return new Figures(locale, zoneOf(zone), clock);
    }

    private static ZoneId zoneOf(@Nullable String name) {
        if (name == null || name.isBlank()) {
            return ZoneOffset.UTC;
        }
        try {
            return ZoneId.of(name);
        } catch (DateTimeException unknown) {
            return ZoneOffset.UTC;
        }
    }

    public Instant now() {
        return clock.instant();
    }

    public LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), zone);
    }

    public String number(long value) {
        return NumberFormat.getIntegerInstance(locale).format(value);
    }

    /// From ten thousand on in short: 1.84 M.
    public String compact(long value) {
        if (value < 10_000) {
            return number(value);
        }
        var scaled = BigDecimal.valueOf(value);
        var unit = " k";
        var power = 3;
        if (value >= 1_000_000_000) {
            unit = " G";
            power = 9;
        } else if (value >= 1_000_000) {
            unit = " M";
            power = 6;
        }
        var shown = scaled.movePointLeft(power);
        // Three digits in all.
        var integers = shown.precision() - shown.scale();
        return decimal(shown, Math.clamp(3 - integers, 0, 2)) + unit;
    }

    /// The amount without its currency, for a column or a figure whose unit stands beside it.
    public String amount(Money money) {
        return decimal(money.amount(), digits(money.amount()));
    }

    public String money(Money money) {
        return amount(money) + " " + money.currency().getCurrencyCode();
    }

    /// All digits that are stored, for a receipt.
    public String exact(Money money) {
        var scale = Math.max(2, money.amount().stripTrailingZeros().scale());
        return decimal(money.amount(), scale) + " " + money.currency().getCurrencyCode();
    }

    /// A figure at an axis: no more digits than it needs.
    public String axis(BigDecimal value) {
        return decimal(value, Math.clamp(value.stripTrailingZeros().scale(), 0, 10));
    }

    /// A price per million tokens.
    public String price(Money money) {
        var scale = Math.clamp(money.amount().stripTrailingZeros().scale(), 2, 6);
        return decimal(money.amount(), scale);
    }

    public String percent(BigDecimal part, BigDecimal whole) {
        var format = NumberFormat.getPercentInstance(locale);
        return format.format(
                whole.signum() == 0
                        ? BigDecimal.ZERO
                        : part.divide(whole, 4, RoundingMode.HALF_EVEN));
    }

    public String date(Instant time) {
        return DateTimeFormatter.ofLocalizedDate(FormatStyle.MEDIUM)
                .withLocale(regional())
                .withZone(zone)
                .format(time);
    }

    /// A day that is the same for every reader, such as a grant's last one.
    public String date(LocalDate day) {
        return DateTimeFormatter.ofLocalizedDate(FormatStyle.MEDIUM)
                .withLocale(regional())
                .format(day);
    }

    public String day(LocalDate day) {
        return DateTimeFormatter.ofPattern("d MMM", locale).format(day);
    }

    public String time(Instant time) {
        return DateTimeFormatter.ofLocalizedTime(FormatStyle.MEDIUM)
                .withLocale(regional())
                .withZone(zone)
                .format(time);
    }

    /// Date, time to the second, and zone.
    public String exact(Instant time) {
        return date(time) + ", " + time(time) + " " + zone.getId();
    }

    /// How long ago, or how long until, in the largest unit that says it.
    public String relative(Instant time) {
        var distance = Duration.between(time, clock.instant());
        var future = distance.isNegative();
        var span = distance.abs();
        if (span.toSeconds() < 60) {
            return Messages.say(locale, future ? "time.soon" : "time.now");
        }
        String unit;
        long count;
        if (span.toMinutes() < 60) {
            unit = "minutes";
            count = span.toMinutes();
        } else if (span.toHours() < 36) {
            unit = "hours";
            count = span.toHours();
        } else {
            unit = "days";
            count = span.toDays();
        }
        return Messages.say(locale, "time." + (future ? "in." : "ago.") + unit, count);
    }

    /// English without a country means the American order of day and month; ours is international.
    public Locale regional() {
        return locale.getLanguage().equals("en") ? Locale.UK : locale;
    }

    private static int digits(BigDecimal amount) {
        if (amount.signum() == 0 || amount.abs().compareTo(new BigDecimal("0.01")) >= 0) {
            return 2;
        }
        var plain = amount.stripTrailingZeros();
        var firstDigit = plain.scale() - plain.precision() + 1;
        return Math.max(2, Math.min(plain.scale(), firstDigit + 1));
    }

    private String decimal(BigDecimal value, int scale) {
        var format = NumberFormat.getNumberInstance(locale);
        format.setMinimumFractionDigits(scale);
        format.setMaximumFractionDigits(scale);
        format.setRoundingMode(RoundingMode.HALF_EVEN);
        return format.format(value);
    }
}
