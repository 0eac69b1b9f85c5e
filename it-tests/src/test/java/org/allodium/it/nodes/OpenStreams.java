package org.allodium.it.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.allodium.it.product.LongAnswer;
import org.allodium.it.product.Product;
import org.allodium.it.product.Waiting;

/// Long answers that are open at once, each on a connection of its own, and all that comes of them.
final class OpenStreams implements AutoCloseable {
    private static final Duration SILENCE = Duration.ofSeconds(1);

    private final List<HttpClient> clients = new ArrayList<>();
    private final List<String> ids = new ArrayList<>();
    private final List<Heard> all = new ArrayList<>();
    private final List<Thread> listeners = new ArrayList<>();

    /// @param api of the node that answers
    OpenStreams(int number, String api) throws Exception {
        for (int n = 0; n < number; n++) {
            open(api);
        }
    }

    private void open(String api) throws Exception {
        var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        clients.add(client);
        var answer =
                client.send(
                        HttpRequest.newBuilder(URI.create(api + "/chat/completions"))
                                .header("Authorization", "Bearer " + Product.key("standard"))
                                .header("Content-Type", "application/json")
                                .POST(
                                        HttpRequest.BodyPublishers.ofString(
                                                LongAnswer.question(true)))
                                .build(),
                        HttpResponse.BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        ids.add(answer.headers().firstValue("x-receipt-id").orElseThrow());
        var heard = new Heard();
        all.add(heard);
        listeners.add(
                Thread.startVirtualThread(
                        () -> {
                            try (var lines =
                                    new BufferedReader(
                                            new InputStreamReader(
                                                    answer.body(), StandardCharsets.UTF_8))) {
                                lines.lines().forEach(heard::add);
                            } catch (IOException | java.io.UncheckedIOException cut) {
                                heard.add("cut: " + cut.getMessage());
                            }
                        }));
    }

    /// What has come of one answer.
    static final class Heard {
        private final List<String> lines = new ArrayList<>();

        private synchronized void add(String line) {
            lines.add(line);
        }

        /// Events with a part of the answer.
        synchronized int pieces() {
            return Math.toIntExact(
                    lines.stream()
                            .filter(line -> line.contains("\"content\":\""))
                            .filter(line -> !line.contains("\"content\":\"\""))
                            .count());
        }

        synchronized boolean isWhole() {
            return lines.contains("data: [DONE]");
        }

        synchronized String last() {
            return lines.stream().filter(line -> !line.isEmpty()).reduce("", (a, b) -> b);
        }
    }

    List<String> ids() {
        return List.copyOf(ids);
    }

    Heard heard(int number) {
        return all.get(number);
    }

    void awaitPieces(int each) throws Exception {
        Waiting.until(
                Duration.ofMinutes(1),
                each + " pieces of each answer",
                () -> all.stream().allMatch(heard -> heard.pieces() >= each));
    }

    /// How many pieces of each have come when no more come.
    List<Integer> awaitSilence() throws Exception {
        var last = pieces();
        long since = System.nanoTime();
        while (System.nanoTime() - since < SILENCE.toNanos()) {
            Thread.sleep(20);
            var now = pieces();
            if (!now.equals(last)) {
                last = now;
                since = System.nanoTime();
            }
        }
        return last;
    }

    private List<Integer> pieces() {
        return all.stream().map(Heard::pieces).toList();
    }

    void awaitEnd(Duration patience) throws Exception {
        Waiting.until(
                patience,
                "each connection has ended",
                () -> listeners.stream().noneMatch(Thread::isAlive));
    }

    @Override
    public void close() {
        clients.forEach(HttpClient::shutdownNow);
    }
}
