package org.allodium.identity.internal;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Where a sign-in may lead: a page of this portal, never another site.
final class LocalPath {
    private LocalPath() {}

    /// The wish if it is an absolute path of this server, else the front page. Browsers read `//`
    /// and `/\` as another host, and skip control characters.
    static String of(@Nullable String wish) {
        boolean local =
                wish != null
                        && wish.length() <= 2_000
                        && wish.startsWith("/")
                        && !wish.startsWith("//")
                        && wish.indexOf('\\') < 0
                        && wish.chars().allMatch(c -> c > ' ' && c < 0x7f)
                        && !wish.startsWith("/login")
                        && !wish.startsWith("/logout")
                        && !wish.startsWith(CodeFlow.RETURN_PATH);
        return local ? Objects.requireNonNull(wish) : "/";
    }
}
