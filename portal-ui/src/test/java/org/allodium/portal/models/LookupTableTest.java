package org.allodium.portal.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.allodium.catalog.Model;
import org.allodium.serving.ModelListing;
import org.allodium.sovereignty.PoolId;
import org.allodium.sovereignty.PoolPlace;
import org.junit.jupiter.api.Test;

class LookupTableTest {
    private static final PoolPlace SYDAL = place("Sydal", "Sydal University", "XA");
    private static final PoolPlace HARBOUR = place("Harbour City", "Harbour Compute", "XC");

    @Test
    void namesCorpusEncoderAndBothPlacesOfEachDeploymentThatLooksUp() {
        var table =
                new LookupTable(
                        List.of(
                                entry(
                                        "guide",
                                        new ModelListing.Lookup(SYDAL, "handbook", "minilm", SYDAL),
                                        new ModelListing.Lookup(SYDAL, "laws", "bge", HARBOUR)),
                                entry("silent")));
        assertThat(table.getElement().getTextRecursively())
                .containsSubsequence("guide", "Sydal", "Handbook", "minilm", "Sydal")
                .containsSubsequence("laws", "bge", "Harbour City · Harbour Compute, controlled")
                .doesNotContain("silent");
    }

    private static ModelListing.Entry entry(String name, ModelListing.Lookup... lookups) {
        var passport = new Model.Passport(name, "", "", "", "", Set.of());
        var model =
                new Model(
                        name,
                        "",
                        Path.of("."),
                        Model.Modality.TEXT,
                        "llama",
                        1,
                        512,
                        0,
                        passport,
                        Instant.EPOCH,
                        List.of());
        return new ModelListing.Entry(
                model, List.of(SYDAL), List.of(lookups), Optional.empty(), Model.State.READY, 0);
    }

    private static PoolPlace place(String facility, String operator, String controlledFrom) {
        return new PoolPlace(
                new PoolId(facility),
                facility,
                "XA",
                operator,
                operator,
                "XA",
                controlledFrom,
                true);
    }
}
