package org.allodium.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;
import org.allodium.it.product.Api;
import org.allodium.it.product.Product;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/// A person's Keycloak token instead of a key: membership and role are read live.
class AccessTokenIT {
    static String token(String username) throws Exception {
        var form =
                Map.of(
                        "grant_type", "password",
                        "client_id", "allodium-cli",
                        "username", username,
                        "password", Product.user(username).password(),
                        "scope", "openid organization");
        var body =
                form.entrySet().stream()
                        .map(
                                field ->
                                        field.getKey()
                                                + "="
                                                + URLEncoder.encode(
                                                        field.getValue(), StandardCharsets.UTF_8))
                        .collect(Collectors.joining("&"));
        try (var http = HttpClient.newHttpClient()) {
            var answer =
                    http.send(
                            HttpRequest.newBuilder(
                                            URI.create(
                                                    Product.issuer()
                                                            + "/protocol/openid-connect/token"))
                                    .header("Content-Type", "application/x-www-form-urlencoded")
                                    .POST(HttpRequest.BodyPublishers.ofString(body))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            return JsonMapper.builder()
                    .build()
                    .readTree(answer.body())
                    .path("access_token")
                    .asString();
        }
    }

    @Test
    void aMemberCallsModelsWithATokenOfTheirOrganisation() throws Exception {
        var answer = Api.with(token("member")).chat("allodium-guide", "Hi", 4);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    }

    @Test
    void aBillingViewerAndStaffDoNot() throws Exception {
        assertThat(Api.with(token("billing-viewer")).chat("allodium-guide", "Hi", 4).status())
                .isEqualTo(403);
        assertThat(Api.with(token("auditor")).chat("allodium-guide", "Hi", 4).status())
                .isIn(401, 403);
    }
}
