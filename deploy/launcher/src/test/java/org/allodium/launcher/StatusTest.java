package org.allodium.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatusTest {
    @TempDir Path home;

    private StackSettings settings() {
        return StackSettings.fromEnvironment(
                Path.of("/checkout"), Map.of("ALLODIUM_HOME", home.toString()));
    }

    /// Scripts rely on this text, field by field.
    @Test
    void jsonKeepsItsShape() {
        var demo =
                new Accounts(
                        List.of(
                                new Accounts.User(
                                        "owner",
                                        "pw",
                                        "s-1",
                                        "Ada",
                                        "L",
                                        "a@x.example",
                                        List.of("owner"),
                                        "lab"),
                                new Accounts.User(
                                        "auditor",
                                        "pw2",
                                        "s-2",
                                        "S",
                                        "T",
                                        "s@x.example",
                                        List.of("auditor"),
                                        null)),
                        List.of(new Accounts.Key("demo-standard", "sk-alo-1", "lab", "standard")),
                        List.of());
        assertThat(new Status(Status.State.READY, settings(), demo, Supervision.none()).json())
                .isEqualTo(
                        """
                        {"state":"ready","portal":"http://localhost:9080","api":"http://localhost:9080/v1",\
                        "issuer":"http://localhost:8180/realms/allodium","metrics":"http://127.0.0.1:9081/metrics",\
                        "nodes":[{"name":"node-1","portal":"http://localhost:9080","address":"http://127.0.0.1:9080","metrics":"http://127.0.0.1:9081/metrics"}],\
                        "demo":{"users":[{"username":"owner","password":"pw","roles":["owner"],"tenant":"lab"},\
                        {"username":"auditor","password":"pw2","roles":["auditor"],"tenant":null}],\
                        "keys":[{"name":"demo-standard","key":"sk-alo-1","tenant":"lab","purpose":"standard"}]},\
                        "supervisor":{"state":"none","restarts":{},"latest":[],"gave_up":null}}\
                        """);
    }

    @Test
    void namesEachNodeWithItsOwnAddress() {
        var two =
                new Status(
                        Status.State.READY,
                        settings().withNodes(2),
                        Accounts.none(),
                        Supervision.none());
        assertThat(two.json())
                .contains(
                        "{\"name\":\"node-2\",\"portal\":\"http://localhost:9090\","
                                + "\"address\":\"http://127.0.0.1:9090\","
                                + "\"metrics\":\"http://127.0.0.1:9091/metrics\"}");
        var computes = new EngineReport("AVX2", false, Map.of("guide@home", "fp32"), Map.of());
        assertThat(two.json(Map.of(Component.SECOND_PORTAL, computes)))
                .containsPattern(
                        "\"name\":\"node-2\"[^}]*\"engine\":\\{[^]]*\"computes\":\\{\"guide@home\":\"fp32\"");
        assertThat(two.node(Component.SECOND_PORTAL)).contains("node-2 at http://127.0.0.1:9090");
        assertThat(two.greeting()).contains("http://localhost:9080  http://localhost:9090\n");
    }

    @Test
    void aFolderThatNeverRanIsStoppedAndStaysUntouched() {
        var status = Stack.status(settings());
        assertThat(status.state()).isEqualTo(Status.State.STOPPED);
        assertThat(status.json()).contains("\"users\":[]").contains("\"keys\":[]");
        assertThat(home).isEmptyDirectory();
    }

    @Test
    void greetingEndsWithALineToPaste() {
        var greeting =
                new Status(
                                Status.State.READY,
                                settings(),
                                Accounts.make(AccountsFile.of(Checkout.root(), "demo")),
                                Supervision.none())
                        .greeting();
        assertThat(greeting.strip().lines().toList().getLast())
                .startsWith("curl http://localhost:9080/v1/chat/completions")
                .contains("Bearer sk-alo-");
    }

    @Test
    void everyRoleOfTheProductHasADemoUser() {
        var roles =
                Accounts.make(AccountsFile.of(Checkout.root(), "demo")).users().stream()
                        .flatMap(user -> user.roles().stream())
                        .distinct();
        assertThat(roles)
                .containsExactlyInAnyOrder(
                        java.util.Arrays.stream(org.allodium.tenancy.Role.values())
                                .map(org.allodium.tenancy.Role::label)
                                .toArray(String[]::new));
    }
}
