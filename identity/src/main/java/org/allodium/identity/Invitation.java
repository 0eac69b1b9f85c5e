package org.allodium.identity;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.allodium.tenancy.Role;

/// `accepted`: the person is a member now. `handover` is there only in the answer to the act of
/// inviting, and only where nothing was sent by mail.
public record Invitation(
        UUID id,
        String email,
        Role role,
        Instant at,
        boolean accepted,
        Optional<Handover> handover) {
    /// An invitation that nobody took up ends by itself.
    public static final Duration VALIDITY = Duration.ofDays(14);

    public Instant expiresAt() {
        return at.plus(VALIDITY);
    }
}
