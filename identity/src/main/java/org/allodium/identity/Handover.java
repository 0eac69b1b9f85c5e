package org.allodium.identity;

import java.net.URI;

/// What the inviter hands to the invited: whoever opens the link, and signs in or signs up with
/// the invited address, becomes a member. Shown once, stored as a hash.
public record Handover(URI link) {
    /// Without the link, which is a secret until it is used.
    @Override
    public String toString() {
        return "Handover[…]";
    }
}
