package org.allodium.serving.internal.loading;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.ZipFile;

/// Where a process of its own finds the engine. In a server the classes are inside the archive of
/// the application, and those of the tokenizer in the shared library beside it; elsewhere the class
/// path of this process will do.
final class ProbeClassPath implements AutoCloseable {
    private static final Pattern NEEDED =
            Pattern.compile("WEB-INF/lib/(engine|jackson)-[^/]*\\.jar");

    private final String value;
    private final Optional<Path> unpacked;

    private ProbeClassPath(String value, Optional<Path> unpacked) {
        this.value = value;
        this.unpacked = unpacked;
    }

    /// @param application the archive; empty outside a server
    /// @param library the folder of shared libraries
    static ProbeClassPath of(Optional<Path> application, Optional<Path> library)
            throws IOException {
        if (application.isEmpty() || library.isEmpty()) {
            return new ProbeClassPath(System.getProperty("java.class.path"), Optional.empty());
        }
        var folder = Files.createTempDirectory("model-probe-");
        var parts = new ArrayList<String>();
        try (var archive = new ZipFile(application.get().toFile())) {
            for (var entry :
                    archive.stream().filter(e -> NEEDED.matcher(e.getName()).matches()).toList()) {
                var jar = folder.resolve(Path.of(entry.getName()).getFileName().toString());
                try (var in = archive.getInputStream(entry)) {
                    Files.copy(in, jar);
                }
                parts.add(jar.toString());
            }
        }
        parts.add(library.get().resolve("djl").resolve("*").toString());
        return new ProbeClassPath(String.join(":", parts), Optional.of(folder));
    }

    String value() {
        return value;
    }

    @Override
    public void close() throws IOException {
        if (unpacked.isEmpty()) {
            return;
        }
        try (var jars = Files.list(unpacked.get())) {
            for (var jar : jars.toList()) {
                Files.delete(jar);
            }
        }
        Files.delete(unpacked.get());
    }
}
