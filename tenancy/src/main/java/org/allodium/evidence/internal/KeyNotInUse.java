package org.allodium.evidence.internal;

/// What a key file holds is no key that signs now: its rotation is being finished, or the file was
/// put back. What was begun is taken back.
final class KeyNotInUse extends RuntimeException {
    KeyNotInUse(String kid) {
        super("The key " + kid + " is not in use");
    }
}
