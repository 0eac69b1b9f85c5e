package org.allodium.evidence.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.allodium.kernel.Refused;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a file holds. When the file is replaced, every server over it follows within a second.
public final class Followed<T> {
    private static final Logger LOG = LoggerFactory.getLogger(Followed.class);
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Path file;
    private final Function<Path, T> read;
    private volatile Held<T> held;
    private volatile long looked = System.nanoTime();

    /// @param stamp tells whether the file is still the one that was read
    private record Held<T>(T content, @Nullable Object stamp) {}

    /// @param first what it holds now
    public Followed(T first, Path file, Function<Path, T> read) {
        this.file = file;
        this.read = read;
        this.held = new Held<>(first, stamp());
    }

    public T current() {
        long now = System.nanoTime();
        if (now - looked > LOOK_NANOS) {
            looked = now;
            follow();
        }
        return held.content;
    }

    public T latest() {
        follow();
        return held.content;
    }

    private synchronized void follow() {
        var stamp = stamp();
        if (stamp == null || stamp.equals(held.stamp)) {
            return;
        }
        try {
            held = new Held<>(read.apply(file), stamp);
            LOG.info("{} was replaced, and what it holds now is used", file);
        } catch (Refused | UncheckedIOException unusable) {
            LOG.error("{} was replaced by a file that cannot be read", file, unusable);
            held = new Held<>(held.content, stamp);
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
