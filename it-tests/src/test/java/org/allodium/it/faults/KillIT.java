package org.allodium.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.allodium.it.product.Api;
import org.allodium.it.product.Books;
import org.allodium.it.product.Crowd;
import org.allodium.it.product.Processes;
import org.allodium.it.product.Product;
import org.allodium.launcher.Component;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/// kill -9 on each process while answers are under way, then `up`: everything is there, nothing
/// double, and no receipt denies what a client has.
class KillIT {
    private static final int ANSWERS_CUT = 200;
    private static final int AT_ONCE = 40;

    @ParameterizedTest
    @EnumSource(names = "SECOND_PORTAL", mode = EnumSource.Mode.EXCLUDE)
    void nothingIsLostOrDoubledOrDenied(Component victim) throws Exception {
        var settled = Api.as("standard").chat("allodium-guide", "Hello", 8).header("x-receipt-id");
        assertThat(Api.as("standard").get("/receipts/" + settled).status()).isEqualTo(200);
        var judged = new Judged();
        try (var crowd = new Crowd(12)) {
            crowd.awaitEvents(400);
            Product.kill(victim);
            comeBack(crowd, judged);
        }
        assertThat(Api.as("standard").get("/receipts/" + settled).status()).isEqualTo(200);
        var after = Api.as("standard").chat("allodium-guide", "Hello again", 8);
        assertThat(after.status()).as(after.text()).isEqualTo(200);
        Api.as("standard").get("/receipts/" + after.header("x-receipt-id"));
        Books.assertInBalance();
    }

    /// Each kill cuts up to forty answers, each at another instant of its way.
    @Test
    @Tag("long")
    void twoHundredAnswersCutAtRandomInstants() throws Exception {
        long seed = Long.getLong("allodium.it.seed", System.nanoTime());
        System.out.println("  allodium.it.seed=" + seed);
        var random = new Random(seed);
        var judged = new Judged();
        for (int kill = 0; judged.cut < ANSWERS_CUT; kill++) {
            try (var crowd = new Crowd(AT_ONCE)) {
                crowd.awaitEvents(300 + random.nextInt(3_000));
                cut(kill % 3);
                comeBack(crowd, judged);
            }
            System.out.println("  after kill " + (kill + 1) + ": " + judged);
        }
        Books.assertInBalance();
        assertThat(judged.unknown).isLessThanOrEqualTo(judged.whole / 20);
    }

    /// The server, the database, or the server while its database is frozen.
    private static void cut(int how) throws Exception {
        if (how == 2) {
            Processes.signal(Component.DATABASE, "STOP");
        }
        try {
            Product.kill(how == 1 ? Component.DATABASE : Component.PORTAL);
        } finally {
            if (how == 2) {
                Processes.signal(Component.DATABASE, "CONT");
            }
        }
    }

    private static void comeBack(Crowd crowd, Judged judged) throws Exception {
        crowd.leave();
        Product.restart();
        crowd.gather();
        judged.judge(crowd);
    }

    /// What clients have against what receipts say.
    private static final class Judged {
        private int whole;
        private int cut;
        private int unknown;

        void judge(Crowd crowd) throws Exception {
            for (var id : crowd.whole) {
                var receipt = receipt(id);
                assertThat(receipt.path("outcome").asString()).as(id).isEqualTo("completed");
                if (receipt.path("delivery").asString().equals("unknown")) {
                    unknown++;
                }
            }
            for (var id : crowd.partly) {
                assertThat(receipt(id).path("outcome").asString()).as(id).isNotEmpty();
            }
            whole += crowd.whole.size();
            cut += crowd.broken.get() + crowd.partly.size();
        }

        /// Waits for what is still being settled.
        private static JsonNode receipt(String id) throws Exception {
            var answer = Api.as("standard").get("/receipts/" + id);
            assertThat(answer.status()).as("the receipt of %s", id).isEqualTo(200);
            return Books.receipts(List.of(id)).get(id);
        }

        @Override
        public String toString() {
            return "%d whole, %d of unknown delivery, %d cut".formatted(whole, unknown, cut);
        }
    }
}
