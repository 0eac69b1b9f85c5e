package org.allodium.billing.internal;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toUnmodifiableList;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.allodium.billing.ModelPrice;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Money;
import org.allodium.kernel.Refused;
import org.allodium.tenancy.News;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.RowView;

/// The price list in memory: every request asks, and lines change seldom.
public final class PriceList implements News.Picture {
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

    private final News news;
    private final Clock clock;

    /// By model, latest first.
    private volatile Map<String, List<ModelPrice>> lines = Map.of();

    public PriceList(News news, Clock clock) {
        this.news = news;
        this.clock = clock;
        news.keep("price", this);
    }

    @Override
    public void readAll(Handle handle) {
        lines =
                handle.createQuery(ALL)
                        .map(PriceList::line)
                        .collect(groupingBy(ModelPrice::model, toUnmodifiableList()));
    }

    @Override
    public void read(Handle handle, Set<String> models) {
        readAll(handle);
    }

    public Optional<ModelPrice> current(String model) {
        var now = clock.instant();
        return history(model).stream().filter(line -> !line.from().isAfter(now)).findFirst();
    }

    public List<ModelPrice> history(String model) {
        news.demandFresh();
        return lines.getOrDefault(model, List.of());
    }

    /// In the caller's transaction. Returns the line as it now stands in the list.
    public ModelPrice announce(Handle handle, ModelPrice price, String officer) {
        var now = clock.instant();
        check(price, now);
        var from = price.from().isBefore(now) ? now : price.from();
        if (isThere(handle, price.model(), from)) {
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

    private static boolean isThere(Handle handle, String model, Instant from) {
        return handle.createQuery(
                        "select exists (select from billing.price"
                                + " where model = :model and effective_from = :from)")
                .bind("model", model)
                .bind("from", from)
                .mapTo(Boolean.class)
                .one();
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

    private static ModelPrice line(RowView row) {
        return new ModelPrice(
                row.getColumn("model", String.class),
                Amounts.of(row, "input_per_million"),
                Amounts.of(row, "output_per_million"),
                Amounts.of(row, "cached_answer"),
                row.getColumn("effective_from", Instant.class));
    }
}
