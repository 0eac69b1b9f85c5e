package org.allodium.it.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import org.allodium.it.product.Api;
import org.allodium.it.product.Product;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Three thousand senders who stop in the middle cost little, and nobody else notices. With
/// `-Dallodium.attack.minutes=5` each kind is kept up for so long, new ones taking the place of
/// those that were cut, and other callers' times are compared; without, it is tried once.
@Tag("long")
class StalledConnectionsIT {
    private static final int SENDERS = Integer.getInteger("allodium.attack.senders", 3_000);
    private static final Duration LENGTH =
            Duration.ofMinutes(Integer.getInteger("allodium.attack.minutes", 0));
    private static final long MEGABYTE = 1024 * 1024;
    private static final int CALLS = 200;
    private static final int FEW = 250;

    static Stream<Arguments> kinds() {
        var host = "Host: localhost\r\n";
        var key = "Authorization: Bearer " + Product.key("standard") + "\r\n";
        var type = "Content-Type: application/json\r\n\r\n";
        var endless = "Content-Length: 120000000\r\n" + type;
        // The server's own wall stands higher: what is behind it must hold too.
        var large = "Content-Length: 60000000\r\n" + type;
        var question =
                "{\"model\":\"allodium-guide\",\"stream\":true,\"max_tokens\":200,"
                        + "\"ignore_eos\":true,\"messages\":"
                        + "[{\"role\":\"user\",\"content\":\"Hello\"}]}";
        return Stream.of(
                Arguments.of("idle", ""),
                Arguments.of("in headers", "POST /v1/chat/completions HTTP/1.1\r\n" + host + "X-"),
                Arguments.of(
                        "in the body of the start page",
                        "POST / HTTP/1.1\r\n" + host + "Authorization: Bearer x\r\n" + endless),
                Arguments.of(
                        "in a short body of the portal",
                        "POST /?v-r=uidl HTTP/1.1\r\n" + host + "Content-Length: 9000\r\n\r\n{"),
                Arguments.of(
                        "in the body of sign-in",
                        "POST /login HTTP/1.1\r\n" + host + "Authorization: Bearer x\r\n" + large),
                Arguments.of(
                        "in a body without a key",
                        "POST /v1/chat/completions HTTP/1.1\r\n"
                                + host
                                + "Authorization: Bearer x\r\n"
                                + large),
                Arguments.of(
                        "in a body with a key",
                        "POST /v1/chat/completions HTTP/1.1\r\n"
                                + host
                                + key
                                + "Content-Type: application/json\r\nContent-Length: 2000\r\n\r\n{"),
                Arguments.of(
                        "in reading a stream",
                        "POST /v1/chat/completions HTTP/1.1\r\n"
                                + host
                                + key
                                + "Content-Type: application/json\r\nContent-Length: "
                                + question.length()
                                + "\r\n\r\n"
                                + question));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kinds")
    void whoStallsCostsLittle(String name, String says) throws IOException {
        // What any use of the server costs once, such as a model's first answers, is not theirs.
        Crowd.of(FEW, says).close();
        long quiet = slowest(CALLS);
        var before = ServerProcess.now();
        long deadline = System.nanoTime() + LENGTH.toNanos();
        do {
            try (var _ = Crowd.of(SENDERS, says)) {
                long busy = slowest(CALLS);
                var during = ServerProcess.now();
                System.out.printf(
                        "  %d stalled %s: %d MB and %d threads more, calls %d ms, before %d ms%n",
                        SENDERS,
                        name,
                        (during.residentBytes() - before.residentBytes()) / MEGABYTE,
                        during.threads() - before.threads(),
                        busy / 1_000_000,
                        quiet / 1_000_000);
                assertThat(during.threads() - before.threads()).isLessThan(100);
                assertThat(during.residentBytes() - before.residentBytes())
                        .isLessThan(100 * MEGABYTE);
                if (LENGTH.isPositive()) {
                    assertThat(busy).isLessThan(3 * quiet);
                }
            }
        } while (System.nanoTime() < deadline);
        // Not the senders' own tenant, whose limits they have used up.
        assertThat(Api.as("strict").get("/models").status()).isEqualTo(200);
    }

    /// The 99th percentile of a caller's times, who asks one thing after the other.
    private static long slowest(int calls) {
        var times = new long[calls];
        for (int i = 0; i < calls; i++) {
            long begun = System.nanoTime();
            var answer = Api.as("strict").get("/models");
            times[i] = System.nanoTime() - begun;
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        }
        Arrays.sort(times);
        return times[(int) Math.ceil(calls * 0.99) - 1];
    }
}
