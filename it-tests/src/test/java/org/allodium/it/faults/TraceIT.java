package org.allodium.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.allodium.it.product.Api;
import org.allodium.it.product.Books;
import org.allodium.it.product.Processes;
import org.allodium.it.product.Product;
import org.allodium.launcher.Component;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// No answer without a trace, whatever goes away while it is made: the database, the client, the
/// server itself.
class TraceIT {
    private static final int LONG = 64 * 450;

    @Test
    void aFrozenDatabaseCutsAStreamWhichIsChargedForWhatHadLeft() throws Exception {
        var answer =
                HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(
                                                URI.create(Product.api() + "/chat/completions"))
                                        .header(
                                                "Authorization",
                                                "Bearer " + Product.key("standard"))
                                        .header("Content-Type", "application/json")
                                        .POST(HttpRequest.BodyPublishers.ofString(longChat(true)))
                                        .build(),
                                HttpResponse.BodyHandlers.ofInputStream());
        var id = answer.headers().firstValue("x-receipt-id").orElseThrow();
        String last = "";
        try (var lines =
                new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            for (int event = 0; event < 100; event++) {
                lines.readLine();
            }
            Processes.signal(Component.DATABASE, "STOP");
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                last = line.isEmpty() ? last : line;
            }
        } finally {
            Processes.signal(Component.DATABASE, "CONT");
        }
        assertThat(last).contains("\"error\"").contains("overloaded");
        var receipt = awaitReceipt(id);
        assertThat(receipt.path("outcome").asString()).isEqualTo("failed");
        long charged = receipt.path("usage").path("output_tokens").asLong();
        assertThat(charged).isBetween(1L, (long) LONG - 1);
        assertThat(Books.one("select count(*) from billing.open_reservation")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"directly", "through a proxy"})
    void aClientThatHangsUpStopsItsWholeAnswer(String how) throws Exception {
        var api = URI.create(Product.api());
        try (var relay = new Relay(api.getPort())) {
            int port = how.equals("directly") ? api.getPort() : relay.port();
            try (var client = new Socket(InetAddress.getLoopbackAddress(), port)) {
                var body = longChat(false).getBytes(StandardCharsets.UTF_8);
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
                awaitOpen();
            }
            var id = text("select request_id from billing.open_reservation");
            var receipt = awaitReceipt(id);
            assertThat(receipt.path("outcome").asString()).isEqualTo("cancelled");
            assertThat(receipt.path("usage").path("output_tokens").asLong()).isLessThan(LONG);
        }
    }

    @Test
    void aTerminatedServerSettlesWhatItSaidAndLeavesNoCrash() throws Exception {
        try (var crowd = new Crowd(12)) {
            crowd.awaitEvents(400);
            var server = Processes.of(Component.PORTAL);
            Processes.signalMain(Component.PORTAL, "TERM");
            server.onExit().get(60, TimeUnit.SECONDS);
            crowd.gather();
            var open = Books.one("select count(*) from billing.open_reservation");
            Product.restart();
            assertThat(open).as("answers that were left to recovery").isZero();
            assertThat(crowd.whole).isNotEmpty();
            for (var id : crowd.whole) {
                assertThat(awaitReceipt(id).path("outcome").asString()).isEqualTo("completed");
            }
            for (var id : crowd.partly) {
                assertThat(awaitReceipt(id).path("outcome").asString()).isEqualTo("failed");
            }
        }
        try (var files = Files.walk(Product.home())) {
            assertThat(files.map(Path::getFileName).map(Path::toString))
                    .noneMatch(name -> name.startsWith("hs_err"));
        }
        Books.assertInBalance();
    }

    private static String longChat(boolean streamed) {
        return """
        {"model":"allodium-guide","messages":[{"role":"user","content":"Tell me all about grants"}],
         "max_tokens":450,"n":64,"ignore_eos":true,"stream":%b}
        """
                .formatted(streamed);
    }

    private static void awaitOpen() throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (Books.one("select count(*) from billing.open_reservation").signum() == 0) {
            assertThat(System.nanoTime()).as("the request starts").isLessThan(deadline);
        }
    }

    private static JsonNode awaitReceipt(String id) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (Api.as("standard").get("/receipts/" + id).status() != 200) {
            assertThat(System.nanoTime()).as("the receipt of %s", id).isLessThan(deadline);
        }
        return Books.receipts(List.of(id)).get(id);
    }

    private static String text(String sql) throws Exception {
        try (var database = Product.database();
                var query = database.createStatement();
                var rows = query.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }

    /// A proxy as small as can be: what one side closes it closes on the other.
    private static final class Relay implements AutoCloseable {
        private final ServerSocket door = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());

        Relay(int server) throws IOException {
            Thread.startVirtualThread(
                    () -> {
                        try (var client = door.accept();
                                var upstream =
                                        new Socket(InetAddress.getLoopbackAddress(), server)) {
                            var back = Thread.startVirtualThread(() -> copy(upstream, client));
                            copy(client, upstream);
                            back.interrupt();
                        } catch (IOException ended) {
                            System.out.println("  the relay ended: " + ended.getMessage());
                        }
                    });
        }

        int port() {
            return door.getLocalPort();
        }

        private static void copy(Socket from, Socket to) {
            try {
                from.getInputStream().transferTo(to.getOutputStream());
            } catch (IOException ended) {
                System.out.println("  one way of the relay ended: " + ended.getMessage());
            }
        }

        @Override
        public void close() throws IOException {
            door.close();
        }
    }
}
