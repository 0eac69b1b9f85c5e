package org.allodium.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildTest {
    @TempDir Path home;
    private DataFolder folder;

    @BeforeEach
    void createFolder() {
        folder = new DataFolder(home);
        folder.create();
    }

    @Test
    void findsAgainWhatItStartedAndStopsIt() {
        var child = start("exec sleep 600");
        assertThat(Child.find(folder, Component.PORTAL)).contains(child);
        child.stop(Duration.ofSeconds(10));
        assertThat(child.running()).isFalse();
        assertThat(Child.find(folder, Component.PORTAL)).isEmpty();
        assertThat(folder.pidFile("portal")).doesNotExist();
    }

    @Test
    void killsWhatDoesNotListen() {
        var child = start("trap '' TERM; echo deaf; while :; do sleep 1; done");
        assertThat(Waiting.until(Duration.ofSeconds(10), () -> logged("deaf"))).isTrue();
        child.stop(Duration.ofMillis(300));
        assertThat(child.running()).isFalse();
    }

    @Test
    void doesNotTakeAStrangerWithTheSamePidForItsOwn() throws Exception {
        long pid = ProcessHandle.current().pid();
        Files.writeString(folder.pidFile("portal"), pid + " 12345\n");
        assertThat(Child.find(folder, Component.PORTAL)).isEmpty();
    }

    @Test
    void takesABrokenPidFileForNone() throws Exception {
        for (var text : new String[] {"", "x", "12", "1 y"}) {
            Files.writeString(folder.pidFile("db"), text);
            assertThat(Child.find(folder, Component.DATABASE)).isEmpty();
        }
    }

    private boolean logged(String text) {
        try {
            return Files.readString(folder.log("child")).contains(text);
        } catch (java.io.IOException notYet) {
            return false;
        }
    }

    private Child start(String script) {
        return Child.start(
                folder,
                Component.PORTAL,
                new Child.Command(List.of("/bin/sh", "-c", script), ServerEnvironment.base(), home),
                folder.log("child"));
    }
}
