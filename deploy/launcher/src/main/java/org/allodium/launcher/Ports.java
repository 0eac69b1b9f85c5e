package org.allodium.launcher;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;

/// Whether the ports are free, asked before anything starts: a server's own complaint comes late
/// and deep in a log.
final class Ports {
    private Ports() {}

    static void requireFree(StackSettings settings, Set<Component> running) {
        for (var component : Component.values()) {
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
                                    settings.bind(),
                                    settings.ports().keycloak(),
                                    component,
                                    "ALLODIUM_KEYCLOAK_PORT");
                    case PORTAL ->
                            requireFree(
                                    settings.bind(),
                                    settings.ports().portal(),
                                    component,
                                    "ALLODIUM_PORT");
                }
            }
        }
    }

    static void requireFree(String host, int port, Component component, String variable) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
        } catch (IOException taken) {
            throw new Trouble(
                    "Port %d on %s, meant for %s, is not free (%s): stop the program that uses it, or set %s to another port."
                            .formatted(
                                    port, host, component.program(), taken.getMessage(), variable),
                    taken);
        }
    }
}
