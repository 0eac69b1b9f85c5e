package org.allodium.it.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.allodium.it.product.Api;
import org.allodium.it.product.Command;
import org.allodium.it.product.Product;

/// What one sender can do without money, or with the money of one key. Each attack ends by itself
/// and says what the sender must see at most; whether the server stands is looked at by the caller.
final class Attacks {
    /// Stands for what users write: it must appear in no log.
    static final String PROMPT = "quagmire-lantern-57";

    private Attacks() {}

    /// Announced bodies that never come, on the portal's and the API's paths, while a key works.
    static void stalledBodies() throws Exception {
        for (var path : List.of("/", "/v1/chat/completions", "/login", "/no/such/path")) {
            var beginning =
                    "POST "
                            + path
                            + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\n"
                            + "Content-Length: 120000000\r\n\r\n";
            whileStalled(40, beginning);
        }
    }

    static void stalledHeaders() throws Exception {
        whileStalled(200, "GET /v1/models HTTP/1.1\r\nHost: localhost\r\nX-A: ");
        whileStalled(200, "");
    }

    /// Streams whose readers read nothing.
    static void stalledReaders() throws Exception {
        whileStalled(16, chat("standard", true));
    }

    private static void whileStalled(int connections, String beginning) throws IOException {
        try (var _ = Crowd.of(connections, beginning)) {
            assertServes();
        }
    }

    private static String chat(String purpose, boolean stream) {
        var body =
                "{\"model\":\"allodium-guide\",\"stream\":"
                        + stream
                        + ",\"max_tokens\":200,\"ignore_eos\":true,\"messages\":[{\"role\":\"user\",\"content\":\""
                        + PROMPT
                        + "\"}]}";
        return "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                + Product.key(purpose)
                + "\r\nContent-Type: application/json\r\nContent-Length: "
                + body.length()
                + "\r\n\r\n"
                + body;
    }

    /// A class of 12,000 characters, a chain of 1,000 references, 100,000 brackets.
    static void dearForms() throws Exception {
        var characters =
                IntStream.range(0, 12_000)
                        .mapToObj(i -> "\\\\u%04x".formatted(0x3000 + 2 * i))
                        .collect(Collectors.joining());
        var chain =
                IntStream.range(0, 1_000)
                        .mapToObj(i -> "\"d%d\":{\"$ref\":\"#/$defs/d%d\"}".formatted(i, i + 1))
                        .collect(Collectors.joining(","));
        together(
                4,
                () ->
                        form(
                                "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\",\"pattern\":\"["
                                        + characters
                                        + "]*\"}},\"required\":[\"a\"],\"additionalProperties\":false}"));
        form("{\"$ref\":\"#/$defs/d0\",\"$defs\":{" + chain + ",\"d1000\":{\"type\":\"string\"}}}");
        var deep = Api.as("startup").post("/chat/completions", "[".repeat(100_000));
        assertThat(deep.status()).as(deep.text()).isEqualTo(400);
    }

    private static Api.Answer form(String schema) {
        var answer =
                Api.as("startup")
                        .post(
                                "/chat/completions",
                                """
                                {"model":"allodium-guide","max_tokens":4,"messages":[{"role":"user","content":"%s"}],
                                "response_format":{"type":"json_schema","json_schema":{"name":"a","schema":%s}}}
                                """
                                        .formatted(PROMPT, schema));
        assertHonest(answer);
        return answer;
    }

    /// Texts that no context holds, many at once.
    static void hugePrompts() throws Exception {
        var text = (PROMPT + " ").repeat(2_000_000 / (PROMPT.length() + 1));
        for (var answer : together(8, () -> Api.as("startup").chat("allodium-guide", text, 4))) {
            assertThat(answer.status()).as(answer.text()).isIn(400, 413, 429, 503);
        }
    }

    /// A megabyte that unpacks to a gigabyte.
    static void packedBomb() throws Exception {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            var zeros = new byte[1 << 20];
            for (int i = 0; i < 1024; i++) {
                gzip.write(zeros);
            }
        }
        var answer =
                Api.as("startup")
                        .post(
                                "/chat/completions",
                                packed.toByteArray(),
                                "Content-Encoding",
                                "gzip");
        assertThat(answer.status()).as(answer.text()).isIn(400, 413, 415);
    }

    static void wrongKeys() throws Exception {
        for (int i = 0; i < 200; i++) {
            var answer = Api.with("sk-alo-guess-" + i).chat("allodium-guide", PROMPT, 4);
            assertThat(answer.status()).isIn(401, 429);
        }
    }

    /// Whole answers and streams whose callers leave at once.
    static void hangUps() throws Exception {
        Crowd.of(12, chat("startup", true)).close();
        Crowd.of(12, chat("startup", false)).close();
    }

    /// Directories that claim what they are not: each is refused, and nothing of them is there.
    static void hostileModels() throws Exception {
        var folder = Files.createTempDirectory("hostile");
        var golden = Product.root().resolve("serving/engine/src/test/resources/golden/qwen2");
        var giant = copy(golden, folder.resolve("giant"));
        var config = giant.resolve("config.json");
        Files.writeString(
                config,
                Files.readString(config)
                        .replaceAll(
                                "\"num_hidden_layers\": *\\d+",
                                "\"num_hidden_layers\": 2147483647"));
        var linked = copy(golden, folder.resolve("linked"));
        Files.createSymbolicLink(
                linked.resolve("notes.json"), Product.home().resolve("secrets/stack.json"));
        var plain = copy(golden, folder.resolve("plain"));
        assertRefused(folder, giant, "hostile-giant");
        assertRefused(folder, linked, "hostile-linked");
        assertRefused(folder, plain, "../hostile");
        try (Stream<Path> kept = Files.walk(Product.home().resolve("models"))) {
            assertThat(kept.filter(file -> file.getFileName().toString().equals("notes.json")))
                    .isEmpty();
        }
    }

    private static void assertRefused(Path log, Path directory, String name) throws Exception {
        int status =
                Command.allodium(
                        log, "model", "import", directory.toString(), "--name", name, "--deploy");
        assertThat(status).as("import of " + name).isNotZero();
    }

    private static Path copy(Path from, Path to) throws IOException {
        Files.createDirectory(to);
        try (Stream<Path> files = Files.list(from)) {
            for (var file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
        return to;
    }

    static void assertServes() {
        var answer = Api.as("standard").chat("allodium-guide", "What is a receipt?", 8);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    }

    /// An answer that says what it is: a success has a body, everything else our error object.
    private static void assertHonest(Api.Answer answer) {
        assertThat(answer.text()).isNotBlank();
        if (answer.status() == 200) {
            assertThat(answer.json().path("choices").size()).isPositive();
        } else {
            assertThat(answer.error().path("message").asString()).isNotBlank();
            assertThat(answer.text().getBytes(StandardCharsets.UTF_8).length).isLessThan(10_000);
        }
    }

    private static <T> List<T> together(int times, Callable<T> work) throws Exception {
        var done = new ArrayList<T>();
        try (var crowd = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = IntStream.range(0, times).mapToObj(i -> crowd.submit(work)).toList();
            for (var one : running) {
                done.add(one.get());
            }
        }
        return done;
    }
}
