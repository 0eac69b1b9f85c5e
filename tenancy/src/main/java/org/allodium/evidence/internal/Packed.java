package org.allodium.evidence.internal;

import java.util.Optional;
import org.allodium.evidence.Bytes;

/// A payload as its row holds it.
/// @param form what the reader needs besides the row
public record Packed(Optional<ReceiptForm> form, Bytes body) {}
