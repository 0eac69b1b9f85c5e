package org.allodium.engine;

/// So much is being prepared for other requests that another one would wait too long or take too
/// much memory. The same request may be taken a moment later.
public final class EngineBusy extends RuntimeException {
    public EngineBusy(String sentence) {
        super(sentence, null, false, false);
    }
}
