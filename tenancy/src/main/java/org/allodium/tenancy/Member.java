package org.allodium.tenancy;

import java.time.Instant;

public record Member(TenantId tenant, Person person, Role role, Instant since) {}
