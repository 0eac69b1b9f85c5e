package org.allodium.evidence.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.allodium.evidence.KeyUse;

/// The file of one use's private key, and the one beside it that will take its place.
public record KeyPlace(KeyUse use, Path file) {
    /// The public half of a key.
    public record Half(String kid, String jwk) {}

    public boolean isFilled() {
        return Files.exists(file);
    }

    public boolean hasNext() {
        return Files.exists(next());
    }

    /// Makes the key where there is none.
    public Half held() {
        return half(file);
    }

    /// Makes the key where there is none.
    public Half following() {
        return half(next());
    }

    private Half half(Path from) {
        return switch (use) {
            case RECEIPTS -> {
                var key = SigningKey.open(from);
                yield new Half(key.id(), key.publicJwk());
            }
            case CHECKPOINTS -> {
                var key = CheckpointKey.open(from);
                yield new Half(key.id(), key.publicJwk());
            }
        };
    }

    /// Nothing where somebody else has done it already.
    public void takeNext() {
        if (hasNext()) {
            move(next(), file);
        }
    }

    public void forgetNext() {
        try {
            Files.deleteIfExists(next());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// Out of the way, by its name: nobody's key is deleted.
    public void setAside() {
        var name = file.getFileName().toString().replaceFirst("\\.json$", "");
        move(file, file.resolveSibling(name + "." + held().kid() + ".json"));
    }

    private Path next() {
        return file.resolveSibling(file.getFileName() + ".next");
    }

    private static void move(Path from, Path to) {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
            Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
