package org.allodium.serving.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.allodium.serving.ServingWorld;
import org.allodium.sovereignty.PlacementRequest.Activity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A sink of the installation that policy keeps away from a caller takes nothing of their requests,
/// also nothing of those that were refused for it.
class WithheldSinksTest {
    private static final String HELLO =
            "{\"model\":\"guide-abroad\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";

    private final ServingWorld world = new ServingWorld();
    private final Api api = WiredApi.over(world);
    private final Logger logger = Logger.getLogger(Api.class.getName());
    private final List<String> lines = new ArrayList<>();
    private final Handler listening =
            new Handler() {
                @Override
                public void publish(LogRecord line) {
                    lines.add(line.getMessage());
                }

                @Override
                public void flush() {}

                @Override
                public void close() {}
            };

    @BeforeEach
    void listen() {
        logger.addHandler(listening);
        world.facts.barred.add(ServingWorld.ABROAD);
    }

    @AfterEach
    void close() {
        logger.removeHandler(listening);
        world.close();
    }

    @Test
    void noLineOfARequestWhereTheLogIsWithheld() {
        assertThat(ask()).isEqualTo(403);
        assertThat(lines).hasSize(1);
        world.facts.withdrawnSinks.add(Activity.REQUEST_LOG);
        assertThat(ask()).isEqualTo(403);
        assertThat(lines).hasSize(1);
    }

    @Test
    void noCountOfARequestWhereMetricsAreWithheld() {
        assertThat(ask()).isEqualTo(403);
        double before = counted();
        assertThat(before).isPositive();
        world.facts.withdrawnSinks.add(Activity.METRICS);
        assertThat(ask()).isEqualTo(403);
        assertThat(counted()).isEqualTo(before);
    }

    private int ask() {
        var exchange = FakeExchange.post("/chat/completions", HELLO);
        api.answer(exchange);
        return exchange.status();
    }

    private double counted() {
        return world.registry.getMeters().stream()
                .filter(meter -> meter.getId().getName().startsWith("allodium.serving.re"))
                .flatMap(
                        meter ->
                                java.util.stream.StreamSupport.stream(
                                        meter.measure().spliterator(), false))
                .mapToDouble(measured -> measured.getValue())
                .sum();
    }
}
