package org.allodium.identity;

/// The answer to "who is this?". A rejection says no more than the sentence that the caller may
/// read.
public sealed interface Authentication {
    record Authenticated(Caller caller) implements Authentication {}

    record Rejected(String reason) implements Authentication {}
}
