package org.allodium.billing.internal;

/// Another server of this one's name lives: each would take itself for the other's next run, and
/// fence it.
public final class NameTaken extends IllegalStateException {
    private static final long serialVersionUID = 1;

    NameTaken(String node) {
        super(
                "Another server named %s runs over this database: each needs an ALLODIUM_NODE of its own"
                        .formatted(node));
    }
}
