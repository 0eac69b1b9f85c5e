package org.allodium.billing;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.allodium.kernel.Money;
import org.allodium.tenancy.TenantId;

/// What was used, by request and by day. Waits for answers that have just left, so nobody sees them
/// late.
@ApplicationScoped
public class Usage {
    /// Newest first.
    public List<SettledRequest> requests(TenantId tenant, int offset, int limit) {
        throw new UnsupportedOperationException();
    }

    public long count(TenantId tenant) {
        throw new UnsupportedOperationException();
    }

    /// One row per day (UTC) and funder in [from, to).
    public List<DailySpend> daily(TenantId tenant, Instant from, Instant to) {
        throw new UnsupportedOperationException();
    }

    public record DailySpend(
            LocalDate day, String funder, long requests, long tokens, Money cost) {}
}
