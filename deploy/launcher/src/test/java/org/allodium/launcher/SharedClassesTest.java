package org.allodium.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// With the virtual machine that runs the test, and a program of one class.
class SharedClassesTest {
    private static final String SAYS = "runs";

    @TempDir Path directory;
    private DataFolder folder;
    private Path program;

    @BeforeEach
    void packProgram() throws IOException {
        folder = new DataFolder(directory.resolve("home"));
        folder.create();
        program = directory.resolve("program.jar");
        pack();
    }

    /// What is started.
    static final class Program {
        private Program() {}

        public static void main(String[] arguments) {
            System.out.println(SAYS);
        }
    }

    @Test
    void theFirstServerWritesDownWhatLaterOnesMap() {
        assertThat(run(classes().arguments())).contains(SAYS).doesNotContain("(top)");
        classes().keep();
        assertThat(run(classes().arguments()))
                .contains(SAYS)
                .contains(Program.class.getName() + " source: shared objects file (top)");
        assertThat(folder.run()).isEmptyDirectory();
    }

    @Test
    void whatAKilledServerLeftIsNotUsed() throws IOException {
        run(classes().arguments());
        var draft = only(folder.run());
        var whole = Files.readAllBytes(draft);
        for (int length : new int[] {0, 4096, whole.length / 2, whole.length - 5000}) {
            Files.write(draft, Arrays.copyOf(whole, length));
            classes().keep();
            assertThat(folder.run()).as("after %d bytes", length).isEmptyDirectory();
            assertThat(runtime().resolve("classes")).doesNotExist();
        }
        var torn = whole.clone();
        Arrays.fill(torn, whole.length / 2, whole.length / 2 + 4096, (byte) 0);
        Files.write(draft, torn);
        classes().keep();
        assertThat(runtime().resolve("classes")).doesNotExist();
        assertThat(run(classes().arguments())).contains(SAYS);
    }

    @Test
    void aChangedProgramGetsAnotherArchiveInThePlaceOfTheOld() throws IOException {
        run(classes().arguments());
        classes().keep();
        var first = only(runtime().resolve("classes"));

        Files.setLastModifiedTime(program, FileTime.from(Instant.EPOCH));
        assertThat(run(classes().arguments())).contains(SAYS).doesNotContain("(top)");
        classes().keep();
        assertThat(only(runtime().resolve("classes"))).isNotEqualTo(first);
        assertThat(run(classes().arguments())).contains("(top)");
    }

    @Test
    void aProgramThatWasMovedMakesItsOwn() throws IOException {
        run(classes().arguments());
        classes().keep();
        program = Files.move(program, directory.resolve("moved.jar"));
        assertThat(classes().arguments()).anyMatch(word -> word.startsWith("-XX:ArchiveClassesAt"));
    }

    @Test
    void theMachineRunsWithoutAnArchiveThatIsNotItsOwn() throws IOException {
        run(classes().arguments());
        classes().keep();
        var arguments = classes().arguments();
        var archive = only(runtime().resolve("classes"));

        Files.setLastModifiedTime(program, FileTime.from(Instant.EPOCH));
        assertThat(run(arguments)).contains(SAYS).doesNotContain("(top)");
        pack();
        Files.write(archive, "no archive at all".getBytes(StandardCharsets.US_ASCII));
        assertThat(run(arguments)).contains(SAYS).doesNotContain("error");
        Files.delete(archive);
        assertThat(run(arguments)).contains(SAYS).doesNotContain("error");
    }

    @Test
    void aStartThatFailedForgetsItsArchive() throws IOException {
        run(classes().arguments());
        classes().keep();
        classes().forget();
        assertThat(runtime().resolve("classes")).isEmptyDirectory();
        assertThat(classes().arguments()).anyMatch(word -> word.startsWith("-XX:ArchiveClassesAt"));
    }

    @Test
    void waitsForAServerThatStillWrites() throws IOException {
        run(classes().arguments());
        Child.record(folder.pidFile("portal"), ProcessHandle.current());
        classes().keep();
        assertThat(only(folder.run())).exists();
        assertThat(runtime()).doesNotExist();
    }

    @Test
    void oneThatIsNotWorthAnArchiveOnlyUsesOne() {
        assertThat(classes().argumentsIfThere()).isEmpty();
        run(classes().arguments());
        classes().keep();
        assertThat(classes().argumentsIfThere()).isEqualTo(classes().arguments());
    }

    private SharedClasses classes() {
        return new SharedClasses(folder, runtime(), Component.PORTAL, program, List.of());
    }

    private Path runtime() {
        return directory.resolve("runtime");
    }

    private void pack() throws IOException {
        var name = Program.class.getName().replace('.', '/') + ".class";
        try (var jar = new JarOutputStream(Files.newOutputStream(program));
                InputStream code = Program.class.getResourceAsStream("/" + name)) {
            jar.putNextEntry(new JarEntry(name));
            code.transferTo(jar);
        }
    }

    private String run(List<String> arguments) {
        var words = new ArrayList<String>();
        words.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
        words.addAll(arguments);
        words.addAll(
                List.of("-Xlog:class+load", "-cp", program.toString(), Program.class.getName()));
        try {
            var process = new ProcessBuilder(words).redirectErrorStream(true).start();
            var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(said).isZero();
            return said;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private static Path only(Path folder) throws IOException {
        try (var all = Files.list(folder)) {
            return all.filter(file -> file.toString().endsWith(".jsa"))
                    .reduce(
                            (one, other) -> {
                                throw new AssertionError(one + " and " + other);
                            })
                    .orElseThrow();
        }
    }
}
