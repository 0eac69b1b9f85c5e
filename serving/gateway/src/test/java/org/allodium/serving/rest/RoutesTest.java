package org.allodium.serving.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.allodium.serving.ServingWorld;
import org.allodium.serving.rest.Routes.Need;
import org.allodium.serving.rest.Routes.Route;
import org.junit.jupiter.api.Test;

/// Walks every route of the table, so that a new one cannot stand beside the guarded path.
class RoutesTest {
    private static final String CHAT =
            "{\"model\":\"guide\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
    private static final String TEXT = "{\"model\":\"guide\",\"prompt\":\"hi\"}";
    private static final String EMBED = "{\"model\":\"org/encoder\",\"input\":\"hi\"}";
    private static final String RANK =
            "{\"model\":\"org/ranker\",\"query\":\"hi\",\"documents\":[\"a\",\"b\"]}";

    @Test
    void everyRouteAsksWhoIsThere() {
        try (var world = new ServingWorld()) {
            var api = WiredApi.over(world);
            for (Route route : api.routes().all()) {
                var exchange = request(route).without("Authorization");
                api.answer(exchange);
                assertThat(route.needs()).contains(Need.AUTHENTICATION);
                assertThat(exchange.status()).as(route.template()).isEqualTo(401);
            }
        }
    }

    @Test
    void everyRouteThatInfersIsDecidedPaidAndMetered() {
        for (Route route : inferences()) {
            assertThat(route.needs()).containsExactlyInAnyOrder(Need.values());
            assertThat(statusWhenBarred(route)).as(route.template()).isEqualTo(403);
            assertThat(statusWhenSpent(route)).as(route.template()).isEqualTo(429);
            assertThat(settlements(route)).as(route.template()).isEqualTo(1);
        }
    }

    @Test
    void everyRouteThatTakesABodyInfers() {
        try (var world = new ServingWorld()) {
            assertThat(WiredApi.over(world).routes().all())
                    .filteredOn(r -> !r.method().equals("GET"))
                    .allSatisfy(r -> assertThat(r.needs()).contains(Need.BUDGET));
        }
    }

    private static List<Route> inferences() {
        try (var world = new ServingWorld()) {
            var found =
                    WiredApi.over(world).routes().all().stream()
                            .filter(r -> r.endpoint() instanceof Endpoint.Inference<?>)
                            .toList();
            assertThat(found).hasSize(4);
            return found;
        }
    }

    private static int statusWhenBarred(Route route) {
        try (var world = new ServingWorld()) {
            world.pools.all().forEach(pool -> world.facts.barred.add(pool.pool()));
            return status(world, route);
        }
    }

    private static int statusWhenSpent(Route route) {
        try (var world = new ServingWorld()) {
            world.budgets.onlyAvailable("0");
            return status(world, route);
        }
    }

    private static int settlements(Route route) {
        try (var world = new ServingWorld()) {
            status(world, route);
            return world.budgets.settled.size();
        }
    }

    private static int status(ServingWorld world, Route route) {
        var exchange = request(route);
        WiredApi.over(world).answer(exchange);
        return exchange.status();
    }

    private static FakeExchange request(Route route) {
        var path = route.template().replace("{}", "x");
        if (!route.method().equals("POST")) {
            return FakeExchange.of(route.method(), path);
        }
        var body =
                switch (path) {
                    case "/embeddings" -> EMBED;
                    case "/completions" -> TEXT;
                    case "/rerank" -> RANK;
                    default -> CHAT;
                };
        return FakeExchange.post(path, body);
    }
}
