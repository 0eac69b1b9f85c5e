package org.allodium.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.stream.Stream;
import org.allodium.it.product.RawHttp;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Requests that two readers could read differently. What the server's channel decides before our
/// code, and how, stands in decision 0103; this says when it changes.
class FramingIT {
    private static final String POST = "POST /v1/chat/completions HTTP/1.1\r\n";
    private static final String HOST = "Host: localhost\r\n";
    private static final String CHUNKED = "Transfer-Encoding: chunked\r\n";
    private static final String NO_CHUNK = "\r\n0\r\n\r\n";
    private static final String NEXT =
            "GET /smuggled HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n";

    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of("no host", POST + "Content-Length: 0\r\n\r\n"),
                Arguments.of("two hosts", POST + HOST + "Host: other\r\nContent-Length: 0\r\n\r\n"),
                Arguments.of(
                        "a coding that is not ours",
                        POST + HOST + "Transfer-Encoding: xchunked\r\n" + NO_CHUNK),
                Arguments.of(
                        "two codings",
                        POST + HOST + CHUNKED + "Transfer-Encoding: identity\r\n" + NO_CHUNK),
                Arguments.of(
                        "a coding on a second line",
                        POST + HOST + "Transfer-Encoding:\r\n chunked\r\n" + NO_CHUNK));
    }

    /// With the number of answers, counted with that to the request behind it.
    static Stream<Arguments> decidedByTheChannel() {
        return Stream.of(
                Arguments.of(
                        "two lengths that differ",
                        POST + HOST + "Content-Length: 0\r\nContent-Length: 80\r\n\r\n",
                        1),
                Arguments.of(
                        "a blank before the colon", POST + HOST + "Content-Length : 80\r\n\r\n", 1),
                Arguments.of(
                        "a length and chunks",
                        POST + HOST + "Content-Length: 80\r\n" + CHUNKED + NO_CHUNK,
                        1),
                Arguments.of("a list of lengths", POST + HOST + "Content-Length: 0, 80\r\n\r\n", 2),
                Arguments.of("a signed length", POST + HOST + "Content-Length: +80\r\n\r\n", 2),
                Arguments.of(
                        "a blank before the colon of the coding",
                        POST + HOST + "Transfer-Encoding : chunked\r\n" + NO_CHUNK,
                        2));
    }

    static Stream<String> ambiguous() {
        return Stream.concat(refused(), decidedByTheChannel()).map(one -> (String) one.get()[1]);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void isRefusedAndNothingBehindItIsRead(String name, String request) throws IOException {
        var answers = RawHttp.send(request + NEXT);
        assertThat(RawHttp.status(answers)).as(answers).isEqualTo(400);
        assertThat(answers).contains("\"error\":{\"message\":");
        assertThat(RawHttp.header(answers, "x-request-id")).isNotEmpty();
        assertThat(count(answers)).as(answers).isEqualTo(1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("decidedByTheChannel")
    void isReadAsTheDecisionSays(String name, String request, int count) throws IOException {
        var answers = RawHttp.send(request + NEXT);
        assertThat(count(answers)).as(answers).isEqualTo(count);
    }

    private static int count(String answers) {
        return answers.split("HTTP/1.1 [1-5]", -1).length - 1;
    }
}
