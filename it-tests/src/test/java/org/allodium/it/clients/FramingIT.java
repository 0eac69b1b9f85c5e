package org.allodium.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.stream.Stream;
import org.allodium.it.product.RawHttp;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Requests that two readers could read differently are answered once, with 400, and nothing that
/// stands behind them is taken for another request.
class FramingIT {
    private static final String NEXT =
            "GET /smuggled HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n";

    static Stream<Arguments> ambiguous() {
        var post = "POST /v1/chat/completions HTTP/1.1\r\n";
        var host = "Host: localhost\r\n";
        var zero = "0\r\n\r\n";
        return Stream.of(
                Arguments.of(
                        "two lengths that differ",
                        post + host + "Content-Length: 0\r\nContent-Length: 80\r\n\r\n"),
                Arguments.of("a list of lengths", post + host + "Content-Length: 0, 80\r\n\r\n"),
                Arguments.of("a signed length", post + host + "Content-Length: +80\r\n\r\n"),
                Arguments.of(
                        "a blank before the colon", post + host + "Content-Length : 80\r\n\r\n"),
                Arguments.of("no host", post + "Content-Length: 0\r\n\r\n"),
                Arguments.of("two hosts", post + host + "Host: other\r\nContent-Length: 0\r\n\r\n"),
                Arguments.of(
                        "a length and chunks",
                        post
                                + host
                                + "Content-Length: 80\r\nTransfer-Encoding: chunked\r\n\r\n"
                                + zero),
                Arguments.of(
                        "a coding that is not ours",
                        post + host + "Transfer-Encoding: xchunked\r\n\r\n" + zero),
                Arguments.of(
                        "two codings",
                        post
                                + host
                                + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n"
                                + zero),
                Arguments.of(
                        "a coding on a second line",
                        post + host + "Transfer-Encoding:\r\n chunked\r\n\r\n" + zero),
                Arguments.of(
                        "a blank before the colon of the coding",
                        post + host + "Transfer-Encoding : chunked\r\n\r\n" + zero));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ambiguous")
    void isRefusedAndNothingBehindItIsRead(String name, String request) throws IOException {
        var answers = RawHttp.send(request + NEXT);
        System.out.println(
                "  framing, "
                        + name
                        + ": "
                        + answers.split("\r\n", 2)[0]
                        + " of "
                        + (answers.split("HTTP/1.1 ", -1).length - 1));
        assertThat(RawHttp.status(answers)).as(answers).isEqualTo(400);
        assertThat(answers.split("HTTP/1.1 ", -1)).as(answers).hasSize(2);
    }
}
