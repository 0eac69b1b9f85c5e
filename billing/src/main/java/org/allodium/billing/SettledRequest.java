package org.allodium.billing;

import java.time.Instant;
import java.util.List;
import org.allodium.kernel.Money;

/// A settled request as it is shown: what was used, what it cost, who paid.
public record SettledRequest(
        String requestId,
        Instant at,
        String project,
        String keyName,
        String model,
        String pool,
        long inputTokens,
        long outputTokens,
        boolean fromCache,
        Settlement.Outcome outcome,
        Money cost,
        List<Payment> payments) {
    public SettledRequest {
        payments = List.copyOf(payments);
    }

    /// The same with the project under this name.
    SettledRequest in(String projectName) {
        return new SettledRequest(
                requestId,
                at,
                projectName,
                keyName,
                model,
                pool,
                inputTokens,
                outputTokens,
                fromCache,
                outcome,
                cost,
                payments);
    }

    /// One funder's share.
    public record Payment(GrantId grant, String funder, String programme, Money amount) {}
}
