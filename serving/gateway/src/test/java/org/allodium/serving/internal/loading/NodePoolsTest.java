package org.allodium.serving.internal.loading;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.allodium.serving.NodeListing.Copy;
import org.allodium.tenancy.TestDatabase;
import org.junit.jupiter.api.Test;

class NodePoolsTest {
    private static final Copy GUIDE = new Copy("guide@home", true, "int8 by own machine code");
    private static final Copy TRIAL = new Copy("trial@home", false, "No encoder runs in int4.");

    @Test
    void eachNodeSaysWhatItComputesAndTakesBackWhatItNoLongerDoes() {
        try (var database = TestDatabase.fresh()) {
            var pools = new NodePools();
            pools.platform = database.platform();
            pools.say("node-1", List.of(TRIAL, GUIDE));
            pools.say("node-2", List.of(GUIDE));
            assertThat(pools.all())
                    .isEqualTo(Map.of("node-1", List.of(GUIDE, TRIAL), "node-2", List.of(GUIDE)));
            pools.say("node-1", List.of());
            assertThat(pools.all()).isEqualTo(Map.of("node-2", List.of(GUIDE)));
        }
    }
}
