package org.allodium.tenancy;

import java.time.Instant;

/// `answerCache`: deterministic answers may be kept and replayed inside this tenant; off at first.
public record Project(
        ProjectId id, TenantId tenant, String name, boolean answerCache, Instant createdAt) {}
