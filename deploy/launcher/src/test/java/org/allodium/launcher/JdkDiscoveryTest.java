package org.allodium.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs the shell script with pretended JDKs and a PATH that holds nothing else.
class JdkDiscoveryTest {
    private record Answer(int status, String text) {}

    @TempDir Path folder;

    @BeforeEach
    void makeToolsOnly() throws IOException {
        Files.createDirectories(folder.resolve("tools"));
        for (var tool : new String[] {"sh", "dirname", "sed", "readlink"}) {
            for (var place : new String[] {"/usr/bin", "/bin"}) {
                var found = Path.of(place, tool);
                if (Files.exists(found) && !Files.exists(folder.resolve("tools").resolve(tool))) {
                    Files.createSymbolicLink(folder.resolve("tools").resolve(tool), found);
                }
            }
        }
        Files.createDirectories(folder.resolve("jvm"));
    }

    @Test
    void prefersJavaHome() throws Exception {
        var chosen = jdk("elsewhere", "25.0.3");
        jdk("jvm/newer", "27");
        assertThat(ask(Map.of("JAVA_HOME", chosen.toString())))
                .isEqualTo(new Answer(0, chosen.toString()));
    }

    @Test
    void passesOverAnOldJavaHomeAndAnOldJavaOnThePath() throws Exception {
        var old = jdk("jvm/old", "17.0.15");
        Files.createSymbolicLink(folder.resolve("tools/javac"), old.resolve("bin/javac"));
        var newer = jdk("jvm/temurin-25", "25.0.3");
        assertThat(ask(Map.of("JAVA_HOME", old.toString())))
                .isEqualTo(new Answer(0, newer.toString()));
    }

    @Test
    void takesTheJavaOnThePathBeforeTheUsualPlaces() throws Exception {
        var onPath = jdk("opt", "26");
        Files.createSymbolicLink(folder.resolve("tools/javac"), onPath.resolve("bin/javac"));
        jdk("jvm/other", "25.0.1");
        assertThat(ask(Map.of())).isEqualTo(new Answer(0, onPath.toRealPath().toString()));
    }

    @Test
    void takesTheNewestOfTheUsualPlaces() throws Exception {
        jdk("jvm/a", "25");
        var newest = jdk("jvm/b", "26.0.1");
        jdk("jvm/c", "21.0.9");
        assertThat(ask(Map.of())).isEqualTo(new Answer(0, newest.toString()));
    }

    @Test
    void ignoresARuntimeWithoutCompiler() throws Exception {
        var runtime = jdk("jvm/jre", "25");
        Files.delete(runtime.resolve("bin/javac"));
        assertThat(ask(Map.of()).status()).isEqualTo(1);
    }

    @Test
    void saysInOneSentenceWhatToInstall() throws Exception {
        jdk("jvm/old", "17.0.15");
        var answer = ask(Map.of());
        assertThat(answer.status()).isEqualTo(1);
        assertThat(answer.text())
                .startsWith("allodium: no JDK 25 or later was found: install one")
                .hasLineCount(1);
    }

    private Path jdk(String name, String version) throws IOException {
        var home = Files.createDirectories(folder.resolve(name));
        Files.createDirectories(home.resolve("bin"));
        var compiler = Files.createFile(home.resolve("bin/javac"));
        assertThat(compiler.toFile().setExecutable(true)).isTrue();
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        return home;
    }

    private Answer ask(Map<String, String> extra) throws Exception {
        var environment = new HashMap<>(extra);
        environment.put("PATH", folder.resolve("tools").toString());
        environment.put("ALLODIUM_JDKS", folder.resolve("jvm").toString());
        var builder =
                new ProcessBuilder(
                        "/bin/sh", Checkout.root().resolve("allodium").toString(), "jdk");
        builder.environment().clear();
        builder.environment().putAll(environment);
        var process = builder.redirectErrorStream(true).start();
        var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Answer(process.waitFor(), text.strip());
    }
}
