package org.allodium.it.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A product of its own beside the shared one, started by the launcher's command in an environment
/// that a test chooses.
public final class SecondProduct implements AutoCloseable {
    private static final long PATIENCE_MINUTES = 8;

    private final Path root;
    private final Path home;
    private final Path out;
    private final Map<String, String> environment;
    private @Nullable Process command;
    private String portal = "";

    private SecondProduct(Path root, Path folder, Map<String, String> environment) {
        this.root = root.toAbsolutePath();
        this.home = folder.resolve("home");
        this.out = folder.resolve("out");
        this.environment = environment;
    }

    private static SecondProduct of(Path folder, Map<String, String> environment) {
        return new SecondProduct(Product.root(), folder, environment);
    }

    /// `./allodium dev` in this checkout, which is built; returns once it takes in what is saved.
    public static SecondProduct developed(Path checkout, Path folder) throws Exception {
        var product = new SecondProduct(checkout, folder, Map.of());
        boolean up = false;
        try {
            product.command = product.begin(product.ports(), "dev");
            Waiting.until(
                    Duration.ofMinutes(PATIENCE_MINUTES),
                    "the product is ready for changes",
                    () -> product.says("What is saved is taken in"));
            up = true;
            return product;
        } finally {
            if (!up) {
                System.out.println(product.said());
                product.close();
            }
        }
    }

    private boolean says(String words) throws IOException {
        assertThat(command).isNotNull();
        assertThat(command.isAlive()).as(said()).isTrue();
        return said().contains(words);
    }

    /// One that is not to come up; what it said is to be read.
    public static SecondProduct refused(Path folder, Map<String, String> environment)
            throws Exception {
        var product = of(folder, environment);
        assertThat(product.start()).as(product.said()).isNotZero();
        return product;
    }

    /// The next start, which is not to succeed, with these settings beside its own.
    public void refusesWith(Map<String, String> further) throws Exception {
        var all = new HashMap<>(ports());
        all.putAll(further);
        assertThat(launcher(all, "up", "--detach")).as(said()).isNotZero();
    }

    /// That it ended at once and said so, and has left nothing that runs.
    public void assertNamesModelsThatCannotStart(String why) throws IOException {
        assertThat(said())
                .contains("Waiting for ")
                .containsPattern(
                        "Open Liberty will not become ready: [a-z0-9/-]+ on [a-z-]+ cannot start: ")
                .contains(why)
                .doesNotContain("did not become ready within")
                .doesNotContain("Exception");
        assertThat(Processes.in(home)).isEmpty();
    }

    private int start() throws Exception {
        return launcher(ports(), "up", "--detach");
    }

    private Map<String, String> ports() {
        int own = Product.freePort();
        portal = "http://localhost:" + own;
        return Map.of(
                "ALLODIUM_PORT", Integer.toString(own),
                "ALLODIUM_MANAGEMENT_PORT", Integer.toString(Product.freePort()),
                "ALLODIUM_KEYCLOAK_PORT", Integer.toString(Product.freePort()),
                "ALLODIUM_DB_PORT", Integer.toString(Product.freePort()));
    }

    public String portal() {
        return portal;
    }

    public static SecondProduct up(Path folder, Map<String, String> environment) throws Exception {
        var product = of(folder, environment);
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

    private int launcher(Map<String, String> further, String... arguments) throws Exception {
        var process = begin(further, arguments);
        assertThat(process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)).isTrue();
        return process.exitValue();
    }

    // Not by the script, whose `up` would build under the running build.
    private Process begin(Map<String, String> further, String... arguments) throws IOException {
        var line =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-Dallodium.root=" + root,
                                "-cp",
                                System.getProperty("java.class.path"),
                                "org.allodium.launcher.Main"));
        line.addAll(List.of(arguments));
        var builder = new ProcessBuilder(line);
        builder.environment().keySet().removeIf(name -> name.startsWith("ALLODIUM_"));
        builder.environment().putAll(environment);
        builder.environment().putAll(further);
        builder.environment().put("ALLODIUM_HOME", home.toString());
        builder.environment()
                .put(
                        "ALLODIUM_RUNTIME",
                        Product.root().toAbsolutePath().resolve(".allodium/runtime").toString());
        builder.redirectErrorStream(true).redirectOutput(out.toFile());
        return builder.start();
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
            if (command != null) {
                command.destroy();
                command.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES);
            }
            allodium("down");
        } catch (Exception stuck) {
            throw new IllegalStateException("A second product does not stop", stuck);
        }
    }
}
