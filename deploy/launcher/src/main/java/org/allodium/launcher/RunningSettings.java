package org.allodium.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Where the latest start put what, by which `status`, `down`, `model` and a restart find it.
/// @param nodes 0 in a file of before there could be two
record RunningSettings(
        String bind, StackSettings.Ports ports, String portalUrl, boolean demo, int nodes) {
    // A file of an earlier version may lack a port.
    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .build();

    static void remember(DataFolder folder, StackSettings settings) {
        var running =
                new RunningSettings(
                        settings.bind(),
                        settings.ports(),
                        settings.portalUrl(),
                        settings.demo(),
                        settings.nodes());
        DataFolder.writePrivate(file(folder), JSON.writeValueAsBytes(running));
    }

    static StackSettings recall(DataFolder folder, StackSettings asked) {
        if (!Files.exists(file(folder))) {
            return asked;
        }
        try {
            var running = JSON.readValue(Files.readAllBytes(file(folder)), RunningSettings.class);
            return new StackSettings(
                    asked.root(),
                    asked.home(),
                    asked.runtime(),
                    running.bind(),
                    running.ports(),
                    running.portalUrl(),
                    running.demo(),
                    Math.max(1, running.nodes()),
                    asked.extra());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static Path file(DataFolder folder) {
        return folder.run().resolve("addresses.json");
    }
}
