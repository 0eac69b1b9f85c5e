package org.allodium.portal.parts;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.allodium.billing.Usage.DailySpend;

/// Daily spending arranged for a drawing: every day of the span, also those without spending;
/// funders with the biggest first.
public final class SpendSeries {
    private final List<LocalDate> days;
    private final List<String> funders;
    private final Map<LocalDate, Map<String, BigDecimal>> amounts = new HashMap<>();

    /// Both days are included.
    public SpendSeries(LocalDate from, LocalDate to, List<DailySpend> rows) {
        days = from.datesUntil(to.plusDays(1)).toList();
        var totals = new HashMap<String, BigDecimal>();
        for (var row : rows) {
            amounts.computeIfAbsent(row.day(), day -> new HashMap<>())
                    .merge(row.funder(), row.cost().amount(), BigDecimal::add);
            totals.merge(row.funder(), row.cost().amount(), BigDecimal::add);
        }
        funders = new ArrayList<>(totals.keySet());
        funders.sort(
                Comparator.comparing((String name) -> totals.get(name))
                        .reversed()
                        .thenComparing(name -> name));
    }

    public List<LocalDate> days() {
        return days;
    }

    public List<String> funders() {
        return List.copyOf(funders);
    }

    public boolean isEmpty() {
        return total().signum() == 0;
    }

    BigDecimal of(LocalDate day, String funder) {
        return amounts.getOrDefault(day, Map.of()).getOrDefault(funder, BigDecimal.ZERO);
    }

    BigDecimal of(LocalDate day) {
        return amounts.getOrDefault(day, Map.of()).values().stream()
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    public BigDecimal total() {
        return days.stream().map(this::of).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    BigDecimal total(String funder) {
        return days.stream().map(day -> of(day, funder)).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    BigDecimal highest() {
        return days.stream().map(this::of).max(Comparator.naturalOrder()).orElse(BigDecimal.ZERO);
    }
}
