package org.allodium.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.allodium.it.product.Api;
import org.allodium.it.product.Product;
import org.allodium.launcher.Component;
import org.junit.jupiter.api.Test;

/// What callers are told while PostgreSQL or Keycloak is away, and how much of it is written down.
class DatabaseAwayIT {
    @Test
    void callersAreToldToComeBackAndTheLogSaysItOnce() throws Exception {
        assertThat(Api.as("standard").get("/models").status()).isEqualTo(200);
        long before = log().length();
        Product.kill(Component.DATABASE);
        try {
            for (int i = 0; i < 50; i++) {
                var answer = Api.as("standard").get("/models");
                assertThat(answer.status()).as(answer.text()).isEqualTo(503);
                assertThat(answer.header("Retry-After")).isNotEmpty();
                assertThat(answer.error().path("code").asString()).isEqualTo("overloaded");
            }
            // The next start begins a new file.
            var written = log().substring((int) before);
            assertThat(written.split("The database is away", -1)).hasSize(2);
            assertThat(written).doesNotContain("KeyLookup.find");
        } finally {
            Product.restart();
        }
    }

    @Test
    void withoutKeycloakTheApiIsReadyAndForgedTokensAreRefused() throws Exception {
        Product.kill(Component.KEYCLOAK);
        try {
            var ready = Api.portal("/health/ready");
            assertThat(ready.status()).as(ready.text()).isEqualTo(200);
            assertThat(ready.text()).contains("keycloak").contains("\"reachable\":false");
            assertThat(Api.as("standard").get("/models").status()).isEqualTo(200);
            var forged = "eyJhbGciOiJSUzI1NiIsImtpZCI6IngifQ.eyJzdWIiOiJ4In0.AAAA";
            assertThat(Api.with(forged).get("/models").status()).isEqualTo(401);
        } finally {
            Product.restart();
        }
    }

    private static String log() throws IOException {
        return Files.readString(
                Product.home().resolve("logs/portal.log"), StandardCharsets.ISO_8859_1);
    }
}
