package org.allodium.it.product;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Plain HTTP against `/v1`, for what no client library shows: headers, bytes, broken input.
public final class Api {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final String base;
    private final @Nullable String key;

    private Api(String base, @Nullable String key) {
        this.base = base;
        this.key = key;
    }

    /// Of another product than the one that all tests share.
    ///
    /// @param base its address with `/v1`
    public static Api of(String base, String key) {
        return new Api(base, key);
    }

    /// With the demo key of this purpose.
    public static Api as(String purpose) {
        return new Api(Product.api(), Product.key(purpose));
    }

    public static Api with(@Nullable String key) {
        return new Api(Product.api(), key);
    }

    public Answer get(String path) {
        return send(request(path).GET());
    }

    public Answer post(String path, String json) {
        return post(path, json.getBytes(StandardCharsets.UTF_8));
    }

    public Answer post(String path, byte[] body, String... headers) {
        var request =
                request(path)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request);
    }

    /// Outside `/v1`, without a key.
    public static Answer portal(String path) {
        return send(HttpRequest.newBuilder(URI.create(Product.portal() + path)).GET());
    }

    /// Hangs up when the first event of a stream has come; gives the id of its receipt.
    public String leaveAfterFirstEvent(String path, String json) {
        var request =
                request(path)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(json))
                        .build();
        // A client of its own: closing it drops the connection.
        try (var http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            var answer = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (var body = answer.body()) {
                body.read();
            }
            http.shutdownNow();
            return answer.headers().firstValue("x-receipt-id").orElseThrow();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    /// Hears the lines of a stream as they come, until it ends or is cut.
    public void listen(String path, String json, Consumer<String> line) {
        var request =
                request(path)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(json))
                        .build();
        try (var lines = HTTP.send(request, HttpResponse.BodyHandlers.ofLines()).body()) {
            lines.forEach(line);
        } catch (IOException | UncheckedIOException cut) {
            line.accept("cut: " + cut.getMessage());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// One user message, greedy.
    public Answer chat(String model, String content, int maxTokens) {
        return post(
                "/chat/completions",
                """
                {"model":"%s","messages":[{"role":"user","content":"%s"}],"max_tokens":%d,"temperature":0}
                """
                        .formatted(model, content, maxTokens));
    }

    private HttpRequest.Builder request(String path) {
        var request =
                HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(120));
        if (key != null) {
            request.header("Authorization", "Bearer " + key);
        }
        return request;
    }

    private static Answer send(HttpRequest.Builder request) {
        try {
            return new Answer(HTTP.send(request.build(), HttpResponse.BodyHandlers.ofByteArray()));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    /// What came back.
    public record Answer(HttpResponse<byte[]> response) {
        public int status() {
            return response.statusCode();
        }

        public String text() {
            return new String(response.body(), StandardCharsets.UTF_8);
        }

        public JsonNode json() {
            return JSON.readTree(response.body());
        }

        public String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        public JsonNode error() {
            return json().path("error");
        }

        /// The `data:` lines of a server-sent event stream, in order.
        public List<String> events() {
            return Arrays.stream(text().split("\n\n"))
                    .filter(event -> event.startsWith("data: "))
                    .map(event -> event.substring("data: ".length()))
                    .toList();
        }
    }
}
