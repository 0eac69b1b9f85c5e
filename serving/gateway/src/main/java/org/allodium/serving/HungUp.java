package org.allodium.serving;

/// The client has hung up while its answer was being made: what was made is settled, and nobody is
/// left to hear anything.
public final class HungUp extends RuntimeException {
    HungUp() {
        super("The client has hung up", null, false, false);
    }
}
