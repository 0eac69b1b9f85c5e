package org.allodium.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import org.allodium.it.product.Api;
import org.junit.jupiter.api.Test;

/// Bodies that come packed, through the server and not only through our own code.
class BodiesIT {
    private static final String CHAT = "/chat/completions";
    private static final String QUESTION =
            "{\"model\":\"allodium-guide\",\"max_tokens\":4,\"messages\":"
                    + "[{\"role\":\"user\",\"content\":\"Hi\"}]}";

    @Test
    void aPackedQuestionIsAnswered() throws IOException {
        var answer = Api.as("standard").post(CHAT, gzip(QUESTION, 1), "Content-Encoding", "gzip");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    }

    @Test
    void aBombIsRefusedBeforeItIsUnpacked() throws IOException {
        // 400 MB in 400 kB.
        var bomb = gzip(" ".repeat(1_000_000), 400);
        var answer = Api.as("standard").post(CHAT, bomb, "Content-Encoding", "gzip");
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.error().path("code").asString()).isEqualTo("request_too_large");
        assertThat(answer.header("x-request-id")).isNotEmpty();
    }

    @Test
    void whatIsNoGzipIsSaidToBeNone() {
        var answer =
                Api.as("standard")
                        .post(
                                CHAT,
                                QUESTION.getBytes(StandardCharsets.UTF_8),
                                "Content-Encoding",
                                "gzip");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error().path("message").asString()).contains("gzip");
    }

    private static byte[] gzip(String text, int times) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(bytes)) {
            for (int i = 0; i < times; i++) {
                out.write(text.getBytes(StandardCharsets.UTF_8));
            }
        }
        return bytes.toByteArray();
    }
}
