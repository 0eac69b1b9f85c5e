package org.allodium.sovereignty;

import java.time.Instant;

/// Somebody stands in for a fact for a time. A fact without a live attestation is unknown.
/// `subject` is the key of an entity, a facility or a pool; `evidenceHash` is the SHA-256 of the
/// evidence in hexadecimal.
public record Attestation(
        String id,
        String subject,
        Criterion criterion,
        Kind kind,
        String issuer,
        Instant issuedAt,
        Instant validUntil,
        String evidenceHash,
        boolean passed)
        implements Fact {
    public enum Criterion {
        /// An entity's three seats.
        SEAT,
        /// An entity's holders: that the recorded ones are all of them.
        CONTROL,
        /// A facility's place and its operator.
        PLACE,
        /// A pool's operators and processing activities: that the recorded ones are all of them.
        OPERATION
    }

    public enum Kind {
        DECLARATION,
        CERTIFICATION,
        AUDIT,
        SELF_ASSESSMENT
    }

    @Override
    public String key() {
        return id;
    }

    public boolean liveAt(Instant at) {
        return passed && Validity.holds(issuedAt, validUntil, at);
    }
}
