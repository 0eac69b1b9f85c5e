package org.allodium.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Currency;
import org.junit.jupiter.api.Test;

class MoneyTest {
    @Test
    void addsExactlyAndRoundsOnlyWhenAsked() {
        var tokens = Money.euro("0.000000180000").times(3);
        assertThat(tokens).isEqualTo(Money.euro("0.00000054"));
        assertThat(tokens.plus(Money.euro("0.005")).rounded()).isEqualTo(Money.euro("0.01"));
        assertThat(Money.euro("0.025").rounded()).as("half to even").isEqualTo(Money.euro("0.02"));
    }

    @Test
    void equalAmountsAreEqualWhateverTheirScale() {
        assertThat(Money.euro("1.0"))
                .isEqualTo(Money.euro("1.000"))
                .hasSameHashCodeAs(Money.euro("1"));
    }

    @Test
    void refusesToMixCurrenciesAndHiddenPrecision() {
        var yen = Money.zero(Currency.getInstance("JPY"));
        assertThatThrownBy(() -> Money.euro("1").plus(yen))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Money.euro("0.0000000000001"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
