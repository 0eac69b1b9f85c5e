package org.allodium.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.allodium.it.product.Product;

/// One call of a described operation, and the status that it shall have.
///
/// @param token the key or access token; empty for none
/// @param parameters by their described names, wherever they stand
/// @param body empty for none
record Call(
        String operation,
        int status,
        String token,
        Map<String, String> parameters,
        String type,
        String body) {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    Call {
        parameters = Map.copyOf(parameters);
    }

    static Call of(String operation, int status, String token) {
        return new Call(operation, status, token, Map.of(), "application/json", "");
    }

    Call with(String parameter, String value) {
        var more = new HashMap<>(parameters);
        more.put(parameter, value);
        return new Call(operation, status, token, more, type, body);
    }

    Call as(String another) {
        return new Call(operation, status, another, parameters, type, body);
    }

    Call saying(String json) {
        return new Call(operation, status, token, parameters, type, json);
    }

    Call in(String contentType) {
        return new Call(operation, status, token, parameters, contentType, body);
    }

    Call expecting(int another) {
        return new Call(operation, another, token, parameters, type, body);
    }

    void isAsDescribed(Description description) throws IOException, InterruptedException {
        var answer = send(description);
        assertThat(answer.statusCode()).as("%s: %s", this, text(answer)).isEqualTo(status);
        assertThat(description.flaws(this, answer)).as("%s: %s", this, text(answer)).isEmpty();
    }

    HttpResponse<byte[]> send(Description description) throws IOException, InterruptedException {
        var address = description.address(this);
        var base = address.startsWith("/admin/") ? Product.management() : Product.portal();
        var request =
                HttpRequest.newBuilder(URI.create(base + address))
                        .timeout(Duration.ofMinutes(3))
                        .method(
                                description.method(this),
                                body.isEmpty()
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body));
        description.headers(this).forEach(request::header);
        if (!body.isEmpty()) {
            request.header("Content-Type", type);
        }
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    /// For the report: never the token.
    @Override
    public String toString() {
        var short_ = body.length() > 100 ? body.substring(0, 100) + "…" : body;
        return operation + " " + status + " " + parameters + " " + short_.strip();
    }
}
