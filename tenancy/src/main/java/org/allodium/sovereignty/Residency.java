package org.allodium.sovereignty;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// The shell around [Placement]: brings policies and the present facts, and asks.
@ApplicationScoped
public class Residency {
    public Decision decide(PlacementRequest request) {
        throw new UnsupportedOperationException();
    }

    /// The present facts of a pool for showing: place, operator, control. Empty when the pool is
    /// unknown.
    public Optional<PoolPlace> place(PoolId pool) {
        throw new UnsupportedOperationException();
    }

    public List<PoolPlace> places() {
        throw new UnsupportedOperationException();
    }

    /// Rises with every change of a fact or a policy (R18); cache keys contain it.
    public long epoch() {
        throw new UnsupportedOperationException();
    }

    /// The organisation's own policy by name, or empty when only the platform's applies.
    public Optional<String> organisationPolicy(UUID tenant) {
        throw new UnsupportedOperationException();
    }

    /// Policies that an organisation may choose, strictest last.
    public List<PolicyChoice> policyChoices() {
        throw new UnsupportedOperationException();
    }

    public void chooseOrganisationPolicy(UUID tenant, String policyName) {
        throw new UnsupportedOperationException();
    }

    /// The effective policy in one sentence for people.
    public String describePolicy(UUID tenant) {
        throw new UnsupportedOperationException();
    }
}
