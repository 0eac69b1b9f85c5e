package org.allodium.identity.internal;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What an `Authorization` header holds, by its looks alone.
public sealed interface Bearer {
    record Absent() implements Bearer {}

    record Unreadable() implements Bearer {}

    record Key(String secret) implements Bearer {
        @Override
        public String toString() {
            return "Key[…]";
        }
    }

    /// Three parts with dots between them: perhaps a signed token.
    record Token(String token) implements Bearer {
        @Override
        public String toString() {
            return "Token[…]";
        }
    }

    Pattern HEADER = Pattern.compile("(?i:bearer) +([!-~]{1,16384}) *");
    Pattern TOKEN = Pattern.compile("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]*\\.[A-Za-z0-9_-]*");

    static Bearer of(@Nullable String header) {
        if (header == null || header.isBlank()) {
            return new Absent();
        }
        var matcher = HEADER.matcher(header);
        if (!matcher.matches()) {
            return new Unreadable();
        }
        var credential = matcher.group(1);
        if (OpaqueTokens.looksLikeKey(credential)) {
            return new Key(credential);
        }
        return TOKEN.matcher(credential).matches() ? new Token(credential) : new Unreadable();
    }
}
