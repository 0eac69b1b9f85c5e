package org.allodium.billing;

import java.time.Instant;
import java.util.Optional;

/// A request that runs once under a key of its tenant, on whatever node it is sent.
/// @param key SHA-256 of the key, as hexadecimal digits
/// @param body the same of all that shapes the answer
/// @param replaces the request that had the key and cost nothing
public record Once(String key, String body, Optional<String> replaces) {

    /// Who has a key.
    /// @param lives whether the run that wrote it may still act
    public record Holder(String requestId, String body, Instant begunAt, long run, boolean lives) {}
}
