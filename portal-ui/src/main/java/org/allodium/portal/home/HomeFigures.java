package org.allodium.portal.home;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.allodium.billing.Grant;
import org.allodium.billing.Outlook;
import org.allodium.billing.Usage.DailySpend;
import org.allodium.kernel.Money;

/// The overview's figures: arranges and compares what billing says; amounts are billing's own.
final class HomeFigures {
    private final List<Grant> running;
    private final List<DailySpend> daily;
    private final Instant now;
    private final LocalDate today;
    private final Outlook outlook;

    /// `daily` covers today; days are those of billing (UTC).
    HomeFigures(Outlook outlook, List<DailySpend> daily, Instant now, LocalDate today) {
        this.running = outlook.parts().stream().map(Outlook.Part::grant).toList();
        this.daily = List.copyOf(daily);
        this.now = now;
        this.today = today;
        this.outlook = outlook;
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
    Optional<LocalDate> nextLastDay() {
        return running.stream().map(Grant::lastDay).min(Comparator.naturalOrder());
    }

    Outlook outlook() {
        return outlook;
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

    /// Whole days until no grant can pay any more; empty without spending.
    Optional<Long> daysLeft() {
        return outlook.lastsUntil().map(until -> Duration.between(now, until).toDays());
    }

    private static Money sum(List<Money> amounts) {
        return amounts.stream().reduce(Money::plus).orElse(Money.zero(Money.EUR));
    }
}
