package org.allodium.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.allodium.it.product.Api;
import org.allodium.it.product.Product;
import org.allodium.launcher.Component;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// kill -9 on each process while answers are under way, then `up`: everything is there, nothing
/// double.
class KillIT {
    @ParameterizedTest
    @EnumSource(Component.class)
    void nothingIsLostOrDoubled(Component victim) throws Exception {
        var settled = Api.as("standard").chat("allodium-guide", "Hello", 8).header("x-receipt-id");
        assertThat(Api.as("standard").get("/receipts/" + settled).status()).isEqualTo(200);
        try (var crowd = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 12; i++) {
                crowd.submit(
                        () ->
                                Api.as("standard")
                                        .chat("allodium-guide", "Tell me all about grants", 200));
            }
            waitUntilSomethingIsReserved();
            Product.kill(victim);
            crowd.shutdownNow();
            crowd.awaitTermination(60, TimeUnit.SECONDS);
        }
        Product.restart();
        assertThat(Api.as("standard").get("/receipts/" + settled).status()).isEqualTo(200);
        var after = Api.as("standard").chat("allodium-guide", "Hello again", 8);
        assertThat(after.status()).as(after.text()).isEqualTo(200);
        Api.as("standard").get("/receipts/" + after.header("x-receipt-id"));
        assertThat(
                        one(
                                "select count(*) from billing.grant_balance where spent + reserved > granted"))
                .isZero();
        assertThat(
                        one(
                                "select count(*) from (select request_id from billing.usage_event group by request_id having count(*) > 1) twice"))
                .isZero();
        assertThat(
                        one(
                                "select (select coalesce(sum(spent), 0) from billing.grant_balance)"
                                        + " - (select coalesce(sum(cost), 0) from billing.usage_event)"))
                .isZero();
        assertThat(
                        one(
                                "select count(*) from billing.usage_event u where not exists (select 1 from evidence.receipt r where r.id = u.request_id)"))
                .as("every charge has its receipt")
                .isZero();
    }

    private static void waitUntilSomethingIsReserved() throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (one("select coalesce(sum(reserved), 0) from billing.grant_balance").signum() == 0) {
            assertThat(System.nanoTime()).as("a request starts").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private static BigDecimal one(String sql) throws Exception {
        try (var database = Product.database();
                var query = database.createStatement();
                var rows = query.executeQuery(sql)) {
            rows.next();
            return rows.getBigDecimal(1);
        }
    }
}
