package org.allodium.identity;

import java.util.Optional;
import org.allodium.kernel.Sentence;
import org.allodium.tenancy.TenantId;

/// The answer to "who is this?". A refusal says no more than the sentence that the caller may read.
public sealed interface Authentication {
    record Authenticated(Caller caller) implements Authentication {}

    /// Not known: 401.
    record Rejected(Sentence reason, Optional<Known> known) implements Authentication {
        public Rejected(Sentence reason) {
            this(reason, Optional.empty());
        }
    }

    /// Known, but not allowed to call models in this place: 403.
    record Forbidden(Sentence reason, Optional<Known> known) implements Authentication {}

    /// Whose the refused request is, where it showed something that only they have.
    record Known(TenantId tenant, Optional<ApiKeyId> key, String keyName, Flaw flaw) {}
}
