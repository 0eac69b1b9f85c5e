package org.allodium.serving.internal.answers;

import java.time.Clock;
import org.allodium.billing.Budgets;
import org.allodium.serving.Drain;
import org.allodium.serving.FakeRooms;
import org.allodium.serving.internal.pools.Pools;
import org.allodium.serving.internal.retrieval.Retrievals;
import org.allodium.serving.internal.retrieval.WiredRetrievals;

/// Puts the fakes where the container puts beans.
public final class WiredSteps {
    private WiredSteps() {}

    public static InferenceSteps of(
            FakeRooms.Catalog catalog,
            FakeRooms.Facts facts,
            Budgets budgets,
            Pools pools,
            Clock clock) {
        var steps = new InferenceSteps();
        steps.catalog = catalog;
        steps.residency = facts;
        steps.prices = new FakeRooms.PriceTags();
        steps.budgets = budgets;
        steps.pools = pools;
        steps.retrievals = WiredRetrievals.of(catalog, pools);
        steps.drain = new Drain();
        steps.clock = clock;
        return steps;
    }

    public static Retrievals retrievals(InferenceSteps steps) {
        return steps.retrievals;
    }

    public static Drain drain(InferenceSteps steps) {
        return steps.drain;
    }
}
