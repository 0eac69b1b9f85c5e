package org.allodium.tenancy.internal;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.resource.LoadableResource;
import org.jspecify.annotations.Nullable;

/// One room's SQL scripts on the class path, in directories and archives. Flyway's scanner does not
/// know the addresses that the server's class loader gives (`wsjar:file:…!/…`). See decision 0002.
public final class MigrationScripts implements ResourceProvider {
    private final ClassLoader application;
    private final List<String> paths;

    public MigrationScripts(ClassLoader application, String folder) {
        this.application = application;
        this.paths = list(application, folder);
    }

    public boolean isEmpty() {
        return paths.isEmpty();
    }

    @Override
    public @Nullable LoadableResource getResource(String name) {
        return paths.contains(name) ? new Script(name) : null;
    }

    @Override
    public Collection<LoadableResource> getResources(String prefix, String[] suffixes) {
        List<LoadableResource> found = new ArrayList<>();
        for (String path : paths) {
            String name = path.substring(path.lastIndexOf('/') + 1);
            if (name.startsWith(prefix) && Arrays.stream(suffixes).anyMatch(name::endsWith)) {
                found.add(new Script(path));
            }
        }
        return found;
    }

    private static List<String> list(ClassLoader application, String folder) {
        try {
            List<String> found = new ArrayList<>();
            for (URL place : Collections.list(application.getResources(folder))) {
                String address = place.toString();
                int inside = address.indexOf("!/");
                found.addAll(
                        inside < 0
                                ? inDirectory(Path.of(URI.create(address)), folder)
                                : inArchive(archive(address.substring(0, inside)), folder));
            }
            return found.stream().distinct().sorted().toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /// `jar:file:/a/b.jar` and `wsjar:file:/a/b.jar` alike.
    private static Path archive(String address) {
        return Path.of(URI.create(address.substring(address.indexOf("file:"))));
    }

    private static List<String> inDirectory(Path directory, String folder) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> folder + "/" + file.getFileName()).toList();
        }
    }

    private static List<String> inArchive(Path archive, String folder) throws IOException {
        try (var jar = new JarFile(archive.toFile())) {
            return jar.stream()
                    .filter(entry -> !entry.isDirectory())
                    .map(entry -> entry.getName())
                    .filter(name -> name.startsWith(folder + "/"))
                    .toList();
        }
    }

    private final class Script extends LoadableResource {
        private final String path;

        Script(String path) {
            this.path = path;
        }

        @Override
        public Reader read() {
            var stream = application.getResourceAsStream(path);
            if (stream == null) {
                throw new IllegalStateException(path + " has left the class path");
            }
            return new InputStreamReader(stream, StandardCharsets.UTF_8);
        }

        @Override
        public String getAbsolutePath() {
            return path;
        }

        @Override
        public String getAbsolutePathOnDisk() {
            return path;
        }

        @Override
        public String getFilename() {
            return path.substring(path.lastIndexOf('/') + 1);
        }

        @Override
        public String getRelativePath() {
            return getFilename();
        }
    }
}
