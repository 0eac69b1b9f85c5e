package org.allodium.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.allodium.it.product.LongAnswer;
import org.allodium.it.product.Product;
import org.allodium.it.product.RawHttp;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Behind the proxies that our operators use, nobody's request becomes a part of somebody else's,
/// and what is for the machine itself stays there.
class ProxiesIT {
    private static final String TAIL = "Host: localhost\r\nConnection: close\r\n";

    @TempDir Path folder;

    @ParameterizedTest
    @EnumSource(Proxy.class)
    void nothingIsSmuggled(Proxy proxy) throws Exception {
        demand(proxy);
        try (var running = proxy.start(folder)) {
            for (var attack : FramingIT.ambiguous().toList()) {
                // What would stand before the next caller's request, if it were left over.
                quietly(running.port(), attack + "GET /smuggled HTTP/1.1\r\nX-Rest: ");
                for (int i = 0; i < 5; i++) {
                    var answer =
                            RawHttp.send(
                                    running.port(),
                                    "GET /.well-known/jwks.json HTTP/1.1\r\n" + TAIL + "\r\n");
                    assertThat(RawHttp.status(answer)).as(attack + answer).isEqualTo(200);
                    assertThat(answer).contains("\"keys\"");
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Proxy.class)
    void whatIsForThisMachineAloneStaysClosed(Proxy proxy) throws Exception {
        demand(proxy);
        try (var running = proxy.start(folder)) {
            for (var closed :
                    new String[] {
                        "/metrics",
                        "/admin/",
                        "/admin/master/console/",
                        "/realms/master/.well-known/openid-configuration",
                        "/realms/allodium/../master/",
                    }) {
                var answer = get(running.port(), closed, "");
                assertThat(RawHttp.status(answer)).as(closed + answer).isIn(400, 404);
            }
            var token =
                    java.nio.file.Files.readString(
                                    Product.home().resolve("secrets/operations-token"))
                            .strip();
            var asked =
                    get(
                            running.port(),
                            "/admin/v1/models",
                            "Authorization: Bearer " + token + "\r\n");
            assertThat(RawHttp.status(asked)).as(asked).isEqualTo(401);
            var realm = "/realms/allodium/.well-known/openid-configuration";
            assertThat(RawHttp.status(get(running.port(), realm, ""))).isEqualTo(200);
            assertThat(RawHttp.status(get(running.port(), "/", ""))).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @EnumSource(Proxy.class)
    void aClientThatHangsUpStopsItsWholeAnswer(Proxy proxy) throws Exception {
        demand(proxy);
        try (var running = proxy.start(folder)) {
            var receipt = LongAnswer.hungUpOn(running.port());
            assertThat(receipt.path("outcome").asString()).isEqualTo("cancelled");
            assertThat(receipt.path("usage").path("output_tokens").asLong())
                    .isLessThan(LongAnswer.TOKENS);
        }
    }

    private static void demand(Proxy proxy) throws Exception {
        boolean here = proxy.isHere();
        if (!here) {
            System.out.println("  " + proxy + " is not installed: what it passes on was not tried");
        }
        assumeTrue(here, proxy + " is not installed");
    }

    private static String get(int port, String path, String headers) throws IOException {
        return RawHttp.send(port, "GET " + path + " HTTP/1.1\r\n" + TAIL + headers + "\r\n");
    }

    /// Some of it the proxy answers with nothing but a closed connection.
    private static void quietly(int port, String request) {
        try {
            RawHttp.send(port, request);
        } catch (IOException closed) {
            assertThat(closed).isNotNull();
        }
    }
}
