package org.allodium.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Collections;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.serving.internal.pools.ChatPool;
import org.allodium.sovereignty.Rule;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// R16: work goes abroad under a consent until its cap of tokens is reached. The question has 8
/// tokens.
class SpillCapTest {
    private static final long CAP = 100;

    private final ServingWorld world = new ServingWorld();
    private final Hearing client = new Hearing();

    @BeforeEach
    void consent() {
        world.facts.spillCaps.put(ServingWorld.ABROAD, CAP);
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void permitsAndCountsAgainstTheCap() {
        ask(10);

        assertThat(client.start.spilled()).isTrue();
        assertThat(client.end).isNotNull();
        assertThat(world.budgets.reserved.getFirst().charge().spillCaps())
                .containsEntry("consent-" + ServingWorld.ABROAD, CAP);
    }

    @Test
    void aRequestThatUsesTheWholeCapIsNotCutByItsOwnReservation() {
        var words = Collections.nCopies(40, "word ").toArray(String[]::new);
        world.abroad.script = (pool, sink) -> FakeChatPool.say(sink, ChatPool.End.LENGTH, words);
        ask((int) CAP - 8);

        assertThat(client.end.completionTokens()).isEqualTo(40);
    }

    @Test
    void refusesWhenTheCapIsReached() {
        world.budgets.spilledBefore = CAP;

        assertThat(refused().reasons())
                .singleElement()
                .satisfies(d -> assertThat(d.grounds()).isEqualTo(Rule.SPILL));
        assertThat(world.budgets.reserved).isEmpty();
    }

    @Test
    void refusesWhatDoesNotFitUnderTheCapAnyMore() {
        world.budgets.spilledBefore = CAP - 10;
        var refusal = refused();

        assertThat(refusal.code()).isEqualTo(ErrorCode.DATA_RESIDENCY_MISMATCH);
        assertThat(refusal.reasons())
                .singleElement()
                .satisfies(d -> assertThat(d.used()).isEqualTo("90"))
                .satisfies(d -> assertThat(d.limit()).isEqualTo("100"));
        assertThat(world.abroad.asked).isEmpty();
    }

    @Test
    void nothingGoesAbroadWhileNobodyKnowsHowMuchDid() {
        world.budgets.spillUnknown = true;
        var failure = catchThrowableOfType(Refused.class, () -> ask(10));

        assertThat(failure.code()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(world.budgets.reserved).isEmpty();
        assertThat(world.abroad.asked).isEmpty();
    }

    private void ask(int maxTokens) {
        world.completions.chat(ServingWorld.ask("guide-abroad").upTo(maxTokens).command(), client);
    }

    private Refused refused() {
        return catchThrowableOfType(Refused.class, () -> ask(10));
    }
}
