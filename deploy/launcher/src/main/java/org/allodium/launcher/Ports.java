package org.allodium.launcher;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Whether the ports are free, asked before the start: a server complains late and deep in a log.
final class Ports {
    private static final Duration RELEASE = Duration.ofSeconds(5);

    private Ports() {}

    static void requireFree(StackSettings settings, Set<Component> running) {
        for (var component : settings.components()) {
            if (!running.contains(component)) {
                switch (component) {
                    case DATABASE ->
                            requireFree(
                                    "127.0.0.1",
                                    settings.ports().database(),
                                    component,
                                    "ALLODIUM_DB_PORT");
                    case KEYCLOAK ->
                            requireFree(
                                    "127.0.0.1",
                                    settings.ports().keycloak(),
                                    component,
                                    "ALLODIUM_KEYCLOAK_PORT");
                    case PORTAL -> requireServersFree(settings.of(component), component, "");
                    case SECOND_PORTAL ->
                            requireServersFree(settings.of(component), component, " (ten lower)");
                }
            }
        }
    }

    private static void requireServersFree(StackSettings server, Component component, String how) {
        requireFree(server.bind(), server.ports().portal(), component, "ALLODIUM_PORT" + how);
        requireFree(
                "127.0.0.1",
                server.ports().management(),
                component,
                "ALLODIUM_MANAGEMENT_PORT" + how);
        if (NodePeers.isWanted(server)) {
            requireFree(
                    NodePeers.address(server),
                    NodePeers.port(server),
                    component,
                    NodePeers.PORT + how);
        }
    }

    static void requireFree(String host, int port, Component component, String variable) {
        // A process that was just killed holds its port for a moment longer.
        if (Waiting.until(RELEASE, () -> complaint(host, port) == null)) {
            return;
        }
        throw new Trouble(
                "Port %d on %s, meant for %s, is not free (%s): stop the program that uses it, or set %s to another port."
                        .formatted(
                                port, host, component.program(), complaint(host, port), variable));
    }

    private static @Nullable String complaint(String host, int port) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
            return null;
        } catch (IOException taken) {
            return String.valueOf(taken.getMessage());
        }
    }
}
