package org.allodium.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// With a machine of its own that says again and again what its class makes it say.
class ClassSwapTest {
    private static final String TALKER =
            "package room;\npublic class Talker { static String word() { return \"old\"; }\n"
                    + "public static void main(String[] a) throws Exception { while (true) {"
                    + " System.out.println(word()); Thread.sleep(50); } } }\n";

    @TempDir Path folder;

    @Test
    void aRunningClassGetsANewBodyAndNoNewMember() throws Exception {
        var checkout = new SmallCheckout(folder);
        var modules = checkout.modules();
        var recompiler = new Recompiler(modules, java.util.List.of());
        recompiler.compile(Set.of(checkout.source("billing", "Talker", TALKER)));
        int port = freePort();
        var process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,quiet=y,address=127.0.0.1:"
                                        + port,
                                "-cp",
                                checkout.path("billing/target/classes").toString(),
                                "room.Talker")
                        .redirectErrorStream(true)
                        .start();
        try (var said =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(said.readLine()).isEqualTo("old");
            var swap = new ClassSwap(port);
            assertThat(swap.swap(compiled(recompiler, checkout, TALKER.replace("old", "new"))))
                    .isTrue();
            await(said, "new");
            var more = TALKER.replace("static String word", "static int more; static String word");
            assertThat(swap.swap(compiled(recompiler, checkout, more))).isFalse();
            assertThat(swap.swap(Map.of("room.NotLoaded", new byte[0]))).isTrue();
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(new ClassSwap(port).swap(Map.of("room.Talker", new byte[0]))).isFalse();
    }

    private static void await(BufferedReader said, String word) throws Exception {
        String line = said.readLine();
        while (!word.equals(line)) {
            assertThat(line).isEqualTo("old");
            line = said.readLine();
        }
    }

    private static Map<String, byte[]> compiled(
            Recompiler recompiler, SmallCheckout checkout, String text) throws Exception {
        var saved = checkout.source("billing", "Talker", text);
        assertThat(Files.exists(saved)).isTrue();
        var outcome = recompiler.compile(Set.of(saved));
        assertThat(outcome).isInstanceOf(Recompiler.Outcome.Compiled.class);
        return ((Recompiler.Outcome.Compiled) outcome).changed();
    }

    private static int freePort() throws Exception {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
