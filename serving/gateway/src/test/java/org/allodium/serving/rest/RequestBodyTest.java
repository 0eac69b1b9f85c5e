package org.allodium.serving.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestBodyTest {
    private static final Clock CLOCK = Clock.systemUTC();
    private static final int LIMIT = 1_000;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\":1 | line 1, column",
                "{\"a\":} | line 1, column 6",
                "{\"a\":1,\"a\":2} | key twice",
                "{\"a\":{\"b\":1,\"b\":2}} | key twice",
                "{\"a\":1} x | not valid JSON",
                "{\"a\":NaN} | not valid JSON",
                "{'a':1} | not valid JSON",
                "[1] | must be a JSON object",
                "\"a\" | must be a JSON object",
                "null | must be a JSON object",
            })
    void saysWhatIsWrongAndWhere(String body, String words) {
        var failure = refused(FakeExchange.post("/", body));
        assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(failure.english()).contains(words);
    }

    @Test
    void emptyDeepAndLongBodiesAreRefused() {
        assertThat(refused(FakeExchange.post("/", "")).english()).contains("empty");
        var deep = "{\"a\":" + "[".repeat(100) + "]".repeat(100) + "}";
        assertThat(refused(FakeExchange.post("/", deep)).english()).contains("deeply");
        var announced = FakeExchange.post("/", "{}").with("Content-Length", "1001");
        assertThat(refused(announced).code()).isEqualTo(ErrorCode.REQUEST_TOO_LARGE);
        assertThat(announced.bytesRead).isZero();
    }

    @Test
    void takesGzipAndBoundsWhatComesOut() throws IOException {
        var small = FakeExchange.post("/", gzip("{\"a\":1}")).with("Content-Encoding", "gzip");
        assertThat(RequestBody.read(small, LIMIT, bytes -> {}, CLOCK).path("a").asInt())
                .isEqualTo(1);
        var bomb = FakeExchange.post("/", gzip(" ".repeat(5_000_000)));
        assertThat(refused(bomb.with("Content-Encoding", "gzip")).code())
                .isEqualTo(ErrorCode.REQUEST_TOO_LARGE);
    }

    /// A gigabyte in a megabyte: unpacking ends one byte beyond the limit.
    @Test
    void aBombUnpacksToNothing() throws IOException {
        var member = gzip(" ".repeat(1 << 20));
        var bomb = new byte[member.length << 10];
        for (int at = 0; at < bomb.length; at += member.length) {
            System.arraycopy(member, 0, bomb, at, member.length);
        }
        var exchange = FakeExchange.post("/", bomb).with("Content-Encoding", "gzip");
        var unpacked = new AtomicLong();
        var failure =
                catchThrowableOfType(
                        Refused.class,
                        () -> RequestBody.read(exchange, LIMIT, unpacked::addAndGet, CLOCK));
        assertThat(failure.code()).isEqualTo(ErrorCode.REQUEST_TOO_LARGE);
        assertThat(unpacked).hasValue(LIMIT + 1L);
        assertThat(exchange.bytesRead).isLessThan(member.length);
    }

    @Test
    void refusesGzipThatBreaksOff() throws IOException {
        var whole = gzip("{\"a\":1}");
        var cut = FakeExchange.post("/", Arrays.copyOf(whole, whole.length - 9));
        assertThat(refused(cut.with("Content-Encoding", "gzip")).code())
                .isEqualTo(ErrorCode.INVALID_REQUEST);
        whole[12] ^= 0x55;
        var bent = FakeExchange.post("/", whole);
        assertThat(refused(bent.with("Content-Encoding", "gzip")).code())
                .isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    @Test
    void whoGoesAwayInTheMiddleIsGoneAndNothingElse() {
        var reset = new IOException("Connection reset");
        var exchange = FakeExchange.post("/", "{}").failing(reset);
        assertThatThrownBy(() -> RequestBody.read(exchange, LIMIT, bytes -> {}, CLOCK))
                .isSameAs(reset);
    }

    @Test
    void takesJsonOnly() {
        var form = FakeExchange.post("/", "a=1").with("Content-Type", "text/plain");
        assertThat(refused(form).code()).isEqualTo(ErrorCode.UNSUPPORTED_MEDIA_TYPE);
    }

    private static Refused refused(FakeExchange exchange) {
        return catchThrowableOfType(
                Refused.class, () -> RequestBody.read(exchange, LIMIT, bytes -> {}, CLOCK));
    }

    private static byte[] gzip(String text) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }
}
