package org.allodium.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortalServerTest {
    @Test
    void theServersScriptGetsEveryWordAsItIs() throws IOException {
        var words = List.of("-Dplain", "-XX:SharedArchiveFile=/a folder/it's $HOME `x`.jsa", "\"");
        var shell =
                new ProcessBuilder(
                        "/bin/sh", "-c", "eval \"set -- ${JVM_ARGS}\"; printf '%s\\n' \"$@\"");
        shell.environment().put("JVM_ARGS", PortalServer.quoted(words));
        var said = shell.start().getInputStream().readAllBytes();
        assertThat(new String(said, StandardCharsets.UTF_8).lines())
                .containsExactlyElementsOf(words);
    }

    @Test
    void whyItsApplicationFailedIsSaidInTheApplicationsOwnWords(@TempDir Path folder)
            throws IOException {
        var log =
                Files.writeString(
                        folder.resolve("portal-console.log"),
                        """
                        [AUDIT   ] CWWKE0001I: The server allodium has been launched.
                        [ERROR   ] SRVE0283E: Exception caught while initializing context: java.lang.IllegalStateException: Another server named node-1 runs over this database: each needs an ALLODIUM_NODE of its own
                        	at org.allodium.billing.internal.Run.begin(Run.java:70)
                        """);
        assertThat(PortalServer.failure(log, 0)).isEmpty();
        Files.writeString(
                log,
                "[ERROR   ] CWWKZ0002E: An exception occurred while starting the application"
                        + " allodium. The exception message was: StateChangeException\n",
                StandardOpenOption.APPEND);
        assertThat(PortalServer.failure(log, 0))
                .contains(
                        "its application failed: Another server named node-1 runs over this"
                                + " database: each needs an ALLODIUM_NODE of its own");
        assertThat(PortalServer.failure(log, Files.size(log))).isEmpty();
    }
}
