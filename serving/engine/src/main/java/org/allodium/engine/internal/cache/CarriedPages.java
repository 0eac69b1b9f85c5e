package org.allodium.engine.internal.cache;

/// Keys and values of a sequence's beginning on their way from one copy of a model to another.
/// @param positions how many positions they hold, all pages but the last being full
/// @param content what the kernel's `exportPages` gave
@SuppressWarnings("ArrayRecordComponent") // Handed on once, never compared, never changed.
public record CarriedPages(int positions, byte[] content) {}
