package org.allodium.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.allodium.billing.Budgets.Release;
import org.allodium.billing.Settlement;
import org.allodium.billing.Settlement.Outcome;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.serving.internal.answers.WiredSteps;
import org.allodium.serving.internal.pools.ChatPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What leaves the house is recorded first, or it does not leave; and what has left is charged,
/// whatever breaks.
class NoAnswerWithoutTraceTest {
    private static final String[] FORTY_WORDS =
            Collections.nCopies(40, "word ").toArray(String[]::new);
    private final ServingWorld world = new ServingWorld();
    private final Hearing client = new Hearing();

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void aStreamPausesUntilItsMarkIsDurable() {
        world.budgets.permits.addAll(
                List.of(Release.GO, Release.PAUSE, Release.PAUSE, Release.PAUSE));
        world.completions.chat(ServingWorld.ask("guide").command(), client);

        assertThat(client.heard).containsExactly("0:Hello", "0: you", "0=stop");
        assertThat(world.budgets.awaitedMarks).isEqualTo(3);
        assertThat(settlement().outcome()).isEqualTo(Outcome.COMPLETED);
    }

    @Test
    void aStreamWhoseMarkIsNotWrittenIsCutAndChargedForWhatHadLeft() throws Exception {
        world.home.script =
                (pool, sink) -> FakeChatPool.say(sink, ChatPool.End.LENGTH, FORTY_WORDS);
        world.budgets.permits.addAll(Collections.nCopies(7, Release.GO));
        world.budgets.permits.addAll(List.of(Release.PAUSE, Release.PAUSE, Release.CUT));
        var cut = broken(ServingWorld.ask("guide").upTo(40).command());

        assertThat(cut.code()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(client.heard).hasSize(7);
        assertFailedAfter(7);
    }

    @Test
    void aStreamIsCutWhenNobodyCanBeAskedWhetherItMayGoOn() throws Exception {
        world.home.script =
                (pool, sink) -> FakeChatPool.say(sink, ChatPool.End.LENGTH, FORTY_WORDS);
        impatiently();
        world.facts.unreachableAfter(2);
        var cut = broken(ServingWorld.ask("guide").upTo(40).command());

        assertThat(cut.code()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(client.heard).hasSize(16);
        assertFailedAfter(16);
    }

    @Test
    void aWholeAnswerDoesNotLeaveWhenNobodyCanBeAsked() {
        client.whole = true;
        impatiently();
        world.facts.unreachableAfter(2);
        var cut = broken(ServingWorld.ask("guide").command());

        assertThat(cut.code()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(client.end).isNull();
        assertThat(world.budgets.released).hasSize(1);
    }

    @Test
    void theClosingRowIsDurableBeforeAClientHasTheAnswerWhole() {
        var listener =
                new Hearing() {
                    @Override
                    public void choiceEnded(int choice, String reason) throws java.io.IOException {
                        assertThat(world.budgets.concluded).hasSize(1);
                        super.choiceEnded(choice, reason);
                    }
                };
        world.completions.chat(ServingWorld.ask("guide").command(), listener);

        assertThat(listener.heard).endsWith("0=stop");
        assertThat(world.budgets.concluded.getFirst()).isEqualTo(settlement());
    }

    @Test
    void aStreamKeepsItsEndWhenTheClosingRowIsNotDurable() throws Exception {
        world.budgets.refusesClosingRows = true;
        var cut = broken(ServingWorld.ask("guide").command());

        assertThat(cut.code()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(client.heard).containsExactly("0:Hello", "0: you");
        assertThat(client.end).isNull();
        assertThat(settlement().outcome()).isEqualTo(Outcome.FAILED);
        assertThat(settlement().outputTokens()).isEqualTo(2);
        assertThat(settlement().making().site().orElseThrow().pool()).isEqualTo("norrhamn-cpu");
    }

    @Test
    void aWholeAnswerWithoutClosingRowDoesNotLeaveAndCostsNothing() {
        client.whole = true;
        world.budgets.refusesClosingRows = true;
        var cut = broken(ServingWorld.ask("guide").command());

        assertThat(cut.code()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(client.end).isNull();
        assertThat(world.budgets.released).hasSize(1);
        assertThat(world.budgets.settled).isEmpty();
    }

    @Test
    void theModelBeginsBeforeTheIntentIsDurableAndNothingLeavesUntilItIs() {
        world.budgets.opening = new CompletableFuture<>();
        world.home.script =
                (pool, sink) -> {
                    assertThat(client.start).as("nothing has left").isNull();
                    world.budgets.opening.complete(null);
                    FakeChatPool.say(sink, ChatPool.End.STOP, "Hello");
                };
        world.completions.chat(ServingWorld.ask("guide").command(), client);

        assertThat(client.start).isNotNull();
        assertThat(client.heard).containsExactly("0:Hello", "0=stop");
    }

    @Test
    void nothingLeavesAndNothingIsChargedWhenTheIntentIsNotDurable() {
        world.budgets.opening = CompletableFuture.failedFuture(new IllegalStateException("away"));
        var refused = broken(ServingWorld.ask("guide").command());

        assertThat(refused.code()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(client.start).isNull();
        assertThat(client.heard).isEmpty();
        assertThat(world.budgets.released).hasSize(1);
        assertThat(world.budgets.settled).isEmpty();
    }

    private void impatiently() {
        world.completions.steps =
                WiredSteps.of(
                        world.catalog, world.facts, world.budgets, world.pools, new HastyClock());
    }

    private void assertFailedAfter(long tokens) throws InterruptedException {
        assertThat(world.home.cancelled.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(settlement().outcome()).isEqualTo(Outcome.FAILED);
        assertThat(settlement().outputTokens()).isEqualTo(tokens);
        assertThat(world.budgets.stillOpen()).isZero();
    }

    private Refused broken(ChatCommand command) {
        return catchThrowableOfType(Refused.class, () -> world.completions.chat(command, client));
    }

    private Settlement settlement() {
        assertThat(world.budgets.settled).hasSize(1);
        return world.budgets.settled.getFirst();
    }
}
