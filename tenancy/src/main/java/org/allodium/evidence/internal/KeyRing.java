package org.allodium.evidence.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The key that signs single receipts now, and all that are published.
public final class KeyRing {
    private final Followed<SigningKey> key;
    private final Followed<String> published;

    /// @param file of the key; the published ones lie where [SigningKey#published] says
    public KeyRing(SigningKey key, Path file) {
        var beside = SigningKey.published(file);
        this.key = new Followed<>(key, file, SigningKey::open);
        this.published =
                new Followed<>(
                        Files.exists(beside) ? text(beside) : key.jwks(), beside, KeyRing::text);
    }

    /// To be signed with, if the register says so.
    public SigningKey current() {
        return key.current();
    }

    /// Never without the key that signs next.
    public String jwks() {
        key.current();
        return published.current();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
