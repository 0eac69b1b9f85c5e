package org.allodium.identity;

/// The answer to "who is this?". A refusal says no more than the sentence that the caller may
/// read.
public sealed interface Authentication {
    record Authenticated(Caller caller) implements Authentication {}

    /// Not known: 401.
    record Rejected(String reason) implements Authentication {}

    /// Known, but not allowed to call models in this place: 403.
    record Forbidden(String reason) implements Authentication {}
}
