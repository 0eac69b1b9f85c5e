package org.allodium.catalog.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Set;
import java.util.UUID;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Model directories on disk, one per digest. A directory appears whole or not at all: files are
/// copied beside it and the copy is renamed. What a killed process left behind is never read.
public final class ModelStore {
    private static final Logger LOG = LoggerFactory.getLogger(ModelStore.class);
    private static final String INCOMING = ".incoming-";

    /// Longer than a copy is looked at and digested once it is whole.
    private static final Duration LONGEST_PAUSE = Duration.ofHours(6);

    private static final Set<PosixFilePermission> READ_ONLY =
            PosixFilePermissions.fromString("r--r-----");

    private final Path root;

    public ModelStore(Path root) {
        this.root = root;
    }

    public Path directory(String digest) {
        return root.resolve(digest.replace(':', '-'));
    }

    /// Copies `source`, without hidden files. Close it: what was not kept is deleted.
    /// @throws Refused if it holds a link, an odd name, or a file that changes
    public Incoming receive(Path source) {
        var copy = root.resolve(INCOMING + UUID.randomUUID());
        try {
            Files.createDirectories(copy);
            ModelFiles.copy(source, copy);
            return new Incoming(copy);
        } catch (Refused e) {
            delete(copy);
            throw e;
        } catch (IOException e) {
            delete(copy);
            throw Refused.of(ErrorCode.SERVER_ERROR, "catalog.not-copied").because(e);
        }
    }

    /// Deletes copies that a killed process left half-written. Another node may be importing right
    /// now, so what changed lately stays.
    public void tidy(Instant now) {
        if (!Files.isDirectory(root)) {
            return;
        }
        try (var found = Files.list(root)) {
            found.filter(p -> p.getFileName().toString().startsWith(INCOMING))
                    .filter(p -> latestChange(p).isBefore(now.minus(LONGEST_PAUSE)))
                    .forEach(ModelStore::delete);
        } catch (IOException e) {
            LOG.warn("The model store cannot be tidied", e);
        }
    }

    private static Instant latestChange(Path directory) {
        var latest = Instant.MIN;
        try (var found = Files.walk(directory)) {
            for (var path : found.toList()) {
                var changed = Files.getLastModifiedTime(path).toInstant();
                latest = changed.isAfter(latest) ? changed : latest;
            }
            return latest;
        } catch (IOException | UncheckedIOException goneMeanwhile) {
            return Instant.MAX;
        }
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
                    protect();
                    Files.move(copy, target, StandardCopyOption.ATOMIC_MOVE);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /// A served model is never written to again.
        private void protect() throws IOException {
            try (var found = Files.walk(copy)) {
                for (Path file : found.filter(Files::isRegularFile).toList()) {
                    Files.setPosixFilePermissions(file, READ_ONLY);
                }
            }
        }

        @Override
        public void close() {
            if (Files.exists(copy)) {
                delete(copy);
            }
        }
    }
}
