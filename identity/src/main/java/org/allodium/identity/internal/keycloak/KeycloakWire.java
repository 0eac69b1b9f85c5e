package org.allodium.identity.internal.keycloak;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Requests to Keycloak with a service account's token, which is kept until shortly before it
/// ends. Whatever goes wrong is one sentence to the client and the details in the cause.
final class KeycloakWire {
    private static final String CLIENT = "allodium-onboarding";
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration HEALTH_PATIENCE = Duration.ofSeconds(2);
    private static final Duration MARGIN = Duration.ofSeconds(15);
    // What a proxy says for Keycloak while it starts, and Keycloak itself while it ends.
    private static final int UNAVAILABLE = 503;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(HEALTH_PATIENCE)
                    .build();
    private final URI keycloak;
    private final String realm;
    private final String secret;
    private final Clock clock;
    private @Nullable Token token;

    private record Token(String text, Instant until) {}

    KeycloakWire(URI keycloak, String realm, String secret, Clock clock) {
        this.keycloak = keycloak;
        this.realm = realm;
        this.secret = secret;
        this.clock = clock;
    }

    record Answer(String request, HttpResponse<String> response) {
        int status() {
            return response.statusCode();
        }

        Answer demand(int... accepted) {
            if (Arrays.stream(accepted).noneMatch(status -> status == status())) {
                throw Refused.of(ErrorCode.UPSTREAM_FAILED, "identity.keycloak-refused")
                        .because(
                                new IOException(
                                        request + " gave " + status() + ": " + response.body()));
            }
            return this;
        }

        JsonNode json() {
            try {
                return JSON.readTree(response.body());
            } catch (JacksonException e) {
                throw Refused.of(ErrorCode.UPSTREAM_FAILED, "identity.keycloak-not-understood")
                        .because(e);
            }
        }

        /// The last part of the address under which the new thing stands.
        String createdId() {
            var location = response.headers().firstValue("Location").orElse("");
            return location.substring(location.lastIndexOf('/') + 1);
        }
    }

    /// `path` begins after Keycloak's own address; `body` is sent as JSON.
    Answer send(String method, String path, @Nullable Object body) {
        var answer = sendOnce(method, path, body);
        if (answer.status() != 401) {
            return answer;
        }
        // Keycloak has forgotten the token, perhaps because it was started anew.
        forgetToken();
        return sendOnce(method, path, body);
    }

    boolean reachable() {
        var request =
                HttpRequest.newBuilder(at("/realms/" + realm + "/.well-known/openid-configuration"))
                        .timeout(HEALTH_PATIENCE)
                        .build();
        try {
            return exchange(request).statusCode() == 200;
        } catch (Refused e) {
            return false;
        }
    }

    static String encode(String text) {
        return URLEncoder.encode(text, UTF_8);
    }

    private Answer sendOnce(String method, String path, @Nullable Object body) {
        var request =
                HttpRequest.newBuilder(at(path))
                        .timeout(PATIENCE)
                        .header("Authorization", "Bearer " + token())
                        .header("Content-Type", "application/json")
                        .method(
                                method,
                                body == null
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofString(JSON.writeValueAsString(body)))
                        .build();
        return new Answer(method + " " + path, exchange(request));
    }

    private synchronized String token() {
        var now = clock.instant();
        if (token == null || !token.until().isAfter(now)) {
            token = newToken(now);
        }
        return token.text();
    }

    private synchronized void forgetToken() {
        token = null;
    }

    private Token newToken(Instant now) {
        var request =
                HttpRequest.newBuilder(at("/realms/" + realm + "/protocol/openid-connect/token"))
                        .timeout(PATIENCE)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(
                                BodyPublishers.ofString(
                                        "grant_type=client_credentials&client_id="
                                                + CLIENT
                                                + "&client_secret="
                                                + encode(secret)))
                        .build();
        var grant = new Answer("POST token", exchange(request)).demand(200).json();
        var life = Duration.ofSeconds(grant.path("expires_in").asLong(0)).minus(MARGIN);
        return new Token(grant.path("access_token").asString(), now.plus(life));
    }

    private HttpResponse<String> exchange(HttpRequest request) {
        try {
            var response = http.send(request, BodyHandlers.ofString());
            if (response.statusCode() == UNAVAILABLE) {
                throw new IOException(request.uri().getPath() + " is unavailable");
            }
            return response;
        } catch (IOException e) {
            throw Refused.of(ErrorCode.UPSTREAM_FAILED, "identity.keycloak-silent").because(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Refused.of(ErrorCode.UPSTREAM_FAILED, "identity.keycloak-not-awaited").because(e);
        }
    }

    private URI at(String path) {
        return URI.create(keycloak + path);
    }
}
