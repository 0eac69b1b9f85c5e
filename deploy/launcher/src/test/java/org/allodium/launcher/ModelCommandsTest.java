package org.allodium.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCommandsTest {
    @TempDir Path home;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final List<String> asked = new ArrayList<>();
    private HttpServer server;
    private int status = 200;
    private String answer = "[]";

    @BeforeEach
    void startServer() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/admin/v1/models",
                exchange -> {
                    var body =
                            new String(
                                    exchange.getRequestBody().readAllBytes(),
                                    StandardCharsets.UTF_8);
                    asked.add(
                            exchange.getRequestMethod()
                                    + " "
                                    + exchange.getRequestURI().getRawPath()
                                    + " "
                                    + exchange.getRequestHeaders().getFirst("Authorization")
                                    + " "
                                    + body);
                    var bytes = answer.getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(status, bytes.length);
                    exchange.getResponseBody().write(bytes);
                    exchange.close();
                });
        server.start();
        new DataFolder(home).create();
        DataFolder.writePrivate(
                new DataFolder(home).operationsToken(),
                "token-1".getBytes(StandardCharsets.US_ASCII));
    }

    @AfterEach
    void stopServer() {
        server.stop(0);
    }

    @Test
    void listsWhatTheServerKnows() {
        answer =
                "[{\"name\":\"allodium-guide\",\"architecture\":\"llama\",\"parameters\":5000000,\"deployed_on\":[\"norrhamn-cpu\",\"sydal-cpu\"]}]";
        assertThat(run("list")).isEqualTo(0);
        assertThat(text())
                .contains("allodium-guide")
                .contains("5000000")
                .contains("norrhamn-cpu, sydal-cpu");
        assertThat(asked).containsExactly("GET /admin/v1/models Bearer token-1 ");
    }

    @Test
    void importsADirectoryAndSaysWhereItRuns() {
        answer =
                "{\"name\":\"mine\",\"digest\":\"sha256:1\",\"architecture\":\"qwen2\",\"parameters\":9,\"state\":\"ready\",\"deployed_on\":[\"norrhamn-cpu\"]}";
        assertThat(run("import", home.toString(), "--name", "mine", "--deploy")).isEqualTo(0);
        assertThat(text()).contains("mine is registered: qwen2").contains("runs on norrhamn-cpu");
        assertThat(asked.getFirst())
                .contains("\"deploy\":true")
                .contains("\"name\":\"mine\"")
                .contains(home.toString());
    }

    @Test
    void saysWhatADeploymentLooksUp() {
        answer = "{}";
        var words = "retrieve lab/guide --pool p --corpus handbook --encoder e --encoder-pool q";
        assertThat(run(words.split(" "))).isEqualTo(0);
        assertThat(asked.getFirst())
                .startsWith("PATCH /admin/v1/models/lab%2Fguide Bearer token-1 ")
                .endsWith(
                        "{\"pool\":\"p\",\"retrieval\":"
                                + "{\"corpus\":\"handbook\",\"encoder\":\"e\",\"pool\":\"q\"}}");
        assertThat(text()).contains("lab/guide on p answers from handbook, by e on q.");

        assertThat(run("retrieve", "guide", "--pool", "p", "--nothing")).isEqualTo(0);
        assertThat(asked.getLast()).endsWith("{\"pool\":\"p\",\"retrieval\":null}");
        assertThatThrownBy(() -> run("retrieve", "guide", "--pool", "p"))
                .hasMessageStartingWith("Usage:");
    }

    @Test
    void passesOnTheReasonOfARefusal() {
        status = 400;
        answer = "{\"error\":{\"message\":\"config.json names no known architecture.\"}}";
        assertThatThrownBy(() -> run("import", home.toString(), "--name", "x"))
                .isInstanceOf(Trouble.class)
                .hasMessage("config.json names no known architecture.");
    }

    @Test
    void refusesWhatIsNoDirectoryBeforeAsking() {
        assertThatThrownBy(() -> run("import", home.resolve("none").toString(), "--name", "x"))
                .hasMessageContaining("is not a directory");
        assertThat(asked).isEmpty();
    }

    @Test
    void saysThatNothingRuns() {
        server.stop(0);
        assertThatThrownBy(() -> run("list")).hasMessageContaining("does not answer");
    }

    private int run(String... words) {
        var settings =
                StackSettings.fromEnvironment(
                        Path.of("/checkout"),
                        Map.of(
                                "ALLODIUM_HOME", home.toString(),
                                "ALLODIUM_MANAGEMENT_PORT",
                                        Integer.toString(server.getAddress().getPort())));
        return new ModelCommands(
                        settings,
                        new DataFolder(home),
                        new PrintStream(printed, true, StandardCharsets.UTF_8))
                .run(List.of(words));
    }

    private String text() {
        return printed.toString(StandardCharsets.UTF_8);
    }
}
