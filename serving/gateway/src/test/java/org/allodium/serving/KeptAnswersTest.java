package org.allodium.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.allodium.kernel.Refused;
import org.allodium.serving.internal.pools.ChatPool;
import org.allodium.sovereignty.PlacementRequest.Activity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// When an answer is kept, and which one never is.
class KeptAnswersTest {
    private final ServingWorld world = new ServingWorld();
    private final ChatCommand question = ServingWorld.ask("guide").greedily().command();

    @BeforeEach
    void keepAnswers() {
        world.projects.answerCache = true;
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void whoeverHasHeardTheEndFindsTheAnswerKept() {
        var again = new Hearing();
        world.completions.chat(question, new AsksAgainAtTheEnd(again));

        assertThat(again.start.fromCache()).isTrue();
        assertThat(world.home.asked).hasSize(1);
    }

    @Test
    void whereTheCacheIsWithheldNothingIsKeptNorFound() {
        world.completions.chat(question, new Hearing());
        world.facts.withdrawnSinks.add(Activity.ANSWER_CACHE);
        assertMadeAnew();
        world.facts.withdrawnSinks.clear();
        var kept = new Hearing();
        world.completions.chat(question, kept);
        assertThat(kept.start.fromCache()).as("from before").isTrue();
    }

    @Test
    void aCacheThatIsWithheldWhileTheAnswerIsMadeDoesNotGetIt() {
        var withdraws =
                new Turning() {
                    @Override
                    public void started(AnswerStart start) {
                        world.facts.withdrawnSinks.add(Activity.ANSWER_CACHE);
                    }
                };
        world.completions.chat(question, withdraws);
        world.facts.withdrawnSinks.clear();
        assertMadeAnew();
    }

    @Test
    void aBrokenAnswerIsNotKept() {
        world.home.script = (pool, sink) -> FakeChatPool.say(sink, ChatPool.End.FAILED, "half");
        assertThatThrownBy(() -> world.completions.chat(question, new Hearing()))
                .isInstanceOf(Refused.class);

        assertMadeAnew();
    }

    @Test
    void anAnswerWhoseReaderLeftIsNotKept() {
        world.completions.chat(question, new Hearing(1));

        assertMadeAnew();
    }

    @Test
    void anAnswerThatWasCutIsNotKept() {
        var withdraws =
                new Turning() {
                    @Override
                    public void started(AnswerStart start) {
                        world.facts.barred.add(ServingWorld.HOME);
                    }
                };
        assertThatThrownBy(() -> world.completions.chat(question, withdraws))
                .isInstanceOf(Refused.class);
        world.facts.barred.clear();

        assertMadeAnew();
    }

    private void assertMadeAnew() {
        world.home.script = (pool, sink) -> FakeChatPool.say(sink, ChatPool.End.STOP, "whole");
        var next = new Hearing();
        world.completions.chat(question, next);
        assertThat(next.start.fromCache()).isFalse();
    }

    private static class Turning implements AnswerListener {
        @Override
        public void started(AnswerStart start) {}

        @Override
        public void text(int choice, String piece) {}

        @Override
        public void choiceEnded(int choice, String finishReason) {}

        @Override
        public void ended(AnswerEnd end) {}
    }

    private final class AsksAgainAtTheEnd extends Turning {
        private final Hearing again;

        AsksAgainAtTheEnd(Hearing again) {
            this.again = again;
        }

        @Override
        public void ended(AnswerEnd end) {
            world.completions.chat(question, again);
        }
    }
}
