package org.allodium.it.product;

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
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.json.JsonMapper;

/// Clients that ask one thing after the other, half of them streamed, and write down which answers
/// they have whole, which came in part, and which broke before they had said their number.
public final class Crowd implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();

    /// Ids of answers that a client has whole, to the last byte or to `[DONE]`.
    public final Queue<String> whole = new ConcurrentLinkedQueue<>();

    /// Ids of streams that ended before `[DONE]`.
    public final Queue<String> partly = new ConcurrentLinkedQueue<>();

    /// Connections that broke before anything of an answer had come.
    public final AtomicInteger broken = new AtomicInteger();

    /// Each answer that a client did not get whole, with the moment at which that was clear.
    public final Queue<Failure> failures = new ConcurrentLinkedQueue<>();
    private final String api;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
    private volatile boolean leaving;
    private final AtomicInteger heard = new AtomicInteger();

    public record Failure(long nanos, String what) {}

    public Crowd(int size) {
        this(size, Product.api());
    }

    /// @param api of the node that it asks
    public Crowd(int size, String api) {
        this.api = api;
        for (int n = 0; n < size; n++) {
            int number = n;
            clients.submit(() -> ask(number));
        }
    }

    private void ask(int number) {
        for (int turn = 0; !leaving && !Thread.interrupted(); turn++) {
            try {
                ask(number % 2 == 0, 8 + (number * 7 + turn * 13) % 120);
            } catch (IOException e) {
                broken.incrementAndGet();
                fail(e.toString());
                return;
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void ask(boolean streamed, int tokens) throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(URI.create(api + "/chat/completions"))
                        .timeout(Duration.ofSeconds(120))
                        .header("Authorization", "Bearer " + Product.key("standard"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body(streamed, tokens)))
                        .build();
        var answer = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
        var id = answer.headers().firstValue("x-receipt-id");
        if (answer.statusCode() != 200) {
            try (var body = answer.body()) {
                fail(
                        answer.statusCode()
                                + " "
                                + new String(body.readAllBytes(), StandardCharsets.UTF_8));
            }
            return;
        }
        try (var lines =
                new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            if (streamed) {
                hear(lines, id.orElseThrow());
            } else {
                var text = lines.readAllAsString();
                if (JSON.readTree(text).path("usage").has("completion_tokens")) {
                    whole.add(id.orElseThrow());
                }
                heard.addAndGet(tokens);
            }
        }
    }

    private void hear(BufferedReader lines, String id) {
        boolean some = false;
        try {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.equals("data: [DONE]")) {
                    whole.add(id);
                    return;
                }
                some |= line.contains("\"content\":\"") && !line.contains("\"content\":\"\"");
                heard.incrementAndGet();
            }
        } catch (IOException cut) {
            if (!some) {
                broken.incrementAndGet();
            }
        }
        if (some) {
            partly.add(id);
        }
        fail("a stream without its end, " + id);
    }

    private void fail(String what) {
        failures.add(new Failure(System.nanoTime(), what));
    }

    public int heard() {
        return heard.get();
    }

    /// Until so many events of streams were heard: an instant that does not depend on the machine.
    public void awaitEvents(int number) {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        while (heard.get() < number) {
            assertThat(System.nanoTime()).as("%s events heard", heard).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private static String body(boolean streamed, int tokens) {
        return """
        {"model":"allodium-guide","messages":[{"role":"user","content":"Tell me all about grants"}],
         "max_tokens":%d,"ignore_eos":true,"stream":%b,"n":2}
        """
                .formatted(tokens, streamed);
    }

    /// Nobody asks anything more.
    public void leave() {
        leaving = true;
    }

    /// Nobody asks anything more, and those who wait for an answer get a while.
    public void gather() {
        leave();
        clients.shutdown();
        try {
            if (!clients.awaitTermination(60, TimeUnit.SECONDS)) {
                clients.shutdownNow();
                clients.awaitTermination(20, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        gather();
    }
}
