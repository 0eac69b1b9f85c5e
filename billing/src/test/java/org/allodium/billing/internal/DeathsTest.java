package org.allodium.billing.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.allodium.billing.internal.AnsweringHouse.Conduct;
import org.allodium.billing.internal.Deaths.Death;
import org.allodium.tenancy.TestServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// kill -9 on real processes at random instants: what clients have, receipts do not deny.
class DeathsTest {
    private static final int ENOUGH_TO_BE_CAUGHT = 20;
    private final long seed = Long.getLong("allodium.kills.seed", System.nanoTime());
    @TempDir private static Path home;
    private static TestServer server;
    @TempDir private Path folder;

    @BeforeAll
    static void start() {
        server = TestServer.mortal(home.resolve("database"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void noReceiptDeniesWhatAClientHasAfterAKillOfEachKind() throws Exception {
        afterKills(Death.values().length);
    }

    @Test
    @Tag("long")
    void afterTwoHundredKillsAtMostOneOfTwentyIsOfUnknownDelivery() throws Exception {
        var verdict = afterKills(200);
        assertThat(verdict.unknown).isLessThanOrEqualTo(verdict.whole / 20);
        assertThat(verdict.interruptedWithMarks).as("charged by marks").isPositive();
    }

    private Verdict afterKills(int kills) throws Exception {
        System.out.println("  allodium.kills.seed=" + seed);
        try (var deaths = new Deaths(server, folder, Conduct.RIGHT, seed)) {
            var kinds = Death.values();
            for (int kill = 0; kill < kills; kill++) {
                deaths.next(kinds[kill % kinds.length]);
                assertThat(deaths.verdict.wrongs).as("%s, seed %d", kill, seed).isEmpty();
            }
            deaths.end();
            System.out.println("  after %d kills: %s".formatted(kills, deaths.verdict));
            assertThat(deaths.verdict.wrongs).as("seed %d", seed).isEmpty();
            assertThat(deaths.bank.number("select count(*) from billing.open_request")).isZero();
            Invariants.hold(deaths.bank);
            return deaths.verdict;
        }
    }

    /// Proves that the judge can see: the same kills, and a house that breaks the rule.
    @Test
    void aHouseThatDeliversBeforeTheClosingRowIsCaught() throws Exception {
        catches(Conduct.DELIVERS_FIRST, Death.HOUSE_OF_FROZEN_DATABASE);
    }

    /// Proves that the kills lose what is not durable.
    @Test
    void aDatabaseThatSaysDurableTooSoonIsCaught() throws Exception {
        catches(Conduct.WRITES_LATER, Death.BOTH);
    }

    private void catches(Conduct conduct, Death death) throws Exception {
        try (var deaths = new Deaths(server, folder, conduct, seed)) {
            for (int kill = 0; kill < ENOUGH_TO_BE_CAUGHT; kill++) {
                deaths.next(death);
                if (!deaths.verdict.wrongs.isEmpty()) {
                    break;
                }
            }
            assertThat(deaths.verdict.wrongs).as("seed %d", seed).isNotEmpty();
        }
    }
}
