package org.allodium.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.allodium.it.product.Api;
import org.allodium.it.product.Books;
import org.allodium.it.product.Product;
import org.allodium.it.product.RawHttp;
import org.allodium.it.product.Waiting;
import org.junit.jupiter.api.Test;

/// A client that asks for a stream, reads its beginning and then nothing more, with its connection
/// open: after the server's `writeTimeout` it holds nothing, and it pays for what had left.
class StalledReaderIT {
    private static final int CHOICES = 16;
    private static final int TOKENS = 450;

    /// The server's fifteen seconds, after however long the kernel's buffers take to fill.
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    @Test
    void isCutAndLeavesItsPlaceAndPaysForWhatHadLeft() throws Exception {
        try (var reader = SocketChannel.open()) {
            reader.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
            reader.connect(
                    new InetSocketAddress("127.0.0.1", URI.create(Product.portal()).getPort()));
            say(reader, question());
            var id = RawHttp.header(beginning(reader), "x-receipt-id");
            assertThat(id).isNotEmpty();
            Waiting.until(
                    PATIENCE,
                    "the answer of a stalled reader ends",
                    () -> Api.as("standard").get("/receipts/" + id).status() == 200);
            assertThat(reader.isConnected()).isTrue();
            var receipt = Books.receipts(List.of(id)).get(id);
            assertThat(receipt.path("outcome").asString()).isEqualTo("cancelled");
            long charged = receipt.path("usage").path("output_tokens").asLong();
            System.out.println("  The stalled reader was charged for " + charged + " tokens");
            assertThat(charged).isBetween(1L, (long) CHOICES * TOKENS - 1);
            assertThat(Books.one("select count(*) from billing.open_request")).isZero();
            Waiting.until(Duration.ofSeconds(10), "its place is free", () -> inside() == 0);
        }
        var next = Api.as("standard").chat("allodium-guide", "What is a receipt?", 8);
        assertThat(next.status()).as(next.text()).isEqualTo(200);
        Books.assertInBalance();
    }

    /// Requests that have a place in some model's queue.
    private static double inside() throws IOException {
        var metrics =
                RawHttp.send(
                        URI.create(Product.management()).getPort(),
                        "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        var lines =
                metrics.lines().filter(line -> line.startsWith("allodium_serving_queue")).toList();
        assertThat(lines).as(metrics).isNotEmpty();
        return lines.stream()
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    private static String question() {
        var body =
                """
                {"model":"allodium-guide","stream":true,"n":%d,"max_tokens":%d,"ignore_eos":true,
                 "logprobs":true,"top_logprobs":20,
                 "messages":[{"role":"user","content":"Tell me all about grants"}]}
                """
                        .formatted(CHOICES, TOKENS);
        return "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                + Product.key("standard")
                + "\r\nContent-Type: application/json\r\nContent-Length: "
                + body.length()
                + "\r\n\r\n"
                + body;
    }

    private static void say(SocketChannel to, String request) throws IOException {
        var bytes = ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII));
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
    }

    /// Status and headers, and perhaps a little more.
    private static String beginning(SocketChannel from) throws IOException {
        var piece = ByteBuffer.allocate(8192);
        var said = "";
        while (!said.contains("\r\n\r\n")) {
            assertThat(from.read(piece)).as(said).isPositive();
            said = new String(piece.array(), 0, piece.position(), StandardCharsets.UTF_8);
        }
        return said;
    }
}
