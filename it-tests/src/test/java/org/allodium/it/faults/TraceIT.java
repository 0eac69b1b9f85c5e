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
import java.util.concurrent.TimeUnit;
import org.allodium.it.product.Books;
import org.allodium.it.product.Crowd;
import org.allodium.it.product.LongAnswer;
import org.allodium.it.product.Processes;
import org.allodium.it.product.Product;
import org.allodium.launcher.Component;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// No answer without a trace, whatever goes away while it is made: the database, the client, the
/// server itself.
class TraceIT {
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
                                        .POST(
                                                HttpRequest.BodyPublishers.ofString(
                                                        LongAnswer.question(true)))
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
        var receipt = LongAnswer.receipt(id);
        assertThat(receipt.path("outcome").asString()).isEqualTo("failed");
        long charged = receipt.path("usage").path("output_tokens").asLong();
        assertThat(charged).isBetween(1L, LongAnswer.TOKENS - 1L);
        assertThat(Books.one("select count(*) from billing.open_request")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"directly", "through a proxy"})
    void aClientThatHangsUpStopsItsWholeAnswer(String how) throws Exception {
        var api = URI.create(Product.api());
        try (var relay = new Relay(api.getPort())) {
            int port = how.equals("directly") ? api.getPort() : relay.port();
            var receipt = LongAnswer.hungUpOn(port);
            assertThat(receipt.path("outcome").asString()).isEqualTo("cancelled");
            assertThat(receipt.path("usage").path("output_tokens").asLong())
                    .isLessThan(LongAnswer.TOKENS);
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
            var open = Books.one("select count(*) from billing.open_request");
            Product.restart();
            assertThat(open).as("answers that were left to recovery").isZero();
            assertThat(crowd.whole).isNotEmpty();
            for (var id : crowd.whole) {
                assertThat(LongAnswer.receipt(id).path("outcome").asString())
                        .isEqualTo("completed");
            }
            for (var id : crowd.partly) {
                assertThat(LongAnswer.receipt(id).path("outcome").asString()).isEqualTo("failed");
            }
        }
        try (var files = Files.walk(Product.home())) {
            assertThat(files.map(Path::getFileName).map(Path::toString))
                    .noneMatch(name -> name.startsWith("hs_err"));
        }
        Books.assertInBalance();
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
