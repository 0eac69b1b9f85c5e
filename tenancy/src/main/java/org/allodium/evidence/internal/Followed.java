package org.allodium.evidence.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.function.Function;
import org.allodium.kernel.Refused;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a file holds. When the file is replaced, every server over it follows when it is asked.
public final class Followed<T> {
    private static final Logger LOG = LoggerFactory.getLogger(Followed.class);

    private final Path file;
    private final Function<Path, T> read;
    private volatile Held<T> held;
    private @Nullable Object refused;

    /// @param stamp tells whether the file is still the one that was read
    private record Held<T>(T content, @Nullable Object stamp) {}

    /// @param first what it held when it was opened: it may have been replaced since
    public Followed(T first, Path file, Function<Path, T> read) {
        this.file = file;
        this.read = read;
        this.held = new Held<>(first, null);
    }

    public T current() {
        follow();
        return held.content;
    }

    private synchronized void follow() {
        var stamp = stamp();
        if (stamp == null || stamp.equals(held.stamp)) {
            return;
        }
        try {
            var content = read.apply(file);
            if (held.stamp != null) {
                LOG.info("{} was replaced, and what it holds now is used", file);
            }
            held = new Held<>(content, stamp);
            refused = null;
        } catch (Refused | UncheckedIOException unusable) {
            // Said once, and tried again: the file may be finished or made readable as it is.
            if (!stamp.equals(refused)) {
                LOG.error("{} was replaced by a file that cannot be read", file, unusable);
            }
            refused = stamp;
        }
    }

    /// Nothing while the file is away: what is in memory serves on.
    private @Nullable Object stamp() {
        try {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return List.of(attributes.fileKey(), attributes.lastModifiedTime());
        } catch (IOException away) {
            return null;
        }
    }
}
