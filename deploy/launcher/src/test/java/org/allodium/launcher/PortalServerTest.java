package org.allodium.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

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
}
