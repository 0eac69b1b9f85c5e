package org.allodium.serving.internal.retrieval;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Optional;
import java.util.function.Function;
import org.allodium.corpus.Corpus;
import org.allodium.serving.FakeRooms;
import org.allodium.serving.internal.pools.Pools;

/// Puts the fakes where the container puts beans.
public final class WiredRetrievals {
    private WiredRetrievals() {}

    public static Retrievals of(FakeRooms.Catalog catalog, Pools pools) {
        var retrievals = new Retrievals();
        retrievals.catalog = catalog;
        retrievals.pools = pools;
        retrievals.portal = "https://cloud.example";
        retrievals.home = emptyFolder();
        return retrievals;
    }

    private static String emptyFolder() {
        try {
            return Files.createTempDirectory("home").toString();
        } catch (IOException full) {
            throw new UncheckedIOException(full);
        }
    }

    /// Passages are looked up in these.
    public static void corpora(Retrievals retrievals, Function<String, Optional<Corpus>> corpora) {
        retrievals.corpora = corpora;
    }
}
