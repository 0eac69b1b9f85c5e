package org.allodium.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MonthCommandsTest {
    @TempDir Path home;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final List<String> asked = new ArrayList<>();
    private HttpServer server;
    private int status = 200;
    private String answer = "{}";
    private int cut;

    @BeforeEach
    void startServer() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/admin/v1/months",
                exchange -> {
                    asked.add(
                            exchange.getRequestMethod()
                                    + " "
                                    + exchange.getRequestURI().getRawPath()
                                    + " "
                                    + exchange.getRequestHeaders().getFirst("Authorization"));
                    var bytes = answer.getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(status, bytes.length + cut);
                    exchange.getResponseBody().write(bytes);
                    exchange.getResponseBody().flush();
                    exchange.close();
                });
        server.start();
        var folder = new DataFolder(home);
        folder.create();
        DataFolder.writePrivate(
                folder.operationsToken(), "token-1".getBytes(StandardCharsets.US_ASCII));
        Files.createDirectories(folder.receiptKeys().getParent());
        Files.writeString(folder.receiptKeys(), "{\"keys\":[]}");
    }

    @AfterEach
    void stopServer() {
        server.stop(0);
    }

    @Test
    void listsTheMonthsAndWhoDidWhat() {
        answer =
                """
                {"object":"list","data":[
                  {"month":"2026-12","state":"current","bytes":8192},
                  {"month":"2026-11","state":"detached","bytes":0,
                   "exported":{"at":"2026-12-09T10:00:00.123Z","actor":"ada"},
                   "moved":{"at":"2026-12-09T11:00:00Z","actor":"olga"}}]}""";
        assertThat(run("list")).isZero();
        assertThat(text().lines())
                .anySatisfy(line -> assertThat(line).contains("2026-12", "current", "8192", "-"))
                .anySatisfy(
                        line ->
                                assertThat(line)
                                        .contains(
                                                "2026-11",
                                                "detached",
                                                "2026-12-09T10:00:00Z by ada",
                                                "2026-12-09T11:00:00Z by olga"));
        assertThat(asked).containsExactly("GET /admin/v1/months Bearer token-1");
    }

    @Test
    void movesAMonthAndSaysWhatThatMeans() {
        answer = "{\"month\":\"2026-11\",\"state\":\"detached\",\"bytes\":0}";
        assertThat(run("detach", "2026-11")).isZero();
        assertThat(text()).contains("balances stay", "\"archived\"");
        answer = answer.replace("detached", "attached");
        assertThat(run("attach", "2026-11")).isZero();
        assertThat(text()).contains("2026-11 is attached");
        assertThat(asked)
                .containsExactly(
                        "POST /admin/v1/months/2026-11/detach Bearer token-1",
                        "POST /admin/v1/months/2026-11/attach Bearer token-1");
    }

    @Test
    void passesOnTheReasonOfARefusal() {
        status = 422;
        answer = "{\"error\":{\"message\":\"2026-11 was not exported since it ended.\"}}";
        assertThatThrownBy(() -> run("detach", "2026-11"))
                .isInstanceOf(Trouble.class)
                .hasMessage("2026-11 was not exported since it ended.");
        var file = home.resolve("november.zip");
        assertThatThrownBy(() -> run("export", "2026-11", "--to", file.toString()))
                .hasMessage("2026-11 was not exported since it ended.");
        assertThat(file).doesNotExist();
        assertThat(home.resolve("november.zip.part")).doesNotExist();
    }

    @Test
    void checksWhatItExports() {
        answer = "no export at all";
        var file = home.resolve("november.zip");
        assertThat(run("export", "2026-11", "--to", file.toString())).isEqualTo(1);
        assertThat(file).exists();
        assertThat(text()).contains("The export is not valid:", "it is no export");
        assertThatThrownBy(() -> run("export", "2026-11", "--to", file.toString()))
                .hasMessageContaining("is there already");
    }

    @Test
    void keepsNothingOfAnExportThatBreaksOff() {
        answer = "the beginning";
        cut = 1_000;
        var file = home.resolve("november.zip");
        assertThatThrownBy(() -> run("export", "2026-11", "--to", file.toString()))
                .isInstanceOf(Trouble.class)
                .hasMessageContaining("could not be written whole");
        assertThat(file).doesNotExist();
        assertThat(home.resolve("november.zip.part")).doesNotExist();
    }

    @Test
    void refusesWordsItDoesNotKnowBeforeAsking() {
        assertThatThrownBy(() -> run("export", "2026-11")).hasMessageStartingWith("Usage:");
        assertThatThrownBy(() -> run("drop", "2026-11")).hasMessageStartingWith("Usage:");
        assertThatThrownBy(() -> run("detach", "november")).hasMessageContaining("2026-11");
        assertThat(asked).isEmpty();
    }

    @Test
    void verifySaysWhatCannotBeRead() {
        var commands = commands();
        assertThatThrownBy(() -> commands.verify(List.of(home.resolve("no.zip").toString())))
                .hasMessageContaining("no.zip cannot be read");
        assertThatThrownBy(() -> commands.verify(List.of())).hasMessageStartingWith("Usage:");
    }

    private int run(String... words) {
        return commands().run(List.of(words));
    }

    private MonthCommands commands() {
        var settings =
                StackSettings.fromEnvironment(
                        Path.of("/checkout"),
                        Map.of(
                                "ALLODIUM_HOME", home.toString(),
                                "ALLODIUM_MANAGEMENT_PORT",
                                        Integer.toString(server.getAddress().getPort())));
        return new MonthCommands(
                settings,
                new DataFolder(home),
                new PrintStream(printed, true, StandardCharsets.UTF_8));
    }

    private String text() {
        return printed.toString(StandardCharsets.UTF_8);
    }
}
