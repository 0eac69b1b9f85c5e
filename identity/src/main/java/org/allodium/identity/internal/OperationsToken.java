package org.allodium.identity.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The token with which this installation's own command line speaks to the server: worth something
/// on this machine only. Read anew each time, so that replacing the file replaces the token.
public final class OperationsToken {
    private static final Logger LOG = LoggerFactory.getLogger(OperationsToken.class);
    /// Anything shorter could be guessed, so it is no token.
    private static final int MIN_LENGTH = 20;

    private final Optional<Path> file;

    public OperationsToken(Optional<Path> file) {
        this.file = file;
    }

    public boolean isShownBy(String authorization) {
        if (!authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return false;
        }
        var shown = authorization.substring(7).strip();
        return file.flatMap(OperationsToken::read)
                .filter(token -> OpaqueTokens.same(token, shown))
                .isPresent();
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file).strip())
                    .filter(token -> token.length() >= MIN_LENGTH);
        } catch (IOException e) {
            LOG.warn("The operations token cannot be read", e);
            return Optional.empty();
        }
    }
}
