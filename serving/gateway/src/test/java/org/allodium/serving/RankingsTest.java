package org.allodium.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Money;
import org.allodium.kernel.Refused;
import org.allodium.serving.RankAnswer.Ranked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RankingsTest {
    private final ServingWorld world = new ServingWorld();

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void ranksTheBestFirstAndSettlesTheTokensOfEveryPair() {
        var answer = rank(Optional.empty(), "why", "a", "abcd", "b", "ab");

        assertThat(answer.results()).extracting(Ranked::index).containsExactly(1, 3, 0, 2);
        assertThat(answer.results().getFirst().score()).isEqualTo(0.7f);
        assertThat(answer.promptTokens()).isEqualTo(4 * 3 + 8);
        assertThat(answer.settled().join().cost()).isEqualTo(Money.euro("0.00002"));
        assertThat(answer.start().requestId()).startsWith("rank-");
        assertThat(world.budgets.settled).hasSize(1);
    }

    @Test
    void returnsNoMoreThanAskedFor() {
        assertThat(rank(Optional.of(2), "why", "a", "abcd", "b").results())
                .extracting(Ranked::index)
                .containsExactly(1, 0);
        assertThat(rank(Optional.of(9), "why", "a").results()).hasSize(1);
    }

    @Test
    void refusesPairsThatDoNotFitAndModelsThatDoNotRank() {
        var tooLong = refused("org/ranker", "why", "a", "x".repeat(18));
        var embeds = refused("org/encoder", "why", "a");
        var many = Collections.nCopies(15_001, "x".repeat(17)).toArray(String[]::new);

        assertThat(tooLong.code()).isEqualTo(ErrorCode.CONTEXT_LENGTH_EXCEEDED);
        assertThat(tooLong.field()).contains("documents[1]");
        assertThat(embeds.english()).contains("/v1/embeddings");
        assertThat(refused("org/ranker", "why", many).field()).contains("documents");
        assertThat(world.budgets.reserved).isEmpty();
    }

    @Test
    void aBrokenRankerCostsNothing() {
        world.ranker.broken = true;
        var failure = catchThrowableOfType(Refused.class, () -> rank(Optional.empty(), "why", "a"));

        assertThat(failure.code()).isEqualTo(ErrorCode.UPSTREAM_FAILED);
        assertThat(world.budgets.released).hasSize(1);
        assertThat(world.budgets.stillOpen()).isZero();
    }

    private RankAnswer rank(Optional<Integer> best, String query, String... documents) {
        return world.rankings.rank(command("org/ranker", best, query, documents));
    }

    private Refused refused(String model, String query, String... documents) {
        return catchThrowableOfType(
                Refused.class,
                () -> world.rankings.rank(command(model, Optional.empty(), query, documents)));
    }

    private static RankCommand command(
            String model, Optional<Integer> best, String query, String... documents) {
        return new RankCommand(
                ServingWorld.caller(),
                model,
                query,
                List.of(documents),
                best,
                Optional.empty(),
                Optional.empty());
    }
}
