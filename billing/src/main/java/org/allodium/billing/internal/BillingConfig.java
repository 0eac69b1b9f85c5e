package org.allodium.billing.internal;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Currency;
import org.allodium.billing.ModelPrice;
import org.allodium.kernel.Money;
import org.eclipse.microprofile.config.Config;

/// Read once, from keys `allodium.billing.…`; a value that makes no sense stops the start.
/// @param zone where the platform counts days: a grant ends when its last day does there
/// @param node what this server is called among those that share the database
public record BillingConfig(
        Currency currency,
        BigDecimal textInput,
        BigDecimal textOutput,
        BigDecimal embeddingInput,
        BigDecimal cachedAnswer,
        ZoneId zone,
        String node) {
    private static final String PREFIX = "allodium.billing.";
    private static final String NODE = "allodium.node";
    private static final int PRICE_SCALE = 6;

    public BillingConfig {
        for (var price : new BigDecimal[] {textInput, textOutput, embeddingInput}) {
            require(price.signum() >= 0 && price.stripTrailingZeros().scale() <= PRICE_SCALE);
        }
        require(cachedAnswer.signum() >= 0);
        if (!node.matches("[a-z0-9][a-z0-9.-]{0,62}")) {
            throw new IllegalArgumentException(
                    NODE + " is a name like node-1: small letters, digits, dots and hyphens");
        }
    }

    public static BillingConfig defaults() {
        return new BillingConfig(
                Money.EUR,
                new BigDecimal("0.20"),
                new BigDecimal("0.60"),
                new BigDecimal("0.02"),
                new BigDecimal("0.000001"),
                ZoneOffset.UTC,
                "node-1");
    }

    public static BillingConfig from(Config config) {
        var defaults = defaults();
        return new BillingConfig(
                config.getOptionalValue(PREFIX + "currency", String.class)
                        .map(Currency::getInstance)
                        .orElse(defaults.currency),
                amount(config, "default-price.text.input", defaults.textInput),
                amount(config, "default-price.text.output", defaults.textOutput),
                amount(config, "default-price.embedding.input", defaults.embeddingInput),
                amount(config, "default-price.cached-answer", defaults.cachedAnswer),
                config.getOptionalValue(PREFIX + "zone", String.class)
                        .map(ZoneId::of)
                        .orElse(defaults.zone),
                config.getOptionalValue(NODE, String.class).orElse(defaults.node));
    }

    public BillingConfig in(ZoneId other) {
        return new BillingConfig(
                currency, textInput, textOutput, embeddingInput, cachedAnswer, other, node);
    }

    public Money money(BigDecimal amount) {
        return new Money(amount, currency);
    }

    /// `modality` as the catalog names it; what makes no text puts nothing out.
    public ModelPrice defaultPrice(String model, String modality) {
        boolean text = "text".equals(modality);
        return new ModelPrice(
                model,
                money(text ? textInput : embeddingInput),
                money(text ? textOutput : BigDecimal.ZERO),
                money(cachedAnswer),
                Instant.EPOCH);
    }

    private static BigDecimal amount(Config config, String key, BigDecimal otherwise) {
        return config.getOptionalValue(PREFIX + key, BigDecimal.class).orElse(otherwise);
    }

    private static void require(boolean sensible) {
        if (!sensible) {
            throw new IllegalArgumentException(
                    "A default price is not negative and has at most "
                            + PRICE_SCALE
                            + " decimals per million tokens");
        }
    }
}
