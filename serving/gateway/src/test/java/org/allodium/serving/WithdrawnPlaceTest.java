package org.allodium.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Collections;
import org.allodium.billing.Settlement.Outcome;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.serving.internal.pools.ChatPool;
import org.junit.jupiter.api.Test;

/// R18: an answer that is made where it may no longer be made is cut.
class WithdrawnPlaceTest {
    private final ServingWorld world = new ServingWorld();

    @Test
    void cutsARunningAnswerAndChargesOnlyWhatHadLeft() {
        var words = Collections.nCopies(40, "word ").toArray(String[]::new);
        world.home.script = (pool, sink) -> FakeChatPool.say(sink, ChatPool.End.LENGTH, words);
        var client = new WithdrawsAfterThreePieces();
        var command = ServingWorld.ask("guide").upTo(40).command();
        var cut =
                catchThrowableOfType(Refused.class, () -> world.completions.chat(command, client));

        assertThat(cut.code()).isEqualTo(ErrorCode.DATA_RESIDENCY_MISMATCH);
        assertThat(client.pieces).isEqualTo(16);
        var settlement = world.budgets.settled.getFirst();
        assertThat(settlement.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(settlement.outputTokens()).isEqualTo(16);
    }

    @Test
    void aWholeAnswerDoesNotLeaveWhenThePlaceWasWithdrawnAfterTheLastLook() {
        var words = Collections.nCopies(5, "word ").toArray(String[]::new);
        world.home.script = (pool, sink) -> FakeChatPool.say(sink, ChatPool.End.LENGTH, words);
        var client = new WithdrawsAfterThreePieces();
        client.streams = false;
        var command = ServingWorld.ask("guide").upTo(40).command();
        var refused =
                catchThrowableOfType(Refused.class, () -> world.completions.chat(command, client));

        assertThat(refused.code()).isEqualTo(ErrorCode.DATA_RESIDENCY_MISMATCH);
        assertThat(client.ended).isFalse();
        assertThat(world.budgets.settled).isEmpty();
    }

    /// A fact that changes right after the decision binds the next request, and this one's receipt
    /// and header say what was judged.
    @Test
    void receiptAndHeaderSayThePlaceThatWasJudged() {
        world.facts.afterDecision =
                () -> world.facts.add(ServingWorld.HOME, "Moved meanwhile", "XB");
        var client = new Hearing();
        world.completions.chat(ServingWorld.ask("guide").command(), client);

        var intended = world.budgets.reserved.getFirst().receipt().making().site().orElseThrow();
        var made = world.budgets.settled.getFirst().making().site().orElseThrow();
        assertThat(intended.place().country()).isEqualTo("XA");
        assertThat(made.place()).isEqualTo(intended.place());
        assertThat(client.start.place().country()).isEqualTo("XA");
    }

    /// The fact is withdrawn while the client reads.
    private final class WithdrawsAfterThreePieces implements AnswerListener {
        private int pieces;
        private boolean streams = true;
        private boolean ended;

        @Override
        public boolean streams() {
            return streams;
        }

        @Override
        public void started(AnswerStart start) {}

        @Override
        public void text(int choice, String piece) {
            pieces++;
            if (pieces == 3) {
                world.facts.barred.add(ServingWorld.HOME);
            }
        }

        @Override
        public void choiceEnded(int choice, String finishReason) {}

        @Override
        public void ended(AnswerEnd end) {
            ended = true;
        }
    }
}
