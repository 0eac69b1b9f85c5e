package org.allodium.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.allodium.billing.Settlement.Outcome;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Money;
import org.allodium.kernel.Refused;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EmbeddingsTest {
    private final ServingWorld world = new ServingWorld();

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void embedsInOrderAndSettlesTheTokens() {
        var answer =
                embed(
                        Optional.empty(),
                        new TextInput.Text("abcd"),
                        new TextInput.Tokens(List.of(1L, 2L)));

        assertThat(answer.vectors()).extracting(v -> v[0]).containsExactly(4f, 2f);
        assertThat(answer.promptTokens()).isEqualTo(6);
        assertThat(answer.settled().join().cost()).isEqualTo(Money.euro("0.000006"));
        assertThat(world.budgets.settled).hasSize(1);
    }

    @Test
    void refusesLongInputsUnknownTokensAndOtherDimensions() {
        var tooLong = refused(Optional.empty(), new TextInput.Text("x".repeat(21)));
        var unknown = refused(Optional.empty(), new TextInput.Tokens(List.of(5L, 100L)));
        var shortened = refused(Optional.of(1), new TextInput.Text("a"));

        assertThat(tooLong.code()).isEqualTo(ErrorCode.CONTEXT_LENGTH_EXCEEDED);
        assertThat(unknown.english()).contains("100");
        assertThat(shortened.field()).contains("dimensions");
        assertThat(world.budgets.reserved).isEmpty();
    }

    @Test
    void cutsVectorsWhereTheModelAllowsIt() {
        assertThat(embed(Optional.of(2), new TextInput.Text("abc")).vectors().getFirst())
                .containsExactly(3f, 0.5f);
    }

    @Test
    void refusesMoreThanThreeHundredThousandTokensInAll() {
        var many =
                LongStream.range(0, 16_000)
                        .mapToObj(i -> (TextInput) new TextInput.Text("x".repeat(20)))
                        .toArray(TextInput[]::new);

        assertThat(refused(Optional.empty(), many).english()).contains("300000");
        // The rest is not read any more.
        assertThat(world.encoder.tokenized).isEqualTo(15_001);
        assertThat(world.budgets.reserved).isEmpty();
    }

    @Test
    void aBrokenEncoderCostsNothing() {
        world.encoder.broken = true;
        var failure =
                catchThrowableOfType(
                        Refused.class, () -> embed(Optional.empty(), new TextInput.Text("a")));

        assertThat(failure.code()).isEqualTo(ErrorCode.UPSTREAM_FAILED);
        assertThat(world.budgets.released).hasSize(1);
        assertThat(world.budgets.stillOpen()).isZero();
    }

    @Test
    void aPlaceThatIsWithdrawnSeesNoFurtherInput() {
        world.encoder.afterEach = () -> world.facts.barred.add(world.encoder.pool());
        var cut = withdrawn(new TextInput.Text("a"), new TextInput.Text("b"));

        assertThat(cut.code()).isEqualTo(ErrorCode.DATA_RESIDENCY_MISMATCH);
        assertThat(world.encoder.embedded).hasSize(1);
        assertThat(world.budgets.settled).isEmpty();
        assertThat(world.budgets.stillOpen()).isZero();
    }

    @Test
    void vectorsOfAPlaceThatWasWithdrawnMeanwhileDoNotLeave() {
        world.encoder.afterEach = () -> world.facts.barred.add(world.encoder.pool());

        assertThat(withdrawn(new TextInput.Text("a")).code())
                .isEqualTo(ErrorCode.DATA_RESIDENCY_MISMATCH);
        assertThat(world.budgets.released).hasSize(1);
    }

    @Test
    void aClientThatHangsUpSeesNoFurtherInputComputedAndPaysForWhatWas() {
        var told = new AtomicReference<Runnable>();
        world.encoder.afterEach = () -> told.get().run();
        Client client =
                gone -> {
                    told.set(gone);
                    return () -> {};
                };
        try (var arrival = world.arrivals.arrive(ServingWorld.caller(), "embd-")) {
            var command =
                    command(Optional.empty(), new TextInput.Text("abc"), new TextInput.Text("de"));
            assertThatThrownBy(() -> world.embeddings.embed(arrival, command, client))
                    .isInstanceOf(HungUp.class);
        }
        assertThat(world.encoder.embedded).hasSize(1);
        var settlement = world.budgets.settled.getFirst();
        assertThat(settlement.outcome()).isEqualTo(Outcome.CANCELLED);
        assertThat(settlement.inputTokens()).isEqualTo(3);
    }

    private Refused withdrawn(TextInput... inputs) {
        return catchThrowableOfType(Refused.class, () -> embed(Optional.empty(), inputs));
    }

    private EmbeddingAnswer embed(Optional<Integer> dimensions, TextInput... inputs) {
        return world.embeddings.embed(command(dimensions, inputs));
    }

    private static EmbedCommand command(Optional<Integer> dimensions, TextInput... inputs) {
        return new EmbedCommand(
                ServingWorld.caller(),
                "org/encoder",
                List.of(inputs),
                dimensions,
                Optional.empty(),
                Optional.empty());
    }

    private Refused refused(Optional<Integer> dimensions, TextInput... inputs) {
        return catchThrowableOfType(Refused.class, () -> embed(dimensions, inputs));
    }
}
