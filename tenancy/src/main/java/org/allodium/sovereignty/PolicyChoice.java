package org.allodium.sovereignty;

/// A policy on offer. `name` is stable (`national-strict`) and no words for a reader.
public record PolicyChoice(String name) {}
