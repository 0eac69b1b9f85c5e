package org.allodium.billing;

import java.util.Optional;
import java.util.UUID;
import org.allodium.kernel.Money;
import org.allodium.tenancy.ProjectId;
import org.allodium.tenancy.TenantId;
import tools.jackson.databind.node.ObjectNode;

/// An intent. `requestId` is unique and becomes the receipt's id; `ceiling` is the most that the
/// request can cost.
/// `receipt` holds all that the receipt will say but the outcome and the money, so that recovery
/// after a crash can
/// write it.
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
        ObjectNode receipt) {}
