package org.allodium.billing.internal;

import static java.util.stream.Collectors.groupingBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.allodium.billing.ModelPrice;
import org.allodium.kernel.Database;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Money;
import org.allodium.kernel.Refused;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.result.RowView;

/// The price list in memory, read again every second: every request asks, and lines change seldom.
public final class PriceList {
    private static final Duration FRESH = Duration.ofSeconds(1);
    // A caller's "now" is a moment older than ours; it is still no repricing.
    private static final Duration NOW = Duration.ofMinutes(1);
    private static final int PRICE_SCALE = 6;
    private static final String ANNOUNCE =
            """
            insert into billing.price (model, input_per_million, output_per_million,
                cached_answer, currency, effective_from, announced_at, announced_by)
            values (:model, :input, :output, :cached, :currency, :from, :now, :officer)""";

    private static final String ALL =
            "select * from billing.price order by model, effective_from desc";

    private final Database platform;
    private final Clock clock;
    private volatile Snapshot snapshot = new Snapshot(Map.of(), 0, false);

    public PriceList(Database platform, Clock clock) {
        this.platform = platform;
        this.clock = clock;
    }

    /// Lines by model, latest first.
    private record Snapshot(Map<String, List<ModelPrice>> lines, long readAt, boolean read) {
        Snapshot {
            lines = Map.copyOf(lines);
        }

        boolean fresh() {
            return read && System.nanoTime() - readAt < FRESH.toNanos();
        }
    }

    public Optional<ModelPrice> current(String model) {
        var now = clock.instant();
        return history(model).stream().filter(line -> !line.from().isAfter(now)).findFirst();
    }

    public List<ModelPrice> history(String model) {
        var present = snapshot;
        if (!present.fresh()) {
            present = load();
        }
        return present.lines.getOrDefault(model, List.of());
    }

    /// In the caller's transaction. Returns the line as it now stands in the list.
    public ModelPrice announce(Handle handle, ModelPrice price, String officer) {
        var now = clock.instant();
        check(price, now);
        var from = price.from().isBefore(now) ? now : price.from();
        if (history(price.model()).stream().anyMatch(line -> line.from().equals(from))) {
            throw Refused.of(ErrorCode.CONFLICT, "billing.price-twice").at("from");
        }
        handle.createUpdate(ANNOUNCE)
                .bind("model", price.model())
                .bind("input", price.inputPerMillion().amount())
                .bind("output", price.outputPerMillion().amount())
                .bind("cached", price.cachedAnswer().amount())
                .bind("currency", price.inputPerMillion().currency().getCurrencyCode())
                .bind("from", from)
                .bind("now", now)
                .bind("officer", officer)
                .execute();
        return new ModelPrice(
                price.model(),
                price.inputPerMillion(),
                price.outputPerMillion(),
                price.cachedAnswer(),
                from);
    }

    /// The next reader asks the database.
    public void forget() {
        snapshot = new Snapshot(Map.of(), 0, false);
    }

    private static void check(ModelPrice price, Instant now) {
        if (price.from().isBefore(now.minus(NOW))) {
            throw Refused.invalid("from", "billing.price-in-the-past");
        }
        var currency = price.inputPerMillion().currency();
        if (!currency.equals(price.outputPerMillion().currency())
                || !currency.equals(price.cachedAnswer().currency())) {
            throw Refused.invalid("currency", "billing.price-currencies");
        }
        checkAmount("inputPerMillion", price.inputPerMillion(), PRICE_SCALE);
        checkAmount("outputPerMillion", price.outputPerMillion(), PRICE_SCALE);
        checkAmount("cachedAnswer", price.cachedAnswer(), Money.STORED_SCALE);
    }

    private static void checkAmount(String field, Money amount, int scale) {
        if (amount.amount().signum() < 0 || amount.amount().stripTrailingZeros().scale() > scale) {
            throw Refused.invalid(field, "billing.price-decimals", scale);
        }
    }

    private Snapshot load() {
        long readAt = System.nanoTime();
        try {
            var lines =
                    platform.withHandle(
                            handle ->
                                    handle.createQuery(ALL)
                                            .map(PriceList::line)
                                            .collect(groupingBy(ModelPrice::model)));
            var loaded = new Snapshot(lines, readAt, true);
            snapshot = loaded;
            return loaded;
        } catch (JdbiException e) {
            throw Replies.explain(e);
        }
    }

    private static ModelPrice line(RowView row) {
        return new ModelPrice(
                row.getColumn("model", String.class),
                Amounts.of(row, "input_per_million"),
                Amounts.of(row, "output_per_million"),
                Amounts.of(row, "cached_answer"),
                row.getColumn("effective_from", Instant.class));
    }
}
