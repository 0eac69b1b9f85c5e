package org.allodium.billing;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.allodium.kernel.Money;
import org.allodium.tenancy.TenantId;

/// Grants in the order in which they pay: priority, nearest end, oldest.
@ApplicationScoped
public class Grants {
    public List<Grant> ofTenant(TenantId tenant) {
        throw new UnsupportedOperationException();
    }

    /// What running grants could still pay, in the platform's currency.
    public Money available(TenantId tenant) {
        throw new UnsupportedOperationException();
    }
}
