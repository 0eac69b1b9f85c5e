package org.allodium.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StackSettingsTest {
    private static StackSettings from(Map<String, String> environment) {
        return StackSettings.fromEnvironment(Path.of("/checkout"), environment);
    }

    @Test
    void staysOnLoopbackWithTheDocumentedPorts() {
        var settings = from(Map.of());
        assertThat(settings.home()).isEqualTo(Path.of("/checkout/.allodium"));
        assertThat(settings.bind()).isEqualTo("127.0.0.1");
        assertThat(settings.ports()).isEqualTo(new StackSettings.Ports(9080, 8180, 54_329));
        assertThat(settings.portalUrl()).isEqualTo("http://localhost:9080");
        assertThat(settings.apiUrl()).isEqualTo("http://localhost:9080/v1");
        assertThat(settings.issuer()).isEqualTo("http://localhost:8180/realms/allodium");
        assertThat(settings.demo()).isTrue();
    }

    @Test
    void takesAnEmptyVariableForAbsent() {
        assertThat(from(Map.of("ALLODIUM_PORT", "")).ports().portal()).isEqualTo(9080);
        assertThat(from(Map.of("ALLODIUM_HOME", " ")).home())
                .isEqualTo(Path.of("/checkout/.allodium"));
    }

    @Test
    void refusesPortsThatCannotBe() {
        assertThatThrownBy(() -> from(Map.of("ALLODIUM_PORT", "web")))
                .hasMessage("ALLODIUM_PORT must be a port number, not \"web\".");
        assertThatThrownBy(() -> from(Map.of("ALLODIUM_DB_PORT", "70000")))
                .hasMessage("A port must lie between 1 and 65535, not 70000.");
        assertThatThrownBy(() -> from(Map.of("ALLODIUM_DB_PORT", "9080")))
                .hasMessageContaining("must differ");
    }

    /// The server refuses too, but a minute later and in its log.
    @Test
    void refusesARetiredNameAndSaysTheNewOne() {
        assertThatThrownBy(() -> from(Map.of("ALLODIUM_EVIDENCE_SIGNING_KEY_FILE", "/key")))
                .isInstanceOf(Trouble.class)
                .hasMessageContaining("set allodium.signing-key-file (ALLODIUM_SIGNING_KEY_FILE)");
    }

    @Test
    void reachesAServerThatListensEverywhereThroughLoopback() {
        assertThat(from(Map.of("ALLODIUM_BIND", "0.0.0.0")).localPortalUrl())
                .isEqualTo("http://127.0.0.1:9080");
        assertThat(from(Map.of("ALLODIUM_BIND", "::")).localPortalUrl())
                .isEqualTo("http://[::1]:9080");
    }

    @Test
    void whatOperatesTheServerStaysOnThisMachineWhateverThePortalIsBoundTo() {
        var open = from(Map.of("ALLODIUM_BIND", "0.0.0.0", "ALLODIUM_PORT", "9300"));
        assertThat(open.managementUrl()).isEqualTo("http://127.0.0.1:9301");
        assertThat(open.localKeycloakUrl()).isEqualTo("http://127.0.0.1:8180");
        assertThat(from(Map.of("ALLODIUM_MANAGEMENT_PORT", "9400")).metricsUrl())
                .isEqualTo("http://127.0.0.1:9400/metrics");
        assertThatThrownBy(() -> from(Map.of("ALLODIUM_MANAGEMENT_PORT", "9080")))
                .hasMessageContaining("must differ");
    }

    @Test
    void aFolderOfTheVersionBeforeIsStillRead(@TempDir Path home) throws Exception {
        var folder = new DataFolder(home);
        folder.create();
        Files.writeString(
                folder.run().resolve("addresses.json"),
                "{\"bind\":\"127.0.0.1\",\"ports\":{\"portal\":9200,\"keycloak\":8180,"
                        + "\"database\":54329},\"portalUrl\":\"http://localhost:9200\","
                        + "\"demo\":true}");
        var ports = RunningSettings.recall(folder, from(Map.of())).ports();
        assertThat(ports.management()).isEqualTo(9201);
        assertThat(RunningSettings.recall(folder, from(Map.of())).nodes()).isEqualTo(1);
        Files.writeString(
                folder.secrets().resolve("stack.json"),
                "{\"portalClient\":\"kept\",\"serverKeys\":\"no longer used\"}");
        assertThat(Secrets.loadOrMake(folder).portalClient()).isEqualTo("kept");
    }

    @Test
    void theSecondNodeFollowsByTenAndHasItsOwnName() {
        var second = from(Map.of()).withNodes(2).of(Component.SECOND_PORTAL);
        assertThat(second.ports()).isEqualTo(new StackSettings.Ports(9090, 8180, 54_329, 9091));
        assertThat(second.portalUrl()).isEqualTo("http://localhost:9090");
        assertThat(second.node()).isEqualTo("node-2");
        assertThat(second.issuer()).isEqualTo(from(Map.of()).issuer());
        var named = from(Map.of("ALLODIUM_NODE", "oslo")).withNodes(2);
        assertThat(named.of(Component.PORTAL).node()).isEqualTo("oslo");
        assertThat(named.of(Component.SECOND_PORTAL).node()).isEqualTo("oslo-2");
    }

    @Test
    void aProxyInFrontHasOneAddressForBothNodes() {
        var proxied = Map.of("ALLODIUM_PORTAL_URL", "https://ai.example");
        assertThat(from(proxied).withNodes(2).portalUrls()).containsExactly("https://ai.example");
        assertThat(from(Map.of()).withNodes(2).portalUrls())
                .containsExactly("http://localhost:9080", "http://localhost:9090");
    }

    @Test
    void refusesPortsOfTheSecondNodeThatTheFirstHas() {
        var tenApart = from(Map.of("ALLODIUM_MANAGEMENT_PORT", "9090"));
        assertThatThrownBy(() -> tenApart.withNodes(2)).hasMessageContaining("ten apart");
        var keycloak = from(Map.of("ALLODIUM_KEYCLOAK_PORT", "9090"));
        assertThatThrownBy(() -> keycloak.withNodes(2)).hasMessageContaining("must differ");
    }

    @Test
    void theNumberOfNodesIsRememberedForEverythingThatComesLater(@TempDir Path home) {
        var folder = new DataFolder(home);
        folder.create();
        RunningSettings.remember(folder, from(Map.of()).withNodes(2));
        assertThat(RunningSettings.recall(folder, from(Map.of())).nodes()).isEqualTo(2);
    }

    /// Otherwise a restart would move the product to other addresses.
    @Test
    void theSupervisorGetsTheVerySettingsOfTheStart() {
        var settings =
                from(
                        Map.of(
                                "ALLODIUM_HOME", "/data",
                                "ALLODIUM_RUNTIME", "/servers",
                                "ALLODIUM_BIND", "0.0.0.0",
                                "ALLODIUM_PORT", "9300",
                                "ALLODIUM_KEYCLOAK_PORT", "9301",
                                "ALLODIUM_DB_PORT", "9302",
                                "ALLODIUM_MANAGEMENT_PORT", "9303",
                                "ALLODIUM_PORTAL_URL", "https://ai.example",
                                "ALLODIUM_PROFILE", "plain",
                                "ALLODIUM_ENGINE_DEVICE", "cpu:0"));
        var again = from(settings.environment());
        assertThat(again).usingRecursiveComparison().ignoringFields("extra").isEqualTo(settings);
        assertThat(again.extra()).containsAllEntriesOf(settings.extra());
    }
}
