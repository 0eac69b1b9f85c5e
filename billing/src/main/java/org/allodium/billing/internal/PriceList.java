package org.allodium.billing.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.allodium.billing.ModelPrice;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Money;
import org.allodium.kernel.Refused;

/// The price list in memory, read again every second: every request asks for a price, and lines are
/// announced a few times a year.
public final class PriceList {
    private static final Duration FRESH = Duration.ofSeconds(1);
    // A caller's "now" is a moment older than ours; it is still no repricing.
    private static final Duration NOW = Duration.ofMinutes(1);
    private static final int PRICE_SCALE = 6;
    private static final String ANNOUNCE =
            """
            insert into billing.price (model, input_per_million, output_per_million,
                cached_answer, currency, effective_from, announced_at, announced_by)
            values (?, ?, ?, ?, ?, ?, ?, ?)""";

    private final DataSource platform;
    private final Clock clock;
    private volatile Snapshot snapshot = new Snapshot(Map.of(), 0, false);

    public PriceList(DataSource platform, Clock clock) {
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
    public ModelPrice announce(Connection connection, ModelPrice price, String officer)
            throws SQLException {
        var now = clock.instant();
        check(price, now);
        var from = price.from().isBefore(now) ? now : price.from();
        if (history(price.model()).stream().anyMatch(line -> line.from().equals(from))) {
            throw Refused.of(ErrorCode.CONFLICT, "billing.price-twice").at("from");
        }
        try (var insert = connection.prepareStatement(ANNOUNCE)) {
            insert.setString(1, price.model());
            insert.setBigDecimal(2, price.inputPerMillion().amount());
            insert.setBigDecimal(3, price.outputPerMillion().amount());
            insert.setBigDecimal(4, price.cachedAnswer().amount());
            insert.setString(5, price.inputPerMillion().currency().getCurrencyCode());
            insert.setObject(6, from.atOffset(ZoneOffset.UTC));
            insert.setObject(7, now.atOffset(ZoneOffset.UTC));
            insert.setString(8, officer);
            insert.executeUpdate();
        }
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
        var lines = new HashMap<String, List<ModelPrice>>();
        long readAt = System.nanoTime();
        try (var connection = platform.getConnection();
                var select =
                        connection.prepareStatement(
                                "select * from billing.price order by model, effective_from desc");
                var rows = select.executeQuery()) {
            while (rows.next()) {
                var currency = Currency.getInstance(rows.getString("currency"));
                String model = rows.getString("model");
                lines.computeIfAbsent(model, absent -> new ArrayList<>())
                        .add(
                                new ModelPrice(
                                        model,
                                        new Money(
                                                rows.getBigDecimal("input_per_million"), currency),
                                        new Money(
                                                rows.getBigDecimal("output_per_million"), currency),
                                        new Money(rows.getBigDecimal("cached_answer"), currency),
                                        rows.getObject("effective_from", OffsetDateTime.class)
                                                .toInstant()));
            }
        } catch (SQLException e) {
            throw Replies.explain(e);
        }
        var loaded = new Snapshot(Map.copyOf(lines), readAt, true);
        snapshot = loaded;
        return loaded;
    }
}
