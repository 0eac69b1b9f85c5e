package org.allodium.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.allodium.billing.Settlement.Outcome;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.serving.internal.pools.ChatPool;
import org.junit.jupiter.api.Test;

/// An answer that leaves in one piece, or not at all.
class WholeAnswerTest {
    @Test
    void engineFailureHalfwayCostsNothingSinceNothingHadLeft() {
        var world = new ServingWorld();
        world.home.script = (pool, sink) -> FakeChatPool.say(sink, ChatPool.End.FAILED, "a", "b");
        var client = new Hearing();
        client.whole = true;
        var command = ServingWorld.ask("guide").command();
        var broken =
                catchThrowableOfType(Refused.class, () -> world.completions.chat(command, client));

        assertThat(broken.code()).isEqualTo(ErrorCode.UPSTREAM_FAILED);
        assertThat(world.budgets.released).hasSize(1);
        assertThat(world.budgets.settled).isEmpty();
    }

    @Test
    void aClientThatHangsUpStopsTheEngineAndPaysForWhatWasMade() {
        var world = new ServingWorld();
        var client = new HangsUp();
        world.home.script =
                (pool, sink) -> {
                    sink.piece(new AnswerPiece("a", List.of(), 1));
                    sink.piece(new AnswerPiece("b", List.of(), 2));
                    client.gone.run();
                    awaitCancelled(pool);
                    sink.piece(new AnswerPiece("c", List.of(), 3));
                    sink.end(ChatPool.End.CANCELLED, 3, 0);
                };
        world.completions.chat(ServingWorld.ask("guide").command(), client);

        assertThat(client.end).isNull();
        var settlement = world.budgets.settled.getFirst();
        assertThat(settlement.outcome()).isEqualTo(Outcome.CANCELLED);
        assertThat(settlement.outputTokens()).isEqualTo(2);
        assertThat(client.watching).isFalse();
    }

    private static void awaitCancelled(FakeChatPool pool) {
        try {
            assertThat(pool.cancelled.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static final class HangsUp extends Hearing {
        private Runnable gone = () -> {};
        private boolean watching;

        HangsUp() {
            whole = true;
        }

        @Override
        public ClientWatch watchClient(Runnable told) {
            gone = told;
            watching = true;
            return () -> watching = false;
        }
    }
}
