package org.allodium.serving.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Function;
import org.allodium.billing.Budgets;
import org.allodium.corpus.Corpus;
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
        steps.retrievals = new Retrievals();
        steps.retrievals.catalog = catalog;
        steps.retrievals.pools = pools;
        steps.retrievals.residency = facts;
        steps.retrievals.portal = "https://cloud.example";
        steps.retrievals.home = emptyFolder();
        steps.desk = new AdmissionDesk(clock, AdmissionDesk.meter(clock), MOST_BYTES_AT_ONCE);
        steps.drain = new Drain();
        steps.clock = clock;
        return steps;
    }

    private static String emptyFolder() {
        try {
            return Files.createTempDirectory("home").toString();
        } catch (IOException full) {
            throw new UncheckedIOException(full);
        }
    }

    public static Retrievals retrievals(InferenceSteps steps) {
        return steps.retrievals;
    }

    /// Passages are looked up in these.
    public static void corpora(InferenceSteps steps, Function<String, Optional<Corpus>> corpora) {
        steps.retrievals.corpora = corpora;
    }

    public static Drain drain(InferenceSteps steps) {
        return steps.drain;
    }
}
