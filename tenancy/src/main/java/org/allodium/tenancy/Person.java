package org.allodium.tenancy;

/// Who signed in. `subject` is the identity provider's id and never changes; the rest is for show.
public record Person(String subject, String name, String email) {}
