package org.allodium.sovereignty;

/// `name` is stable (`national-strict`); `title` and `meaning` are keys of the portal's messages.
public record PolicyChoice(String name, String title, String meaning) {}
