package org.allodium.engine.internal.cpu;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import ai.djl.util.Utils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.SymbolLookup;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The compiled sources. They are compiled for the very processor, so the file's name carries a
/// digest of the sources and of what the processor can do. To be loaded after PyTorch: it then
/// shares PyTorch's pool of OpenMP threads instead of bringing a second one, which would fight over
/// the same cores.
public final class CpuLibrary {
    private static final Logger LOG = LoggerFactory.getLogger(CpuLibrary.class);
    private static final String FOLDER = "/native/decoder/";
    private static final List<String> SOURCES =
            List.of(
                    "decoder.h",
                    "cores.c",
                    "linear.h",
                    "pack.c",
                    "linear.c",
                    "tiles.h",
                    "instructions.h",
                    "tiles.c",
                    "check.c",
                    "attention.c",
                    "model.c",
                    "roofline.c",
                    "encoder.h",
                    "encoder.c",
                    "attention_full.c");
    private static final String COMPILER = "cc";
    private static final List<String> STANDARD =
            List.of("-O3", "-march=native", "-fopenmp", "-shared", "-fPIC");
    private static final long PATIENCE_SECONDS = 120;

    private static @Nullable Optional<CpuLibrary> found;

    private final SymbolLookup symbols;
    private final Tiles tiles;

    private CpuLibrary(SymbolLookup symbols, boolean allowsTiles) {
        this.symbols = symbols;
        tiles = tiles(symbols, allowsTiles);
        if (tiles.surprises()) {
            LOG.warn(tiles.words());
        } else {
            LOG.info(tiles.words());
        }
    }

    /// Asks the system for matrix tiles and tries whether they are right. Before anything else:
    /// how weights are packed depends on it.
    private static Tiles tiles(SymbolLookup symbols, boolean allowed) {
        var function =
                CpuFunctions.handle(symbols, "tiles", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
        try {
            return Tiles.values()[(int) function.invokeExact(allowed ? 1 : 0)];
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("A native function threw", e);
        }
    }

    /// The library, compiled now if it has not been; empty if this machine cannot have it, or if
    /// the variable `ALLODIUM_NATIVE` says `off`. `off` in `ALLODIUM_TILES` forbids matrix tiles.
    public static synchronized Optional<CpuLibrary> find() {
        var known = found;
        if (known == null) {
            known = load(List.of(), List.of(), !"off".equals(System.getenv("ALLODIUM_TILES")));
            found = known;
        }
        return known;
    }

    /// Whether matrix tiles multiply. They round activations to bf16 where weights have 16 bits.
    public boolean usesTiles() {
        return tiles == Tiles.USED;
    }

    public String name() {
        return usesTiles() ? "own machine code with matrix tiles" : "own machine code";
    }

    Tiles tiles() {
        return tiles;
    }

    SymbolLookup symbols() {
        return symbols;
    }

    /// @param options for the compiler, beside the usual ones
    /// @param further sources beside the usual ones
    static Optional<CpuLibrary> load(
            List<String> options, List<String> further, boolean allowsTiles) {
        return load(COMPILER, options, further, allowsTiles);
    }

    @SuppressWarnings("restricted") // Enabled for the whole product, as PyTorch needs it too.
    static Optional<CpuLibrary> load(
            String compiler, List<String> options, List<String> further, boolean allowsTiles) {
        if (!Processor.multipliesBytes() || "off".equals(System.getenv("ALLODIUM_NATIVE"))) {
            return Optional.empty();
        }
        try {
            var flags = Processor.nameAndFlags();
            var sources = sources(further);
            var command = new ArrayList<>(List.of(compiler));
            command.addAll(STANDARD);
            command.addAll(options);
            var file =
                    Utils.getEngineCacheDir("allodium")
                            .resolve("decoder-%s.so".formatted(digest(flags + command, sources)));
            if (!Files.isRegularFile(file) && !compile(command, sources, file)) {
                return Optional.empty();
            }
            return Optional.of(
                    new CpuLibrary(SymbolLookup.libraryLookup(file, Arena.global()), allowsTiles));
        } catch (IOException | IllegalArgumentException e) {
            // Expected where there is no compiler: the sentence says which file was not found.
            LOG.info("Own machine code cannot be had: {}", e.getMessage());
            return Optional.empty();
        }
    }

    /// The sources by name, the headers among them.
    static Map<String, byte[]> sources(List<String> further) throws IOException {
        var sources = new LinkedHashMap<String, byte[]>();
        var names = new ArrayList<>(SOURCES);
        names.addAll(further);
        for (var name : names) {
            try (var in = CpuLibrary.class.getResourceAsStream(FOLDER + name)) {
                if (in == null) {
                    throw new IOException("The source " + name + " is missing");
                }
                sources.put(name, in.readAllBytes());
            }
        }
        return sources;
    }

    private static String digest(String machine, Map<String, byte[]> sources) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(machine.getBytes(StandardCharsets.UTF_8));
            sources.values().forEach(digest::update);
            return HexFormat.of().formatHex(digest.digest(), 0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }

    /// Compiles in a folder of its own and moves the result: another process may do the same.
    private static boolean compile(List<String> usual, Map<String, byte[]> sources, Path file)
            throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        var work = Files.createTempDirectory(file.toAbsolutePath().getParent(), "compile");
        try {
            var command = new ArrayList<>(usual);
            for (var source : sources.entrySet()) {
                Files.write(work.resolve(source.getKey()), source.getValue());
                if (source.getKey().endsWith(".c")) {
                    command.add(source.getKey());
                }
            }
            command.addAll(List.of("-o", "made.so", "-lm"));
            if (!run(command, work)) {
                return false;
            }
            move(work.resolve("made.so"), file);
            LOG.info("Compiled own operators for decoders into {}", file.getFileName());
            return true;
        } finally {
            delete(work);
        }
    }

    private static boolean run(List<String> command, Path work) throws IOException {
        var log = work.resolve("log");
        var process =
                new ProcessBuilder(command)
                        .directory(work.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        try {
            if (process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0) {
                return true;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
        }
        LOG.info("Own operators for decoders cannot be compiled: {}", Files.readString(log));
        return false;
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            files.forEach(
                    file -> {
                        try {
                            Files.delete(file);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    });
        }
        Files.delete(folder);
    }
}
