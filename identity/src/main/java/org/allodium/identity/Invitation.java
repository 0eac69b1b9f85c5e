package org.allodium.identity;

import java.time.Instant;
import java.util.UUID;
import org.allodium.tenancy.Role;

/// `accepted`: the person is a member now.
public record Invitation(UUID id, String email, Role role, Instant at, boolean accepted) {}
