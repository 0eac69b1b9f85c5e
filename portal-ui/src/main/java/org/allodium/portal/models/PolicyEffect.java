package org.allodium.portal.models;

import static org.allodium.portal.text.Messages.say;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.allodium.billing.Budgets;
import org.allodium.portal.text.Messages;
import org.allodium.serving.ModelListing;
import org.allodium.sovereignty.Decision;
import org.allodium.sovereignty.PlacementRequest;
import org.allodium.sovereignty.PlacementRequest.Activity;
import org.allodium.sovereignty.PoolVerdict;
import org.allodium.sovereignty.Residency;
import org.allodium.sovereignty.RuleFailure;
import org.allodium.tenancy.ProjectId;
import org.allodium.tenancy.TenantId;
import org.jspecify.annotations.Nullable;

/// What an organisation's policy does to a model, asked of the same decision that requests ask.
@ApplicationScoped
public class PolicyEffect {
    @Inject Residency residency;
    @Inject Budgets budgets;

    private Decision decide(
            TenantId tenant, @Nullable ProjectId project, ModelListing.Entry entry) {
        var pools =
                entry.model().deployments().stream().map(deployment -> deployment.pool()).toList();
        return residency.decide(
                new PlacementRequest(
                        tenant,
                        project,
                        null,
                        pools,
                        Activity.OF_EVERY_REQUEST,
                        null,
                        null,
                        entry.model().name(),
                        Map.of(),
                        entry.model().encoders()),
                consents -> budgets.spilled(tenant, consents));
    }

    public boolean permits(TenantId tenant, ModelListing.Entry entry) {
        return !decide(tenant, null, entry).eligible().isEmpty();
    }

    /// The first rule that fails, in the words of the decision; or that the model runs nowhere. A
    /// project may have a stricter policy than its organisation.
    public String reason(TenantId tenant, @Nullable ProjectId project, ModelListing.Entry entry) {
        return failure(decide(tenant, project, entry))
                .map(rule -> rule.explanation().in(Messages.locale()))
                .orElse(say("models.not-running"));
    }

    static Optional<RuleFailure> failure(Decision decision) {
        if (!decision.eligible().isEmpty()) {
            return Optional.empty();
        }
        List<PoolVerdict> verdicts = decision.verdicts();
        return decision.requestFailure()
                .or(
                        () ->
                                verdicts.stream()
                                        .flatMap(verdict -> verdict.first().stream())
                                        .findFirst());
    }
}
