package org.allodium.serving.rest;

import static org.assertj.core.api.Assertions.assertThat;

import org.allodium.serving.ServingWorld;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What no code foresaw, errors of the virtual machine included, is never an answer.
class UnforeseenTest {
    private static final String HELLO =
            "{\"model\":\"guide\",\"messages\":[{\"role\":\"user\",\"content\":\"hi there\"}]%s}";

    private final ServingWorld world = new ServingWorld();
    private final Api api = WiredApi.over(world);

    @AfterEach
    void close() {
        world.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",\"stream\":true"})
    void aStackThatEndsBeforeMoneyIsHeldIsAnErrorObject(String more) {
        world.home.beforePrompt = UnforeseenTest::fail;
        isAnErrorObject(chat(more));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",\"stream\":true"})
    void aStackThatEndsBehindTheReservationGivesItBack(String more) {
        world.home.beforeGenerating = UnforeseenTest::fail;
        isAnErrorObject(chat(more));
        assertThat(world.budgets.reserved).hasSize(1);
        assertThat(world.budgets.settled).isEmpty();
    }

    private void isAnErrorObject(FakeExchange exchange) {
        assertThat(exchange.status()).isEqualTo(500);
        assertThat(exchange.error().path("code").asString()).isEqualTo("server_error");
        assertThat(exchange.error().path("message").asString())
                .contains(exchange.answered("x-request-id"));
        assertThat(world.registry.counter("allodium.serving.unexpected").count()).isEqualTo(1);
        assertThat(world.budgets.stillOpen()).isZero();
        assertThat(world.home.inside.get()).isZero();
    }

    @Test
    void anErrorInsideAStreamIsAnEventWithoutDone() {
        world.budgets.onProgress = UnforeseenTest::fail;
        var exchange = chat(",\"stream\":true");

        assertThat(exchange.text()).contains("Hello", "server_error").doesNotContain("[DONE]");
        assertThat(world.registry.counter("allodium.serving.unexpected").count()).isEqualTo(1);
        assertThat(world.budgets.stillOpen()).isZero();
    }

    private static void fail() {
        throw new StackOverflowError();
    }

    private FakeExchange chat(String more) {
        var exchange = FakeExchange.post("/chat/completions", HELLO.formatted(more));
        api.answer(exchange);
        return exchange;
    }
}
