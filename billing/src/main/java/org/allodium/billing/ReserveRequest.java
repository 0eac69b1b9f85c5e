package org.allodium.billing;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.allodium.kernel.Money;
import org.allodium.tenancy.ProjectId;
import org.allodium.tenancy.TenantId;
import tools.jackson.databind.node.ObjectNode;

/// An intent. `requestId` is unique and becomes the receipt's id; `ceiling` is the most that the
/// request can cost. `receipt` holds all that the receipt will say but the outcome and the money,
/// so that recovery after a crash can write it. `spillCaps` are the most tokens that may spill
/// under each consent that the request leans on, by the consents' ids.
public record ReserveRequest(
        String requestId,
        TenantId tenant,
        ProjectId project,
        Optional<UUID> key,
        String subject,
        String model,
        ModelPrice price,
        long inputTokens,
        long maxOutputTokens,
        Money ceiling,
        ObjectNode receipt,
        Map<String, Long> spillCaps) {
    public ReserveRequest {
        spillCaps = Map.copyOf(spillCaps);
    }

    /// The same, leaning on these consents.
    public ReserveRequest under(Map<String, Long> caps) {
        return new ReserveRequest(
                requestId,
                tenant,
                project,
                key,
                subject,
                model,
                price,
                inputTokens,
                maxOutputTokens,
                ceiling,
                receipt,
                caps);
    }

    /// Without a consent to spill.
    public ReserveRequest(
            String requestId,
            TenantId tenant,
            ProjectId project,
            Optional<UUID> key,
            String subject,
            String model,
            ModelPrice price,
            long inputTokens,
            long maxOutputTokens,
            Money ceiling,
            ObjectNode receipt) {
        this(
                requestId,
                tenant,
                project,
                key,
                subject,
                model,
                price,
                inputTokens,
                maxOutputTokens,
                ceiling,
                receipt,
                Map.of());
    }
}
