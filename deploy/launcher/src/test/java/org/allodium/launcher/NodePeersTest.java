package org.allodium.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodePeersTest {
    private static StackSettings two(Map<String, String> environment) {
        return StackSettings.fromEnvironment(Path.of("/checkout"), environment).withNodes(2);
    }

    private static Map<String, String> link(StackSettings settings, Component node) {
        var own = new HashMap<>(settings.of(node).extra());
        own.keySet().removeIf(name -> !name.startsWith("ALLODIUM_SERVING_LINK_"));
        return own;
    }

    @Test
    void aNodeAloneIsToldOfNoOther() {
        var alone = StackSettings.fromEnvironment(Path.of("/checkout"), Map.of());
        assertThat(link(alone, Component.PORTAL)).isEmpty();
        assertThat(NodePeers.isWanted(alone.of(Component.PORTAL))).isFalse();
    }

    @Test
    void eachOfTwoKnowsWhereBothAre() {
        var peers = "127.0.0.1:9082,127.0.0.1:9092";
        assertThat(link(two(Map.of()), Component.PORTAL))
                .isEqualTo(
                        Map.of(
                                "ALLODIUM_SERVING_LINK_PORT",
                                "9082",
                                "ALLODIUM_SERVING_LINK_PEERS",
                                peers));
        assertThat(link(two(Map.of()), Component.SECOND_PORTAL))
                .isEqualTo(
                        Map.of(
                                "ALLODIUM_SERVING_LINK_PORT",
                                "9092",
                                "ALLODIUM_SERVING_LINK_PEERS",
                                peers));
    }

    @Test
    void whereTheyAreReachedElsewhereThePeersAreThere() {
        var settings =
                two(
                        Map.of(
                                "ALLODIUM_SERVING_LINK_ADDRESS", "10.0.0.1",
                                "ALLODIUM_SERVING_LINK_PORT", "7000",
                                "ALLODIUM_SERVING_LINK_REACHED_AT", "front:8000"));
        assertThat(link(settings, Component.SECOND_PORTAL))
                .containsEntry("ALLODIUM_SERVING_LINK_PORT", "7010")
                .containsEntry("ALLODIUM_SERVING_LINK_REACHED_AT", "front:8010")
                .containsEntry("ALLODIUM_SERVING_LINK_PEERS", "front:8000,front:8010");
    }

    @Test
    void refusesAPortThatAnotherNeeds() {
        assertThatThrownBy(() -> two(Map.of("ALLODIUM_SERVING_LINK_PORT", "9081")))
                .isInstanceOf(Trouble.class)
                .hasMessageContaining("ALLODIUM_SERVING_LINK_PORT");
        assertThatThrownBy(() -> two(Map.of("ALLODIUM_SERVING_LINK_PORT", "here")))
                .isInstanceOf(Trouble.class);
    }

    @Test
    void makesKeysOnceThatOnlyTheirOwnerReads(@TempDir Path home) throws Exception {
        var folder = new DataFolder(home);
        folder.create();
        NodePeers.makeKeys(StackSettings.fromEnvironment(Path.of("/checkout"), Map.of()), folder);
        var keys = home.resolve("secrets/link");
        assertThat(keys).doesNotExist();

        var node = two(Map.of()).of(Component.SECOND_PORTAL);
        NodePeers.makeKeys(node, folder);
        try (var files = Files.list(keys)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("tls.key", "tls.crt", "ca.crt");
        }
        var made = Files.readString(keys.resolve("tls.key"));
        assertThat(made).startsWith("-----BEGIN PRIVATE KEY-----");
        assertThat(Files.readString(keys.resolve("ca.crt")))
                .startsWith("-----BEGIN CERTIFICATE-----")
                .isEqualTo(Files.readString(keys.resolve("tls.crt")));
        for (var file : Stream.of("tls.key", "tls.crt", "ca.crt").map(keys::resolve).toList()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
        NodePeers.makeKeys(node, folder);
        assertThat(Files.readString(keys.resolve("tls.key"))).isEqualTo(made);
    }
}
