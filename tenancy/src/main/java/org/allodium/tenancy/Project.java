package org.allodium.tenancy;

import java.time.Instant;

/// `answerCache`: whether deterministic answers may be kept and replayed inside this tenant; off
/// unless switched on.
public record Project(
        ProjectId id, TenantId tenant, String name, boolean answerCache, Instant createdAt) {}
