package org.allodium.tenancy;

/// Somebody who signed in. `subject` is the identity provider's id and never changes; the rest is
/// for showing.
public record Person(String subject, String name, String email) {}
