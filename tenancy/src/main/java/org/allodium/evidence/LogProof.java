package org.allodium.evidence;

import java.util.List;

/// That a receipt is a leaf of the log.
/// @param salt with which the leaf commits to the receipt
/// @param index the leaf's, from 0
/// @param path from the leaf to the checkpoint's root (RFC 6962, section 2.1.1)
/// @param checkpoint the log's note (C2SP tlog-checkpoint) when the leaf's group had closed
public record LogProof(Bytes salt, long index, List<Bytes> path, String checkpoint) {
    public LogProof {
        path = List.copyOf(path);
    }
}
