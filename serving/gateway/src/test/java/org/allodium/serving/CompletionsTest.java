package org.allodium.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.allodium.billing.Settlement.Outcome;
import org.allodium.catalog.Model;
import org.allodium.evidence.Receipt;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Money;
import org.allodium.kernel.Refused;
import org.allodium.kernel.Sentence;
import org.allodium.serving.internal.pools.ChatPool;
import org.allodium.sovereignty.Rule;
import org.allodium.sovereignty.RuleFailure;
import org.allodium.tenancy.Limits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CompletionsTest {
    private final ServingWorld world = new ServingWorld();
    private final Hearing client = new Hearing();

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void answersAndSettlesWhatWasUsed() {
        chat(ServingWorld.ask("guide"));

        assertThat(client.heard).containsExactly("0:Hello", "0: you", "0=stop");
        assertThat(client.end.promptTokens()).isEqualTo(8);
        assertThat(client.end.completionTokens()).isEqualTo(3);
        assertThat(client.end.settled().join().cost()).isEqualTo(Money.euro("0.000014"));
        var settlement = world.budgets.settled.getFirst();
        assertThat(settlement.outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(settlement.making().site().orElseThrow().pool()).isEqualTo("norrhamn-cpu");
        assertThat(world.budgets.stillOpen()).isZero();
        assertThat(world.home.inside.get()).isZero();
    }

    @Test
    void reservesTheCeilingBeforeAnythingIsDispatched() {
        world.home.script =
                (pool, sink) -> {
                    assertThat(world.budgets.reserved).hasSize(1);
                    FakeChatPool.say(sink, ChatPool.End.LENGTH, "a");
                };
        chat(ServingWorld.ask("guide").upTo(10).times(3));

        var intent = world.budgets.reserved.getFirst();
        assertThat(intent.charge().maxOutputTokens()).isEqualTo(30);
        assertThat(intent.charge().ceiling()).isEqualTo(Money.euro("0.000068"));
        assertThat(intent.requestId()).isEqualTo(client.start.requestId());
    }

    @Test
    void receiptDraftHoldsNoWordOfThePrompt() {
        chat(ServingWorld.ask("guide").saying("most secret words"));
        assertThat(world.budgets.reserved.getFirst().receipt().toJson())
                .contains("\"policy\":\"national\"", "norrhamn-cpu", "op-1", "class-1")
                .doesNotContain("secret");
    }

    @Test
    void choicesHaveTheirOwnIndexAndSeedAndSumUp() {
        chat(ServingWorld.ask("guide").times(2));

        assertThat(client.heard).contains("0:Hello", "0=stop", "1:Hello", "1=stop");
        assertThat(client.end.completionTokens()).isEqualTo(6);
        assertThat(world.home.asked)
                .extracting(ChatPool.Continuation::seed)
                .containsExactly(Optional.of(7L), Optional.of(8L));
    }

    @Test
    void takesTheLeastBusyPool() {
        world.home.inside.set(3);
        chat(ServingWorld.ask("guide"));

        assertThat(client.start.place().pool()).isEqualTo(ServingWorld.HOME_TOO);
    }

    @Test
    void usesTheNextPoolWhenOneIsFull() {
        world.home.capacity = 0;
        chat(ServingWorld.ask("guide"));

        assertThat(client.start.place().pool()).isEqualTo(ServingWorld.HOME_TOO);
    }

    @Test
    void neverRunsOutsideTheDecision() {
        world.facts.barred.add(ServingWorld.HOME);
        chat(ServingWorld.ask("guide"));

        assertThat(client.start.place().pool()).isEqualTo(ServingWorld.HOME_TOO);
        assertThat(world.home.asked).isEmpty();
    }

    @Test
    void unknownAndForbiddenModelsSoundTheSame() {
        var unknown = refused(ServingWorld.ask("nope"));
        var forbidden = refused(ServingWorld.ask("guide").by(ServingWorld.caller("other")));

        assertThat(unknown.code()).isEqualTo(ErrorCode.MODEL_NOT_FOUND);
        assertThat(forbidden.code()).isEqualTo(ErrorCode.MODEL_NOT_FOUND);
        assertThat(forbidden.english()).isEqualTo(unknown.english().replace("nope", "guide"));
        nothingHappened();
    }

    @Test
    void namesTheRuleOfEveryPoolThatPolicyBars() {
        world.facts.barred.add(ServingWorld.ABROAD);
        var refusal = refused(ServingWorld.ask("guide-abroad"));

        assertThat(refusal.code()).isEqualTo(ErrorCode.DATA_RESIDENCY_MISMATCH);
        assertThat(refusal.reasons())
                .singleElement()
                .satisfies(d -> assertThat(d.grounds()).isEqualTo(Rule.OPERATOR_CONTROL))
                .satisfies(d -> assertThat(d.scope()).isEqualTo("harbour-cpu"));
        nothingHappened();
    }

    @Test
    void wideningAPolicyIsRefusedAsSuch() {
        var widened = Sentence.of("sovereignty.demand-widens", "open", "national");
        world.facts.requestFailure = Optional.of(new RuleFailure(Rule.POLICY_WIDENING, widened));
        assertThat(refused(ServingWorld.ask("guide")).code()).isEqualTo(ErrorCode.POLICY_WIDENING);
        nothingHappened();
    }

    @Test
    void eligiblePoolsThatAreDownAreACapacityProblem() {
        world.home.state = Model.State.STARTING;
        world.homeToo.state = Model.State.FAILED;
        var refusal = refused(ServingWorld.ask("guide"));

        assertThat(refusal.code()).isEqualTo(ErrorCode.RESIDENCY_CAPACITY);
        assertThat(refusal.retryAfter()).isPresent();
        nothingHappened();
    }

    @Test
    void contextErrorNamesTheNumbers() {
        var refusal = refused(ServingWorld.ask("guide").saying("x".repeat(90)).upTo(20));

        assertThat(refusal.code()).isEqualTo(ErrorCode.CONTEXT_LENGTH_EXCEEDED);
        assertThat(refusal.english()).contains("100", "90", "20", "110");
        nothingHappened();
    }

    @Test
    void anAnswerWithoutAMaximumFillsWhatIsLeft() {
        chat(ServingWorld.ask("guide").saying("x".repeat(95)));

        assertThat(world.home.asked.getFirst().maxTokens()).isEqualTo(5);
    }

    @Test
    void encodersDoNotChat() {
        var refusal = refused(ServingWorld.ask("org/encoder"));

        assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(refusal.field()).contains("model");
        nothingHappened();
    }

    @Test
    void spentBudgetSaysWhatIsLeft() {
        world.budgets.onlyAvailable("0.00001");
        var refusal = refused(ServingWorld.ask("guide"));

        assertThat(refusal.code()).isEqualTo(ErrorCode.INSUFFICIENT_QUOTA);
        assertThat(refusal.retryAfter()).isEmpty();
        assertThat(refusal.english()).contains("0.00001 EUR");
        nothingHappened();
        assertThat(world.arrivals.rate(ServingWorld.caller()).remainingTokens())
                .isEqualTo(1_000_000);
    }

    @Test
    void everyLimitRefusesBeforeMoneyIsTouched() {
        Stream.of(new Limits(1, 1_000, 9), new Limits(9, 12, 9)).forEach(this::refusesTheSecond);
        assertThat(world.budgets.reserved).hasSize(world.budgets.settled.size());
    }

    private void refusesTheSecond(Limits limits) {
        try (var fresh = new ServingWorld()) {
            fresh.organisations.limits = limits;
            var ask = ServingWorld.ask("guide").upTo(2).command();
            fresh.completions.chat(ask, new Hearing());
            var refusal =
                    catchThrowableOfType(
                            Refused.class, () -> fresh.completions.chat(ask, new Hearing()));
            assertThat(refusal.code()).isEqualTo(ErrorCode.RATE_LIMIT_EXCEEDED);
            assertThat(refusal.retryAfter()).isPresent();
            assertThat(fresh.budgets.reserved).hasSize(1);
        }
    }

    @Test
    void fullPoolsGiveTheReservationBack() {
        world.home.capacity = 0;
        world.homeToo.capacity = 0;
        var refusal = refused(ServingWorld.ask("guide"));

        assertThat(refusal.code()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(refusal.retryAfter()).contains(Duration.ofMillis(1_500));
        assertThat(world.budgets.released).hasSize(1);
        assertThat(world.budgets.settled).isEmpty();
    }

    @Test
    void engineFailureBeforeTheFirstByteCostsNothing() {
        world.home.script = (pool, sink) -> sink.end(ChatPool.End.FAILED, 0, 0);
        var failure = broken();

        assertThat(failure.code()).isEqualTo(ErrorCode.UPSTREAM_FAILED);
        assertThat(world.budgets.released).hasSize(1);
        assertThat(world.budgets.settled).isEmpty();
    }

    @Test
    void engineFailureAfterTheFirstByteSettlesWhatWasReleased() {
        world.home.script = (pool, sink) -> FakeChatPool.say(sink, ChatPool.End.FAILED, "a", "b");
        broken();

        assertThat(world.budgets.settled)
                .singleElement()
                .satisfies(s -> assertThat(s.outcome()).isEqualTo(Outcome.FAILED))
                .satisfies(s -> assertThat(s.outputTokens()).isEqualTo(2));
        assertThat(world.budgets.released).isEmpty();
        assertThat(client.end).isNull();
    }

    @Test
    void aClientThatLeavesCancelsTheEngineAndPaysForWhatItRead() {
        world.home.script =
                (pool, sink) -> {
                    sink.piece(new AnswerPiece("one", List.of(), 1));
                    sink.piece(new AnswerPiece("two", List.of(), 2));
                    await(pool.cancelled);
                    sink.end(ChatPool.End.CANCELLED, 2, 0);
                };
        var leaving = new Hearing(1);
        world.completions.chat(ServingWorld.ask("guide").command(), leaving);

        assertThat(world.home.cancelled.getCount()).isZero();
        assertThat(world.budgets.settled)
                .singleElement()
                .satisfies(s -> assertThat(s.outcome()).isEqualTo(Outcome.CANCELLED))
                .satisfies(s -> assertThat(s.inputTokens()).isEqualTo(8))
                .satisfies(s -> assertThat(s.outputTokens()).isEqualTo(1));
        assertThat(leaving.end).isNull();
        assertThat(world.home.inside.get()).isZero();
    }

    @Test
    void aSilentEngineKeepsTheClientWaitingAudibly() {
        world.wire(ServingWorld.config(Duration.ofMillis(5)));
        var waited = new CountDownLatch(1);
        world.home.script =
                (pool, sink) -> {
                    await(waited);
                    FakeChatPool.say(sink, ChatPool.End.STOP, "late");
                };
        var patient =
                new Listening(client) {
                    @Override
                    public void waiting() {
                        waited.countDown();
                    }
                };
        world.completions.chat(ServingWorld.ask("guide").command(), patient);

        assertThat(client.heard).containsExactly("0:late", "0=stop");
    }

    @Test
    void nothingIsKeptUnlessTheProjectWantsIt() {
        chat(ServingWorld.ask("guide").greedily());
        chat(ServingWorld.ask("guide").greedily());

        assertThat(world.home.asked).hasSize(2);
    }

    @Test
    void aKeptAnswerIsReplayedAtItsOwnPrice() {
        world.projects.answerCache = true;
        chat(ServingWorld.ask("guide").greedily());
        var first = client.start.requestId();
        var again = new Hearing();
        world.completions.chat(ServingWorld.ask("guide").greedily().command(), again);

        assertThat(again.heard).isEqualTo(client.heard);
        assertThat(again.start.fromCache()).isTrue();
        assertThat(again.end.cachedTokens()).isEqualTo(8);
        assertThat(again.end.settled().join().cost()).isEqualTo(Money.euro("0.000001"));
        assertThat(world.home.asked).hasSize(1).hasSize(world.home.tokenized);
        assertThat(world.budgets.settled.getLast().making().cache())
                .contains(new Receipt.Cache(true, first));
    }

    @Test
    void keptAnswersArePartitionedByTenantEpochAndQuestion() {
        world.projects.answerCache = true;
        var ask = ServingWorld.ask("guide").greedily();
        chat(ask);
        chat(ask.by(ServingWorld.callerOf(2)));
        chat(ask.saying("hello you"));
        chat(ask.upTo(3));
        world.facts.epoch = 2;
        chat(ask);

        assertThat(world.home.asked).hasSize(5);
    }

    @Test
    void aKeptAnswerOfAPoolThatIsBarredNowIsNotUsed() {
        world.projects.answerCache = true;
        chat(ServingWorld.ask("guide").greedily());
        world.facts.barred.add(ServingWorld.HOME);
        chat(ServingWorld.ask("guide").greedily());

        assertThat(world.homeToo.asked).hasSize(1);
    }

    @Test
    void requestsOfChanceAreNotKept() {
        world.projects.answerCache = true;
        chat(ServingWorld.ask("guide"));
        chat(ServingWorld.ask("guide"));

        assertThat(world.home.asked).hasSize(2);
    }

    private void chat(ServingWorld.Ask ask) {
        world.completions.chat(ask.command(), client);
    }

    private Refused refused(ServingWorld.Ask ask) {
        return catchThrowableOfType(Refused.class, () -> chat(ask));
    }

    private Refused broken() {
        return catchThrowableOfType(Refused.class, () -> chat(ServingWorld.ask("guide")));
    }

    private void nothingHappened() {
        assertThat(world.budgets.reserved).isEmpty();
        assertThat(world.home.asked).isEmpty();
        assertThat(world.homeToo.asked).isEmpty();
        assertThat(world.abroad.asked).isEmpty();
        assertThat(client.heard).isEmpty();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static class Listening implements AnswerListener {
        private final AnswerListener inner;

        Listening(AnswerListener inner) {
            this.inner = inner;
        }

        @Override
        public void started(AnswerStart start) throws Exception {
            inner.started(start);
        }

        @Override
        public void text(int choice, String piece) throws Exception {
            inner.text(choice, piece);
        }

        @Override
        public void choiceEnded(int choice, String finishReason) throws Exception {
            inner.choiceEnded(choice, finishReason);
        }

        @Override
        public void ended(AnswerEnd end) throws Exception {
            inner.ended(end);
        }
    }
}
