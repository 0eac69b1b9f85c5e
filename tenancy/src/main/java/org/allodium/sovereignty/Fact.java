package org.allodium.sovereignty;

/// One recorded statement about the world. `key` tells which: a later statement of the same kind
/// and key replaces the earlier from then on, and the earlier stays on record.
public sealed interface Fact
        permits LegalEntity,
                ControlRelation,
                OperatorAssignment,
                Facility,
                PoolFacts,
                ProcessingActivity,
                Attestation {
    String key();
}
