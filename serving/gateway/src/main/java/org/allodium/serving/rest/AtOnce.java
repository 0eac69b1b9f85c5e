package org.allodium.serving.rest;

import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;

/// Which requests are answered on the very thread that took them in: those of callers whose last
/// answer came from memory, a few at a time. Handing a request to a thread of its own takes longer
/// than such an answer does. A guess that was wrong costs one of few places for as long as the
/// answer takes: then others go the usual way. See decision 0176.
final class AtOnce {
    static final int PLACES = 4;
    static final long LONGEST_BODY = 32_768;
    private static final int CALLERS = 1_024;

    private final Semaphore places = new Semaphore(PLACES);
    // By a hash of the credential. Two callers of one hash may spoil each other's guess, no more.
    private final AtomicIntegerArray quick = new AtomicIntegerArray(CALLERS);

    /// Whether this one may be; then [#leave] must follow.
    boolean enter(@Nullable String credential, long bodyLength) {
        return bodyLength <= LONGEST_BODY
                && quick.get(place(credential)) == 1
                && places.tryAcquire();
    }

    void leave() {
        places.release();
    }

    void learn(@Nullable String credential, boolean fromMemory) {
        quick.set(place(credential), fromMemory ? 1 : 0);
    }

    private static int place(@Nullable String credential) {
        int hash = Objects.hashCode(credential);
        return (hash ^ hash >>> 16) & CALLERS - 1;
    }
}
