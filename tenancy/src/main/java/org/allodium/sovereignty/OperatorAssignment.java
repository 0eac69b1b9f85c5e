package org.allodium.sovereignty;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Who has a hand in a pool, as what. Everybody with a hand in it can reach its data, unless
/// evidence shows that it is impossible; a promise is no evidence.
public record OperatorAssignment(
        String pool,
        String entity,
        Role role,
        @Nullable String accessImpossibleBy,
        Instant validFrom,
        @Nullable Instant validTo)
        implements Fact {
    public enum Role {
        OWNER,
        PROVIDER,
        INFRASTRUCTURE_OPERATOR,
        PLATFORM_OPERATOR,
        SUPPORT_OPERATOR,
        SUBCONTRACTOR,
        SUB_PROCESSOR,
        KEY_CUSTODIAN
    }

    @Override
    public String key() {
        return pool + "/" + role + "/" + entity;
    }

    public boolean liveAt(Instant at) {
        return Validity.holds(validFrom, validTo, at);
    }

    public boolean technicalAccess() {
        return accessImpossibleBy == null;
    }
}
