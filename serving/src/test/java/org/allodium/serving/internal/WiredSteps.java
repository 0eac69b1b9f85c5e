package org.allodium.serving.internal;

import java.time.Clock;
import org.allodium.billing.Budgets;
import org.allodium.serving.FakeRooms;

/// Puts the fakes where the container puts beans.
public final class WiredSteps {
    private WiredSteps() {}

    public static InferenceSteps of(
            FakeRooms.Catalog catalog,
            FakeRooms.Facts facts,
            FakeRooms.Organisations organisations,
            Budgets budgets,
            Pools pools,
            Clock clock) {
        var steps = new InferenceSteps();
        steps.catalog = catalog;
        steps.residency = facts;
        steps.tenants = organisations;
        steps.prices = new FakeRooms.PriceTags();
        steps.budgets = budgets;
        steps.pools = pools;
        steps.desk = new AdmissionDesk(clock, AdmissionDesk.meter(clock));
        steps.clock = clock;
        return steps;
    }
}
