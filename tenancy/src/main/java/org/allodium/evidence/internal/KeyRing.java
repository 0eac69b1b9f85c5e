package org.allodium.evidence.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;
import org.allodium.kernel.Refused;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The key that signs now. Every server over its file follows a rotation within a second.
public final class KeyRing {
    private static final Logger LOG = LoggerFactory.getLogger(KeyRing.class);
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Path file;
    private volatile Held held;
    private volatile long looked = System.nanoTime();

    /// @param stamp tells whether the file is still the one that was read
    private record Held(SigningKey key, String jwks, @Nullable Object stamp) {}

    public KeyRing(SigningKey key, Path file) {
        this.file = file;
        this.held = read(key);
    }

    public SigningKey current() {
        long now = System.nanoTime();
        if (now - looked > LOOK_NANOS) {
            looked = now;
            follow();
        }
        return held.key;
    }

    public String jwks() {
        follow();
        return held.jwks;
    }

    private synchronized void follow() {
        var stamp = stamp();
        if (stamp == null || stamp.equals(held.stamp)) {
            return;
        }
        try {
            var before = held.key.id();
            held = read(SigningKey.open(file));
            LOG.info("Receipts are signed with key {} instead of {}", held.key.id(), before);
        } catch (Refused | UncheckedIOException unusable) {
            LOG.error("The signing key's file was replaced by one that cannot be read", unusable);
            held = new Held(held.key, held.jwks, stamp);
        }
    }

    private Held read(SigningKey key) {
        try {
            var published = SigningKey.published(file);
            return new Held(
                    key,
                    Files.exists(published) ? Files.readString(published) : key.jwks(),
                    stamp());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// Nothing while the file is away: what is in memory signs on.
    private @Nullable Object stamp() {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        } catch (IOException away) {
            return null;
        }
    }
}
