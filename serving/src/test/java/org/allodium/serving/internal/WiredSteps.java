package org.allodium.serving.internal;

import java.time.Clock;
import org.allodium.billing.Budgets;
import org.allodium.serving.FakeRooms;

/// Puts the fakes where the container puts beans.
public final class WiredSteps {
    public static final long MOST_BYTES_AT_ONCE = 100_000;

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
        steps.desk = new AdmissionDesk(clock, AdmissionDesk.meter(clock), MOST_BYTES_AT_ONCE);
        steps.drain = new Drain();
        steps.clock = clock;
        return steps;
    }

    public static Drain drain(InferenceSteps steps) {
        return steps.drain;
    }
}
