package org.allodium.kernel;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Currency;

/// An exact amount. Sums and products never round; [#rounded] is for statement lines alone.
public record Money(BigDecimal amount, Currency currency) implements Comparable<Money> {
    /// Of stored amounts: a price per million tokens with six decimals is exact per token.
    public static final int STORED_SCALE = 12;

    public static final Currency EUR = Currency.getInstance("EUR");

    public Money {
        if (amount.stripTrailingZeros().scale() > STORED_SCALE) {
            throw new IllegalArgumentException(
                    "An amount has at most " + STORED_SCALE + " decimals: " + amount);
        }
    }

    public static Money euro(String amount) {
        return new Money(new BigDecimal(amount), EUR);
    }

    public static Money zero(Currency currency) {
        return new Money(BigDecimal.ZERO, currency);
    }

    public Money plus(Money other) {
        return new Money(amount.add(same(other).amount), currency);
    }

    public Money minus(Money other) {
        return new Money(amount.subtract(same(other).amount), currency);
    }

    public Money times(long factor) {
        return new Money(amount.multiply(BigDecimal.valueOf(factor)), currency);
    }

    public Money min(Money other) {
        return compareTo(other) <= 0 ? this : other;
    }

    public boolean isPositive() {
        return amount.signum() > 0;
    }

    public boolean isZero() {
        return amount.signum() == 0;
    }

    /// Half-even, to the currency's smallest coin.
    public Money rounded() {
        return new Money(
                amount.setScale(currency.getDefaultFractionDigits(), RoundingMode.HALF_EVEN),
                currency);
    }

    @Override
    public int compareTo(Money other) {
        return amount.compareTo(same(other).amount);
    }

    /// Equal amounts are equal whatever their scale: 1.0 EUR is 1.00 EUR.
    @Override
    public boolean equals(Object other) {
        return other instanceof Money money
                && currency.equals(money.currency)
                && amount.compareTo(money.amount) == 0;
    }

    @Override
    public int hashCode() {
        return 31 * amount.stripTrailingZeros().hashCode() + currency.hashCode();
    }

    @Override
    public String toString() {
        return amount.stripTrailingZeros().toPlainString() + " " + currency.getCurrencyCode();
    }

    private Money same(Money other) {
        if (!currency.equals(other.currency)) {
            throw new IllegalArgumentException(
                    "Amounts in " + currency + " and " + other.currency + " do not add up");
        }
        return other;
    }
}
