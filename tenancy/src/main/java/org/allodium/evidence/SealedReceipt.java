package org.allodium.evidence;

import java.time.Instant;
import java.util.UUID;
import org.allodium.evidence.internal.Packed;

/// A receipt as the log will prove it, made before it is written.
/// @param at when money and receipt are written, as the receipt says it
/// @param payload the receipt's exact text
/// @param salt 16 random bytes, without which the leaf tells nothing of the receipt
/// @param leaf the leaf's hash in the log's tree
/// @param packed how the payload is stored
public record SealedReceipt(
        String id,
        UUID tenant,
        Instant at,
        String payload,
        Bytes salt,
        Bytes leaf,
        Packed packed) {}
