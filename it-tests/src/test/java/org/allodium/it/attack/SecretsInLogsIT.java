package org.allodium.it.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.allodium.it.product.Product;
import org.allodium.it.product.RawHttp;
import org.junit.jupiter.api.Test;

/// Whatever breaks, nothing that the server writes holds a key or what somebody asked.
class SecretsInLogsIT {
    private static final String ASKED = "thirteen-purple-lighthouses";

    @Test
    void faultsWriteDownNeitherKeysNorQuestions() throws IOException {
        for (var fault : faults()) {
            try (var crowd = Crowd.of(40, fault)) {
                assertThat(crowd).isNotNull();
            }
        }
        for (var fault : faults()) {
            RawHttp.trySend(fault + "\r\n\r\n");
        }
        var key = Product.key("standard");
        try (var files = Files.walk(Product.home().resolve("logs"))) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                var text = Files.readString(file, StandardCharsets.ISO_8859_1);
                assertThat(text.contains(key)).as("the key in " + file).isFalse();
                assertThat(text.contains(ASKED)).as("the question in " + file).isFalse();
            }
        }
        assertThat(Path.of(Product.home().toString(), "logs/ffdc")).doesNotExist();
    }

    private static List<String> faults() {
        var post = "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\n";
        var key = "Authorization: Bearer " + Product.key("standard") + "\r\n";
        var json = "Content-Type: application/json\r\n";
        var question =
                "{\"model\":\"allodium-guide\",\"stream\":true,\"messages\":"
                        + "[{\"role\":\"user\",\"content\":\""
                        + ASKED
                        + "\"}]}";
        return List.of(
                post + key + json + "Content-Length: 900\r\n\r\n" + question,
                post + key + json + "Content-Length: " + question.length() + "\r\n\r\n" + question,
                post + key + json + "Transfer-Encoding: chunked\r\n\r\nzz\r\n" + question,
                post + key + json + "Transfer-Encoding: chunked\r\n\r\n5\r\n" + question,
                post
                        + key
                        + json
                        + "Content-Encoding: gzip\r\nContent-Length: "
                        + question.length()
                        + "\r\n\r\n"
                        + question,
                post + key + json + "Content-Length: -5\r\n\r\n" + question,
                post + key + key + "Content-Length: 5\r\nContent-Length: 7\r\n\r\n" + question,
                post + key + "X-Long: " + "x".repeat(40_000) + "\r\n\r\n",
                post + key + "X: y\r\n".repeat(600) + "\r\n",
                "POST /?v-r=uidl HTTP/1.1\r\nHost: localhost\r\n"
                        + key
                        + "Content-Length: 900\r\n\r\n"
                        + ASKED,
                "GET /v1/models/%zz%00 HTTP/1.1\r\nHost: localhost\r\n" + key + "\r\n",
                "BREW /v1/models HTTP/9.9\r\n" + key + "\r\n");
    }
}
