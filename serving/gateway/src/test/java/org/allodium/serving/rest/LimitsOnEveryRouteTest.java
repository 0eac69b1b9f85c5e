package org.allodium.serving.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.allodium.serving.FakeChatPool;
import org.allodium.serving.ServingWorld;
import org.allodium.serving.internal.pools.ChatPool;
import org.allodium.tenancy.Limits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A tenant's limits bind every route, whatever stands behind it.
class LimitsOnEveryRouteTest {
    private static final String HELLO =
            "{\"model\":\"guide\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";

    private final ServingWorld world = new ServingWorld();
    private final Api api = WiredApi.over(world);

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void whileOneAnswerIsMadeNoOtherRouteAnswersATenantOfOneAtOnce() {
        world.organisations.limits = new Limits(100, 1_000, 1);
        var meanwhile = everyRoute();
        world.home.script =
                (pool, sink) -> {
                    meanwhile.forEach(api::answer);
                    FakeChatPool.say(sink, ChatPool.End.STOP, "done");
                };
        var first = FakeExchange.post("/chat/completions", HELLO);
        api.answer(first);

        assertThat(first.status()).isEqualTo(200);
        assertThat(meanwhile).hasSameSizeAs(api.routes().all());
        for (var exchange : meanwhile) {
            assertThat(exchange.status()).isEqualTo(429);
            assertThat(exchange.error().path("code").asString()).isEqualTo("rate_limit_exceeded");
            assertThat(exchange.error().at("/details/0/rule").asString())
                    .isEqualTo("concurrent_requests");
            assertThat(exchange.answered("Retry-After")).isEqualTo("1");
        }
    }

    @Test
    void everyRouteFreesItsPlace() {
        world.organisations.limits = new Limits(100, 1_000, 1);
        for (var exchange : everyRoute()) {
            api.answer(exchange);
            assertThat(exchange.status()).isNotEqualTo(429);
        }
    }

    @Test
    void everyRouteCountsAsARequest() {
        for (var exchange : everyRoute()) {
            world.organisations.limits = new Limits(1, 1_000, 9);
            try (var fresh = new ServingWorld()) {
                fresh.organisations.limits = world.organisations.limits;
                var other = WiredApi.over(fresh);
                other.answer(FakeExchange.get("/models"));
                other.answer(exchange);
            }
            assertThat(exchange.status()).isEqualTo(429);
        }
    }

    @Test
    void theLimitsAreReadOncePerRequest() {
        for (var exchange : everyRoute()) {
            world.organisations.asked = 0;
            api.answer(exchange);
            assertThat(world.organisations.asked).isEqualTo(1);
        }
    }

    private List<FakeExchange> everyRoute() {
        var exchanges = new ArrayList<FakeExchange>();
        for (var route : api.routes().all()) {
            var path = route.template().replace("{}", "guide");
            exchanges.add(
                    switch (route.endpoint()) {
                        case Endpoint.Reading reading -> FakeExchange.get(path);
                        case Endpoint.Inference<?> inference -> FakeExchange.post(path, body(path));
                    });
        }
        return exchanges;
    }

    private static String body(String path) {
        return switch (path) {
            case "/embeddings" -> "{\"model\":\"org/encoder\",\"input\":\"a\"}";
            case "/completions" -> "{\"model\":\"guide\",\"prompt\":\"a\"}";
            case "/rerank" -> "{\"model\":\"org/ranker\",\"query\":\"a\",\"documents\":[\"b\"]}";
            default -> HELLO;
        };
    }
}
