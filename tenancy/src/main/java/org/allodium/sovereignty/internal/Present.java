package org.allodium.sovereignty.internal;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.allodium.sovereignty.FactSnapshot;
import org.allodium.sovereignty.PolicyOffer;
import org.allodium.sovereignty.PolicyStack;
import org.allodium.sovereignty.PolicyStack.Scope;
import org.allodium.sovereignty.ResidencyPolicy;
import org.allodium.sovereignty.SpillConsent;
import org.allodium.tenancy.ProjectId;
import org.allodium.tenancy.TenantId;
import org.jspecify.annotations.Nullable;

/// Facts and policies of one epoch, held in memory. Immutable; a change makes another.
public record Present(long epoch, FactSnapshot snapshot, Optional<PolicyOffer> offer, Uses uses) {
    /// Whose choice it is.
    public record Owner(Scope scope, UUID id) {}

    /// The policy that was chosen, with the owner's own consents.
    public record Use(String policy, List<SpillConsent> consents, long epoch, Instant from) {
        public Use {
            consents = List.copyOf(consents);
        }
    }

    /// What this owner chose last.
    public Optional<Use> use(Owner owner) {
        return uses.of(owner);
    }

    /// The policies over one tenant's project and key. Where the organisation chose none, the
    /// strictest that is offered stands in for its choice: silence never means yes (R0).
    public PolicyStack stack(TenantId tenant, @Nullable ProjectId project, @Nullable UUID key) {
        var stack = platform();
        if (offer.isEmpty()) {
            return stack;
        }
        stack =
                use(new Owner(Scope.ORGANISATION, tenant.value())).isPresent()
                        ? with(stack, Scope.ORGANISATION, tenant.value())
                        : stack.under(Scope.ORGANISATION, stack.strictest().orElseThrow());
        stack = with(stack, Scope.PROJECT, project == null ? null : project.value());
        return with(stack, Scope.KEY, key);
    }

    /// What lies above every organisation; nothing where nothing is offered.
    public PolicyStack platform() {
        return offer.map(
                        offered ->
                                new PolicyStack(
                                                epoch,
                                                List.of(),
                                                offered.policies(),
                                                offered.dataClasses())
                                        .under(
                                                Scope.PLATFORM,
                                                offered.find(offered.platform()).orElseThrow()))
                .orElseGet(() -> new PolicyStack(epoch, List.of(), List.of(), Map.of()));
    }

    private PolicyStack with(PolicyStack stack, Scope scope, @Nullable UUID id) {
        return Optional.ofNullable(id)
                .flatMap(owner -> use(new Owner(scope, owner)))
                .map(use -> stack.under(scope, policy(stack, use)))
                .orElse(stack);
    }

    /// A choice that is no longer offered becomes the strictest one: nobody gains by a withdrawal.
    private static ResidencyPolicy policy(PolicyStack stack, Use use) {
        return stack.offered(use.policy())
                .or(stack::strictest)
                .orElseThrow()
                .with(use.consents(), use.epoch(), use.from());
    }
}
