package org.allodium.it.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// An answer that takes so long that something can happen meanwhile.
public final class LongAnswer {
    /// What it costs when nobody stops it.
    public static final int TOKENS = 64 * 450;

    private LongAnswer() {}

    public static String question(boolean streamed) {
        return """
        {"model":"allodium-guide","messages":[{"role":"user","content":"Tell me all about grants"}],
         "max_tokens":450,"n":64,"ignore_eos":true,"stream":%b}
        """
                .formatted(streamed);
    }

    /// Asks for a whole answer and hangs up once the server works on it.
    ///
    /// @param port the server's, or that of a proxy in front of it
    /// @return the receipt
    public static JsonNode hungUpOn(int port) throws Exception {
        try (var client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            ask(client, port);
            Waiting.until(
                    Duration.ofSeconds(30),
                    "the request starts",
                    () -> Books.one("select count(*) from billing.open_request").signum() > 0);
        }
        return receipt(openRequest());
    }

    public static JsonNode receipt(String id) throws Exception {
        Waiting.until(
                Duration.ofSeconds(60),
                "the receipt of " + id,
                () -> Api.as("standard").get("/receipts/" + id).status() == 200);
        return Books.receipts(List.of(id)).get(id);
    }

    private static void ask(Socket client, int port) throws IOException {
        var body = question(false).getBytes(StandardCharsets.UTF_8);
        var head =
                """
                POST /v1/chat/completions HTTP/1.1\r
                Host: localhost:%d\r
                Authorization: Bearer %s\r
                Content-Type: application/json\r
                Content-Length: %d\r
                \r
                """
                        .formatted(port, Product.key("standard"), body.length);
        client.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        client.getOutputStream().write(body);
        client.getOutputStream().flush();
    }

    /// The id of one that runs.
    public static String openRequest() throws Exception {
        try (var database = Product.database();
                var query = database.createStatement();
                var rows = query.executeQuery("select request_id from billing.open_request")) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }
}
