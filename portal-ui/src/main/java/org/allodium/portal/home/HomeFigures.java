package org.allodium.portal.home;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.allodium.billing.Grant;
import org.allodium.billing.Usage.DailySpend;
import org.allodium.kernel.Money;

/// The overview's figures, from grants and daily spending. Arranges and compares what billing says;
/// amounts are billing's own.
final class HomeFigures {
    private static final int PACE_DAYS = 7;

    private final List<Grant> running;
    private final List<DailySpend> daily;
    private final Instant now;
    private final LocalDate today;

    /// `daily` covers at least the last week; days are those of billing (UTC).
    HomeFigures(List<Grant> grants, List<DailySpend> daily, Instant now, LocalDate today) {
        this.running = grants.stream().filter(grant -> !grant.ended()).toList();
        this.daily = List.copyOf(daily);
        this.now = now;
        this.today = today;
    }

    List<Grant> running() {
        return running;
    }

    Money left() {
        return sum(running.stream().map(Grant::available).toList());
    }

    Money granted() {
        return sum(running.stream().map(Grant::granted).toList());
    }

    Money spent() {
        return sum(running.stream().map(Grant::spent).toList());
    }

    Money reserved() {
        return sum(running.stream().map(Grant::reserved).toList());
    }

    /// Of the grant that ends first.
    Optional<Instant> nextEnd() {
        return running.stream().map(Grant::endsAt).min(Comparator.naturalOrder());
    }

    Money costToday() {
        return sum(
                daily.stream()
                        .filter(row -> row.day().equals(today))
                        .map(DailySpend::cost)
                        .toList());
    }

    long tokensToday() {
        return daily.stream()
                .filter(row -> row.day().equals(today))
                .mapToLong(DailySpend::tokens)
                .sum();
    }

    /// Whole days that the rest lasts at the average of the last week; empty without spending.
    Optional<Long> daysLeft() {
        var from = today.minusDays(PACE_DAYS - 1L);
        var week =
                sum(
                        daily.stream()
                                .filter(row -> !row.day().isBefore(from))
                                .map(DailySpend::cost)
                                .toList());
        if (!week.isPositive()) {
            return Optional.empty();
        }
        return Optional.of(
                left().amount()
                        .multiply(BigDecimal.valueOf(PACE_DAYS))
                        .divide(week.amount(), 0, RoundingMode.FLOOR)
                        .longValue());
    }

    /// Whether at this pace something is left when the last grant ends.
    boolean somethingLapses() {
        var lastEnd = running.stream().map(Grant::endsAt).max(Comparator.naturalOrder());
        return lastEnd.isPresent()
                && daysLeft()
                        .map(days -> now.plus(Duration.ofDays(days)).isAfter(lastEnd.get()))
                        .orElse(left().isPositive());
    }

    private static Money sum(List<Money> amounts) {
        return amounts.stream().reduce(Money::plus).orElse(Money.zero(Money.EUR));
    }
}
