package org.allodium.billing;

import org.allodium.kernel.Money;
import org.allodium.tenancy.Person;
import org.allodium.tenancy.TenantId;

public record SubmitApplication(
        ProgrammeId programme,
        TenantId tenant,
        String purpose,
        String fieldOfScience,
        String expectedUse,
        Money requested,
        Person applicant) {}
