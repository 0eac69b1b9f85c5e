package org.allodium.it.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A product of its own beside the shared one, started by the launcher's command in an environment
/// that a test chooses.
public final class SecondProduct implements AutoCloseable {
    private static final long PATIENCE_MINUTES = 8;

    private final Path home;
    private final Path out;
    private final Map<String, String> environment;

    private SecondProduct(Path folder, Map<String, String> environment) {
        this.home = folder.resolve("home");
        this.out = folder.resolve("out");
        this.environment = environment;
    }

    /// One that is not to come up; what it said is to be read.
    public static SecondProduct refused(Path folder, Map<String, String> environment)
            throws Exception {
        var product = new SecondProduct(folder, environment);
        assertThat(product.start()).as(product.said()).isNotZero();
        return product;
    }

    private int start() throws Exception {
        var ports = new ArrayList<Integer>();
        for (int i = 0; i < 3; i++) {
            ports.add(freePort());
        }
        return launcher(
                Map.of(
                        "ALLODIUM_PORT", ports.get(0).toString(),
                        "ALLODIUM_KEYCLOAK_PORT", ports.get(1).toString(),
                        "ALLODIUM_DB_PORT", ports.get(2).toString()),
                "up",
                "--detach");
    }

    public static SecondProduct up(Path folder, Map<String, String> environment) throws Exception {
        var product = new SecondProduct(folder, environment);
        boolean up = false;
        try {
            int status = product.start();
            assertThat(status).as(product.said()).isZero();
            up = true;
            return product;
        } finally {
            if (!up) {
                product.close();
            }
        }
    }

    /// The exit status of `./allodium …` on its folder.
    public int allodium(String... arguments) throws Exception {
        return launcher(Map.of(), arguments);
    }

    // Not by the script, whose `up` would build under the running build.
    private int launcher(Map<String, String> further, String... arguments) throws Exception {
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-Dallodium.root=" + Product.root().toAbsolutePath(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                "org.allodium.launcher.Main"));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("ALLODIUM_"));
        builder.environment().putAll(environment);
        builder.environment().putAll(further);
        builder.environment().put("ALLODIUM_HOME", home.toString());
        builder.environment()
                .put(
                        "ALLODIUM_RUNTIME",
                        Product.root().toAbsolutePath().resolve(".allodium/runtime").toString());
        builder.redirectErrorStream(true).redirectOutput(out.toFile());
        var process = builder.start();
        assertThat(process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)).isTrue();
        return process.exitValue();
    }

    public Path home() {
        return home;
    }

    /// What the last command said.
    public String said() throws IOException {
        return Files.exists(out) ? Files.readString(out) : "";
    }

    public JsonNode status() throws Exception {
        assertThat(allodium("status", "--json")).isZero();
        return JsonMapper.shared().readTree(said());
    }

    /// All that the server has logged.
    public String log() throws IOException {
        var log = new StringBuilder();
        try (var files = Files.list(home.resolve("logs"))) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                if (file.getFileName().toString().startsWith("portal")) {
                    log.append(Files.readString(file));
                }
            }
        }
        return log.toString();
    }

    @Override
    public void close() {
        try {
            allodium("down");
        } catch (Exception stuck) {
            throw new IllegalStateException("A second product does not stop", stuck);
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
