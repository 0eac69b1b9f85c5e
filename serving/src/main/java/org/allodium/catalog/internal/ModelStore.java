package org.allodium.catalog.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.UUID;
import org.allodium.kernel.CloudException;
import org.allodium.kernel.ErrorCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Model directories on disk, one per digest. A directory appears whole or not at all: files are
/// copied beside it and the copy is renamed. What a killed process left behind is never read.
public final class ModelStore {
    private static final Logger LOG = LoggerFactory.getLogger(ModelStore.class);
    private static final String INCOMING = ".incoming-";

    private final Path root;

    public ModelStore(Path root) {
        this.root = root;
    }

    public Path directory(String digest) {
        return root.resolve(digest.replace(':', '-'));
    }

    /// Copies `source`, without hidden files. Close it: what was not kept is deleted.
    public Incoming receive(Path source) {
        var copy = root.resolve(INCOMING + UUID.randomUUID());
        try {
            Files.createDirectories(copy);
            copyTree(source, copy);
            return new Incoming(copy);
        } catch (IOException e) {
            delete(copy);
            throw new CloudException(
                    ErrorCode.SERVER_ERROR,
                    "The model could not be copied into the store: is the disk full?",
                    null,
                    e);
        }
    }

    /// Deletes copies that a killed process left half-written. Call before the first import.
    public void tidy() {
        if (!Files.isDirectory(root)) {
            return;
        }
        try (var found = Files.list(root)) {
            found.filter(p -> p.getFileName().toString().startsWith(INCOMING))
                    .forEach(ModelStore::delete);
        } catch (IOException e) {
            LOG.warn("The model store cannot be tidied", e);
        }
    }

    private static void copyTree(Path source, Path target) throws IOException {
        var links = EnumSet.of(FileVisitOption.FOLLOW_LINKS);
        Files.walkFileTree(source, links, 8, new Copying(source, target));
    }

    private static void delete(Path directory) {
        try (var found = Files.walk(directory)) {
            for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            LOG.warn("An unfinished copy stays behind in the model store: {}", directory, e);
        }
    }

    /// A copy that nobody uses yet.
    public final class Incoming implements AutoCloseable {
        private final Path copy;

        private Incoming(Path copy) {
            this.copy = copy;
        }

        public Path directory() {
            return copy;
        }

        public void keepAs(String digest) {
            var target = ModelStore.this.directory(digest);
            try {
                if (!Files.isDirectory(target)) {
                    Files.move(copy, target, StandardCopyOption.ATOMIC_MOVE);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            if (Files.exists(copy)) {
                delete(copy);
            }
        }
    }

    private static final class Copying extends SimpleFileVisitor<Path> {
        private final Path source;
        private final Path target;

        Copying(Path source, Path target) {
            this.source = source;
            this.target = target;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes found)
                throws IOException {
            if (!directory.equals(source) && hidden(directory)) {
                return FileVisitResult.SKIP_SUBTREE;
            }
            Files.createDirectories(target.resolve(source.relativize(directory).toString()));
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes found) throws IOException {
            if (found.isRegularFile() && !hidden(file)) {
                Files.copy(file, target.resolve(source.relativize(file).toString()));
            }
            return FileVisitResult.CONTINUE;
        }

        private static boolean hidden(Path path) {
            return path.getFileName().toString().startsWith(".");
        }
    }
}
