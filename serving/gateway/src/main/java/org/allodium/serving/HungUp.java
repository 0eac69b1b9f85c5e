package org.allodium.serving;

/// The client hung up while its answer was being made: that is settled, and nobody is left to hear.
public final class HungUp extends RuntimeException {
    HungUp() {
        super("The client has hung up", null, false, false);
    }
}
