package org.allodium.engine.internal.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The C sources held to what no user's machine holds them to: there a warning ends nothing.
class NativeSourcesTest {
    private static final String COMPILER = "cc";
    private static final List<String> STRICT =
            List.of("-Wall", "-Wextra", "-Werror", "-Wstrict-aliasing=2", "-fopenmp", "-fPIC");

    @TempDir Path work;

    @BeforeEach
    void needsACompiler() {
        boolean found =
                Stream.of(System.getenv("PATH").split(":"))
                        .anyMatch(dir -> Files.isExecutable(Path.of(dir, COMPILER)));
        assumeThat(found)
                .describedAs("%s is not on the PATH, so the C sources are not compiled", COMPILER)
                .isTrue();
    }

    /// What the compiler is told to compile for, whatever it runs on; nothing is run.
    enum Target {
        TILES("-march=sapphirerapids"),
        VECTORS_ALONE("-march=icelake-server"),
        EMULATED_TILES("-march=icelake-server", "-DTILES_EMULATED");

        private final List<String> options;

        Target(String... options) {
            this.options = List.of(options);
        }

        /// Only these read what the targets differ in.
        boolean concerns(String source) {
            return this == TILES || List.of("tiles.c", "roofline.c", "check.c").contains(source);
        }
    }

    @ParameterizedTest
    @EnumSource
    void compileWithoutAWarning(Target target) throws IOException {
        var options = new ArrayList<>(target.options);
        options.addAll(STRICT);
        options.add("-O3");
        needsACompilerThatKnows(options);
        compile(write(List.of("emulated.h")).stream().filter(target::concerns).toList(), options);
    }

    /// Sanitizers see in small shapes what would be silent in large ones. A program of its own,
    /// since they cannot be loaded into a running JVM.
    @Test
    @Tag("long")
    void readAndWriteOnlyWhatIsTheirs() throws IOException {
        assumeThat(Processor.multipliesBytes())
                .describedAs("This processor has no AVX-512 VNNI, so nothing was run")
                .isTrue();
        var options = new ArrayList<>(Target.EMULATED_TILES.options);
        options.addAll(STRICT);
        options.addAll(List.of("-O1", "-g1", "-DCHECKED_MEMORY", "-fno-sanitize-recover=all"));
        options.add("-fsanitize=address,undefined");
        // What the other one finds by itself, at half of the compiler's time.
        options.add("-fno-sanitize=null,object-size");
        needsACompilerThatKnows(options);
        var sources = write(List.of("emulated.h", "sanitized.c"));
        compile(sources, options);
        var link = new ArrayList<>(List.of(COMPILER, "-fopenmp", "-fsanitize=address,undefined"));
        sources.forEach(source -> link.add(source + ".o"));
        link.addAll(List.of("-o", "sanitized", "-lm"));
        assertThat(run("link", link)).isEmpty();

        assertThat(run("run", List.of("./sanitized"))).isEqualTo("all kernels ran\n");
    }

    /// An older compiler may not know the processor, or have no sanitizers to link.
    private void needsACompilerThatKnows(List<String> options) throws IOException {
        Files.writeString(work.resolve("probe.c"), "int main(void) { return 0; }\n");
        var command = new ArrayList<>(List.of(COMPILER, "probe.c", "-o", "probe"));
        command.addAll(options);
        assumeThat(run("probe", command))
                .describedAs("%s %s makes no program here", COMPILER, options)
                .isEmpty();
    }

    private List<String> write(List<String> further) throws IOException {
        var sources = CpuLibrary.sources(further);
        for (var source : sources.entrySet()) {
            Files.write(work.resolve(source.getKey()), source.getValue());
        }
        return sources.keySet().stream().filter(name -> name.endsWith(".c")).toList();
    }

    /// Each source by itself, side by side: one of them takes most of the time.
    private void compile(List<String> sources, List<String> options) {
        assertThat(sources).contains("tiles.c");
        var said =
                sources.parallelStream()
                        .map(
                                source -> {
                                    var command = new ArrayList<>(List.of(COMPILER));
                                    command.addAll(options);
                                    command.addAll(List.of("-c", source, "-o", source + ".o"));
                                    return run(source, command);
                                })
                        .toList();
        assertThat(said).allMatch(String::isEmpty);
        assertThat(sources).allMatch(source -> Files.isRegularFile(work.resolve(source + ".o")));
    }

    /// What a program says; how it ended, too, if that was not well.
    private String run(String name, List<String> command) {
        var log = work.resolve(name + ".log");
        try {
            var process =
                    new ProcessBuilder(command)
                            .directory(work.toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile())
                            .start();
            int end = process.waitFor();
            return Files.readString(log) + (end == 0 ? "" : "\nended with " + end);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
