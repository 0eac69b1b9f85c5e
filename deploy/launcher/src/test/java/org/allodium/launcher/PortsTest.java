package org.allodium.launcher;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class PortsTest {
    @Test
    void namesThePortTheProgramAndTheVariable() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            assertThatThrownBy(
                            () ->
                                    Ports.requireFree(
                                            "127.0.0.1",
                                            port,
                                            Component.KEYCLOAK,
                                            "ALLODIUM_KEYCLOAK_PORT"))
                    .isInstanceOf(Trouble.class)
                    .hasMessageContaining(
                            "Port " + port + " on 127.0.0.1, meant for Keycloak, is not free")
                    .hasMessageContaining("set ALLODIUM_KEYCLOAK_PORT to another port");
        }
    }

    @Test
    void acceptsAFreePort() throws Exception {
        int port;
        try (var once = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = once.getLocalPort();
        }
        assertThatCode(
                        () ->
                                Ports.requireFree(
                                        "127.0.0.1", port, Component.PORTAL, "ALLODIUM_PORT"))
                .doesNotThrowAnyException();
    }
}
