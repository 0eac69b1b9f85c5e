package org.allodium.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.allodium.it.product.Product;
import org.allodium.it.product.RawHttp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Addresses that are nobody's, and addresses that are this machine's alone.
class AddressesOfOthersIT {
    private static final String HOST = " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /no/such/page",
                "GET /.env",
                "GET /styles/",
                "GET /api/tags",
                "PUT /no/such/page",
                "POST /v1x/chat/completions"
            })
    void whatDoesNotExistIsNotFoundInTheCallersLanguage(String request) throws IOException {
        var machine = RawHttp.send(request + HOST + "Accept: */*\r\n\r\n");
        assertThat(RawHttp.status(machine)).as(machine).isEqualTo(404);
        assertThat(RawHttp.header(machine, "content-type")).startsWith("application/json");
        assertThat(RawHttp.header(machine, "x-request-id")).isNotEmpty();
        assertThat(machine).contains("\"error\":{\"message\":");
        var person =
                RawHttp.send(
                        request + HOST + "Accept: text/html,*/*\r\nAccept-Language: de\r\n\r\n");
        assertThat(RawHttp.status(person)).as(person).isEqualTo(404);
        assertThat(person).contains("Diese Seite gibt es nicht").doesNotContain("VAADIN");
    }

    /// The server refuses these before any filter of ours (decision 0103), with a page of its own.
    @Test
    void whatTheServerKeepsToItselfIsNotFound() throws IOException {
        var answer = RawHttp.send("GET /WEB-INF/web.xml" + HOST + "\r\n");
        assertThat(RawHttp.status(answer)).as(answer).isEqualTo(404);
        assertThat(answer).doesNotContain("<servlet", "org.allodium", "\tat ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/chat/completions", "/completions", "/embeddings"})
    void whoForgotTheVersionIsToldTheBaseAddress(String path) throws IOException {
        var answer = RawHttp.send("POST " + path + HOST + "Content-Length: 2\r\n\r\n{}");
        assertThat(RawHttp.status(answer)).as(answer).isEqualTo(404);
        assertThat(answer).contains("base URL", "/v1" + path);
    }

    @Test
    void pagesAreReadOnly() throws IOException {
        var answer = RawHttp.send("POST /models" + HOST + "Content-Length: 2\r\n\r\n{}");
        assertThat(RawHttp.status(answer)).as(answer).isEqualTo(405);
        assertThat(RawHttp.status(RawHttp.send("GET /" + HOST + "\r\n"))).isEqualTo(200);
        assertThat(RawHttp.status(RawHttp.send("GET /styles/shell.css" + HOST + "\r\n")))
                .isEqualTo(200);
    }

    @Test
    void anErrorWhoseBodyWasReadLeavesTheConnectionOpen() throws IOException {
        var one =
                "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                        + Product.key("standard")
                        + "\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
        var answers = RawHttp.send(one + one);
        assertThat(answers.split("HTTP/1.1 400", -1)).as(answers).hasSize(3);
    }

    @Test
    void whatIsRefusedOutsideTheApiSaysSoInTheSameForm() throws IOException {
        var click = "POST /?v-r=uidl HTTP/1.1\r\nHost: localhost\r\nContent-Length: ";
        var large = RawHttp.send(click + "20000\r\n\r\n{");
        assertError(large, 413, "request_too_large");
        assertThat(RawHttp.header(large, "connection")).isEqualToIgnoringCase("close");
        assertError(RawHttp.sendAndEnd(click + "9000\r\n\r\n{"), 408, "request_timeout");
        var logout = "GET /logout" + HOST + "Sec-Fetch-Site: cross-site\r\n\r\n";
        assertError(RawHttp.send(logout), 403, "permission_denied");
    }

    private static void assertError(String answer, int status, String code) {
        assertThat(RawHttp.status(answer)).as(answer).isEqualTo(status);
        assertThat(RawHttp.header(answer, "x-request-id")).as(answer).isNotEmpty();
        assertThat(RawHttp.header(answer, "content-type")).startsWith("application/json");
        assertThat(answer).contains("\"error\":{\"message\":", "\"code\":\"" + code + "\"");
    }

    @Test
    void figuresAndTheOperationsTokenAreForThisMachinesOwnPort() throws Exception {
        var metrics = RawHttp.send("GET /metrics" + HOST + "\r\n");
        assertThat(RawHttp.status(metrics)).isEqualTo(404);
        assertThat(RawHttp.header(metrics, "x-request-id")).isNotEmpty();
        assertThat(metrics).contains("\"error\":{\"message\":");
        var token =
                java.nio.file.Files.readString(Product.home().resolve("secrets/operations-token"))
                        .strip();
        var ask = "GET /admin/v1/models" + HOST + "Authorization: Bearer " + token + "\r\n\r\n";
        assertThat(RawHttp.status(RawHttp.send(ask))).isEqualTo(401);
        int management = java.net.URI.create(Product.management()).getPort();
        assertThat(RawHttp.status(RawHttp.send(management, ask))).isEqualTo(200);
        assertThat(RawHttp.status(RawHttp.send(management, "GET /metrics" + HOST + "\r\n")))
                .isEqualTo(200);
    }
}
