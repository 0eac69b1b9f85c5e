package org.allodium.serving.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.kernel.Sentence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseAwayTest {
    @ParameterizedTest
    @ValueSource(strings = {"08001", "08006", "57P01", "57P03", "53300"})
    void isTemporaryAndSaysWhenToTryAgain(String state) {
        var failure =
                new Refused(
                                ErrorCode.SERVER_ERROR,
                                Sentence.asSaid("The API key cannot be checked now."))
                        .because(new SQLException("away", state, new ConnectException()));
        assertThat(DatabaseAway.isCauseOf(failure)).isTrue();
        var error = ErrorBody.of(failure, "req_1");
        assertThat(error.code()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(error.message()).doesNotContain("away\"", "Connect");
        var exchange = FakeExchange.get("/models");
        error.headers(exchange);
        assertThat(exchange.answered("Retry-After")).isEqualTo("5");
        assertThat(exchange.hasAnswered("x-should-retry")).isFalse();
    }

    @Test
    void isNotEveryFailureOfAStatement() {
        assertThat(DatabaseAway.isCauseOf(new SQLException("unique", "23505"))).isFalse();
        assertThat(DatabaseAway.isCauseOf(new SQLException("cancelled", "57014"))).isFalse();
        assertThat(DatabaseAway.isCauseOf(new SQLException("odd", (String) null))).isFalse();
        assertThat(DatabaseAway.isCauseOf(new IllegalStateException("x"))).isFalse();
        var fatal = "FATAL: terminating connection due to unexpected postmaster exit";
        assertThat(DatabaseAway.isCauseOf(new SQLException(fatal, "XX000"))).isTrue();
        assertThat(DatabaseAway.isCauseOf(new SQLTransientConnectionException("pool"))).isTrue();
        var circle = new IllegalStateException("a");
        circle.initCause(new IllegalStateException("b", circle));
        assertThat(DatabaseAway.isCauseOf(circle)).isFalse();
    }
}
