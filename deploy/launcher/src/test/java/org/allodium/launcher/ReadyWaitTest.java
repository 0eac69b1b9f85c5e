package org.allodium.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadyWaitTest {
    @TempDir Path home;
    private DataFolder folder;
    private final List<String> told = new ArrayList<>();

    @BeforeEach
    void createFolder() {
        folder = new DataFolder(home);
        folder.create();
    }

    @Test
    void namesWhatItWaitsForOnceUntilThatChanges() {
        var bodies =
                List.of(
                        report("database", "DOWN", "{}"),
                        report("database", "DOWN", "{}"),
                        report("models", "DOWN", "{}"));
        var look = new AtomicInteger();
        var child = start("exec sleep 600");
        try {
            wait(
                    child,
                    () ->
                            look.get() < bodies.size()
                                    ? ReadinessReport.read(503, bodies.get(look.getAndIncrement()))
                                    : ReadinessReport.read(200, report("models", "UP", "{}")));
        } finally {
            child.stop(Duration.ofSeconds(10));
        }
        assertThat(told).containsExactly("Waiting for the database", "Waiting for the models");
    }

    /// So Open Liberty answers when a check throws, and while an application stops.
    @Test
    void aServerThatNamesNoCheckIsNotReady() {
        assertThat(ReadinessReport.read(200, "{\"status\":\"UP\",\"checks\":[]}"))
                .isEqualTo(new ReadyWait.Look.NotYet("its application to start"));
    }

    @Test
    void endsAtOnceWithTheReasonWhenAModelCannotStart() {
        var body =
                report(
                        "models",
                        "DOWN",
                        "{\"failed.allodium-guide@node-1\":\"processor 99 is not there.\"}");
        var child = start("exec sleep 600");
        try {
            assertThatThrownBy(() -> wait(child, () -> ReadinessReport.read(503, body)))
                    .isInstanceOf(Trouble.class)
                    .hasMessageContaining(
                            "Open Liberty will not become ready: allodium-guide on node-1 cannot start: processor 99 is not there.");
        } finally {
            child.stop(Duration.ofSeconds(10));
        }
    }

    @Test
    void aReadyServerMayStillMissSomethingAndSaysSo() {
        var body =
                report(
                        "models",
                        "UP",
                        "{\"missing.models\":\"no model runs\",\"failed.mine@node-1\":\"too large.\"}");
        var child = start("exec sleep 600");
        try {
            wait(child, () -> ReadinessReport.read(200, body));
        } finally {
            child.stop(Duration.ofSeconds(10));
        }
        assertThat(told)
                .containsExactly(
                        "Missing: no model runs",
                        "Missing: mine on node-1 cannot start: too large");
    }

    @Test
    void tellsTheLastWordsOfWhatDiedAndNotThoseOfAnEarlierRun() {
        stopped(start("echo 'ERROR: of an earlier run'"));
        var child =
                start(
                        "echo starting; echo 'FATAL: could not map memory'; echo '    at some.Frame(X.java:1)'; echo; exit 3");
        stopped(child);
        assertThatThrownBy(() -> wait(child, () -> new ReadyWait.Look.NotYet("it")))
                .hasMessageContaining(
                        "Open Liberty ended while it started: FATAL: could not map memory (");
        var quiet = start("echo bye");
        stopped(quiet);
        assertThat(LastWords.of(folder, Component.PORTAL))
                .isEqualTo("it gave no reason in its log: bye");
    }

    @Test
    void aServerThatHangsLeavesItsThreadsInItsLog() throws Exception {
        var child = start("trap 'echo threads' QUIT; echo begun; while true; do sleep 0.1; done");
        try {
            assertThat(Waiting.until(Duration.ofSeconds(10), () -> said("begun"))).isTrue();
            assertThatThrownBy(
                            () ->
                                    new ReadyWait(folder, told::add)
                                            .until(
                                                    child,
                                                    Duration.ZERO,
                                                    () -> new ReadyWait.Look.NotYet("it")))
                    .hasMessageContaining("still waits for it");
            assertThat(said("threads")).isTrue();
        } finally {
            child.stop(Duration.ofSeconds(10));
        }
    }

    @Test
    void waitsNoLongerOnceTheProductIsStopped() {
        new StopMark(folder).set();
        var child = start("exec sleep 600");
        try {
            assertThatThrownBy(() -> wait(child, () -> new ReadyWait.Look.NotYet("it")))
                    .hasMessageContaining("Stopped by ./allodium down");
        } finally {
            child.stop(Duration.ofSeconds(10));
        }
    }

    /// A `down` that was killed must not keep the product down for ever.
    @Test
    void aMarkWhoseMakerIsGoneMeansNothing() throws Exception {
        java.nio.file.Files.writeString(
                folder.run().resolve("stopping"), ProcessHandle.current().pid() + " 12345\n");
        assertThat(new StopMark(folder).stands()).isFalse();
    }

    @Test
    void twoStartsNeverWorkOnOneFolder() {
        try (var held = FolderLock.take(folder)) {
            assertThat(held).isNotNull();
            assertThat(FolderLock.isHeld(folder)).isTrue();
            assertThat(FolderLock.tryTake(folder)).isEmpty();
            assertThatThrownBy(() -> FolderLock.take(folder)).hasMessageContaining("right now");
        }
        assertThat(FolderLock.isHeld(folder)).isFalse();
    }

    private static String report(String name, String status, String data) {
        return "{\"checks\":[{\"data\":{},\"name\":\"keycloak\",\"status\":\"UP\"},{\"data\":%s,\"name\":\"%s\",\"status\":\"%s\"}],\"status\":\"DOWN\"}"
                .formatted(data, name, status);
    }

    private void wait(Child child, java.util.function.Supplier<ReadyWait.Look> looks) {
        new ReadyWait(folder, told::add).until(child, Duration.ofMinutes(1), looks);
    }

    private boolean said(String word) {
        return LastWords.matching(folder.log("portal-console"), 0, Pattern.compile(word))
                .isPresent();
    }

    private static void stopped(Child child) {
        assertThat(Waiting.until(Duration.ofSeconds(30), () -> !child.running())).isTrue();
    }

    private Child start(String script) {
        return Child.start(
                folder,
                Component.PORTAL,
                new Child.Command(List.of("/bin/sh", "-c", script), ServerEnvironment.base(), home),
                folder.log("portal-console"));
    }
}
