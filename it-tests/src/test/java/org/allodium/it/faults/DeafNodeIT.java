package org.allodium.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.allodium.it.product.Api;
import org.allodium.it.product.Product;
import org.allodium.it.product.Waiting;
import org.junit.jupiter.api.Test;

/// A node that cannot hear of changes while its database answers: it answers from memory for a
/// second at most, says that it is not ready, and comes back by itself.
class DeafNodeIT {
    /// By the decision, and what a busy machine adds: a request is on its way, and so is a beat.
    private static final Duration A_SECOND = Duration.ofMillis(1_500);

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void aNodeThatHearsNothingIsNotReadyThoughItsDatabaseAnswers() throws Exception {
        assertThat(Api.as("standard").get("/models").status()).isEqualTo(200);
        assertThat(check("database")).isEqualTo("UP");
        assertThat(check("news")).isEqualTo("UP");
        try (var holder = Product.databaseAs("owner")) {
            long deaf = System.nanoTime();
            holdUp(holder);
            var answer = Api.as("standard").get("/models");
            while (answer.status() == 200) {
                // Who asks later waits for the news, and is refused when they do not come.
                assertThat(Duration.ofNanos(System.nanoTime() - deaf)).isLessThan(A_SECOND);
                answer = Api.as("standard").get("/models");
            }
            System.out.println("  Refused after " + Duration.ofNanos(System.nanoTime() - deaf));
            assertThat(answer.status()).as(answer.text()).isEqualTo(503);
            assertThat(answer.header("Retry-After")).isNotEmpty();
            var ready = Api.portal("/health/ready");
            assertThat(ready.status()).as(ready.text()).isEqualTo(503);
            assertThat(check(ready, "news")).isEqualTo("DOWN");
            assertThat(check(ready, "database")).isEqualTo("UP");
            holder.rollback();
        }
        Waiting.until(PATIENCE, "it hears again", () -> check("news").equals("UP"));
        assertThat(Api.as("standard").get("/models").status()).isEqualTo(200);
    }

    /// Tells of prices that nobody can read: the node waits for them and hears nothing else.
    private static void holdUp(Connection holder) throws SQLException {
        holder.setAutoCommit(false);
        try (var hold = holder.createStatement();
                var teller = Product.database();
                var tell = teller.createStatement()) {
            hold.execute("lock table billing.price in access exclusive mode");
            tell.execute("select pg_notify('allodium_news', 'price any')");
        }
    }

    private static String check(String name) {
        return check(Api.portal("/health/ready"), name);
    }

    private static String check(Api.Answer ready, String name) {
        for (var check : ready.json().path("checks")) {
            if (check.path("name").asString().equals(name)) {
                return check.path("status").asString();
            }
        }
        throw new IllegalStateException("No check of " + name);
    }
}
