package org.allodium.serving.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.allodium.billing.Fate;
import org.allodium.serving.FakeChatPool;
import org.allodium.serving.IdempotentRequests;
import org.allodium.serving.ServingWorld;
import org.allodium.serving.internal.answers.AnswerSeal;
import org.allodium.serving.internal.pools.ChatPool;
import org.allodium.sovereignty.PlacementRequest.Activity;
import org.allodium.tenancy.TestDatabase;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A request with a key is run and charged once, however often it is sent.
class OnceOnlyTest {
    private static final String HELLO =
            "{\"model\":\"guide\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]%s}";

    @TempDir Path home;

    private final TestDatabase database = TestDatabase.fresh();
    private final ServingWorld world = new ServingWorld();
    private Api api;

    @BeforeEach
    void start() {
        api = process();
    }

    @AfterEach
    void close() {
        world.close();
        database.close();
    }

    private Api process() {
        var seal = AnswerSeal.open(home.resolve("kept-answers.key"));
        return WiredApi.over(
                world,
                new IdempotentRequests(database.app(), database.platform(), seal, world.clock));
    }

    @Test
    void everyRouteThatTakesABodyAnswersARepeatWithTheFirstAnswer() {
        var posts = api.routes().all().stream().filter(r -> r.method().equals("POST")).toList();
        assertThat(posts).isNotEmpty();
        for (var route : posts) {
            int before = world.budgets.settled.size();
            var first = send(body(route.template(), ""), route.template(), "k" + before);
            var again = send(body(route.template(), ""), route.template(), "k" + before);

            assertThat(first.status()).as(first.text()).isEqualTo(200);
            assertThat(first.hasAnswered(OnceOnly.REPLAYED)).isFalse();
            assertThat(again.status()).isEqualTo(200);
            assertThat(again.text()).isEqualTo(first.text());
            assertThat(again.answered(OnceOnly.REPLAYED)).isEqualTo("true");
            for (var header : new String[] {"x-receipt-id", "x-sovereignty", "Content-Type"}) {
                assertThat(again.answered(header)).isEqualTo(first.answered(header)).isNotEmpty();
            }
            assertThat(world.budgets.settled).hasSize(before + 1);
        }
    }

    @Test
    void aStreamIsReplayedEventByEvent() {
        var first = chat(",\"stream\":true", "k");
        var again = chat(",\"stream\":true", "k");

        assertThat(again.text()).isEqualTo(first.text()).endsWith("data: [DONE]\n\n");
        assertThat(again.answered("Content-Type")).startsWith("text/event-stream");
        assertThat(world.budgets.settled).hasSize(1);
    }

    @Test
    void theAnswerSurvivesARestart() {
        var first = chat("", "k");
        api = process();
        assertThat(chat("", "k").text()).isEqualTo(first.text());
        assertThat(world.budgets.settled).hasSize(1);
    }

    @Test
    void withoutAKeyEveryRequestRuns() {
        send(HELLO.formatted(""), "/chat/completions", null);
        send(HELLO.formatted(""), "/chat/completions", null);
        assertThat(world.budgets.settled).hasSize(2);
    }

    @Test
    void anotherBodyIsRefused() {
        chat("", "k");
        var other = chat(",\"max_tokens\":5", "k");

        assertThat(other.status()).isEqualTo(422);
        assertThat(other.error().path("code").asString()).isEqualTo("idempotency_key_reused");
        assertThat(other.error().path("param").asString()).isEqualTo("Idempotency-Key");
        assertThat(world.budgets.settled).hasSize(1);
    }

    @Test
    void whileTheFirstRunsARepeatIsToldToWait() {
        var meanwhile =
                FakeExchange.post("/chat/completions", HELLO.formatted(""))
                        .with("Idempotency-Key", "k");
        world.home.script =
                (pool, sink) -> {
                    api.answer(meanwhile);
                    FakeChatPool.say(sink, ChatPool.End.STOP, "done");
                };
        assertThat(chat("", "k").status()).isEqualTo(200);

        assertThat(meanwhile.status()).isEqualTo(409);
        assertThat(meanwhile.answered("Retry-After")).isEqualTo("1");
        assertThat(meanwhile.error().path("code").asString()).isEqualTo("idempotency_key_in_use");
    }

    @Test
    void whileTheFirstRunsOnOneNodeTheOtherTellsToWaitAndThenGivesItsAnswer() {
        var other = process();
        var meanwhile = keyed();
        var body = keyed(HELLO.formatted(",\"max_tokens\":5"));
        world.home.script =
                (pool, sink) -> {
                    other.answer(meanwhile);
                    other.answer(body);
                    FakeChatPool.say(sink, ChatPool.End.STOP, "done");
                };
        var first = chat("", "k");
        assertThat(first.status()).isEqualTo(200);
        assertThat(meanwhile.status()).isEqualTo(409);
        assertThat(meanwhile.answered("Retry-After")).isEqualTo("1");
        assertThat(body.status()).isEqualTo(422);

        api = other;
        var again = chat("", "k");
        assertThat(again.text()).isEqualTo(first.text());
        assertThat(again.answered(OnceOnly.REPLAYED)).isEqualTo("true");
        assertThat(world.budgets.settled).hasSize(1);
    }

    /// Both have looked, and found nobody, before either took the key.
    @Test
    void whoComesSecondToTheIntentIsToldToWaitAndPaysNothing() {
        var other = process();
        var second = keyed();
        world.budgets.beforeOpening =
                () -> {
                    world.budgets.beforeOpening = () -> {};
                    other.answer(second);
                };
        var first = chat("", "k");
        assertThat(second.status()).as(second.text()).isEqualTo(200);
        assertThat(first.status()).as(first.text()).isEqualTo(409);
        assertThat(first.error().path("code").asString()).isEqualTo("idempotency_key_in_use");
        assertThat(world.budgets.settled).hasSize(1);
        assertThat(world.budgets.stillOpen()).isZero();

        assertThat(chat("", "k").text()).isEqualTo(second.text());
    }

    /// It was settled there, and its answer is about to be kept.
    @Test
    void whatAnotherNodeHasJustSettledIsNotTakenForLost() {
        var other = process();
        var between = keyed();
        world.budgets.afterSettling =
                () -> {
                    world.budgets.afterSettling = () -> {};
                    world.budgets.present = 1;
                    other.answer(between);
                    world.budgets.present = 0;
                };
        var first = chat("", "k");
        assertThat(between.status()).as(between.text()).isEqualTo(409);
        assertThat(chat("", "k").text()).isEqualTo(first.text());
    }

    private static FakeExchange keyed() {
        return keyed(HELLO.formatted(""));
    }

    private static FakeExchange keyed(String body) {
        return FakeExchange.post("/chat/completions", body).with("Idempotency-Key", "k");
    }

    @Test
    void whatWasRefusedOrFailedWithoutCostRunsAnew() {
        world.budgets.onlyAvailable("0");
        assertThat(chat("", "k").status()).isEqualTo(429);
        world.budgets.onlyAvailable("1000");
        world.home.script = (pool, sink) -> FakeChatPool.say(sink, ChatPool.End.FAILED);
        assertThat(chat("", "k").status()).isEqualTo(502);
        world.home.script = (pool, sink) -> FakeChatPool.say(sink, ChatPool.End.STOP, "done");
        assertThat(chat("", "k").status()).isEqualTo(200);
        assertThat(world.budgets.settled).hasSize(1);
    }

    @Test
    void anAnswerThatDidNotLeaveWholeIsNotRunAgain() {
        var leaving =
                FakeExchange.post("/chat/completions", HELLO.formatted(",\"stream\":true"))
                        .with("Idempotency-Key", "k")
                        .hangingUpAfter(300);
        api.answer(leaving);
        assertThat(world.budgets.settled).hasSize(1);

        isGone(chat(",\"stream\":true", "k"), leaving.answered("x-receipt-id"));
    }

    @Test
    void aWholeAnswerThatNobodyReadIsThereForTheRepeat() {
        var gone =
                FakeExchange.post("/chat/completions", HELLO.formatted(""))
                        .with("Idempotency-Key", "k")
                        .hangingUpAfter(0);
        api.answer(gone);

        var again = chat("", "k");
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.json().at("/choices/0/message/content").asString()).isEqualTo("Hello you");
        assertThat(world.budgets.settled).hasSize(1);
    }

    @Test
    void afterACrashARepeatHearsWhatBecameOfTheFirst() throws InterruptedException {
        afterACrash(
                crashed -> {
                    world.budgets.fates.put(crashed, Fate.OPEN);
                    assertThat(chat("", "k").status()).isEqualTo(409);
                    // As recovery settles it.
                    world.budgets.fates.put(crashed, Fate.SETTLED);
                    isGone(chat("", "k"), crashed);
                    isGone(chat("", "k"), crashed);
                });
    }

    @Test
    void afterACrashThatCostNothingARepeatRuns() throws InterruptedException {
        afterACrash(
                crashed -> {
                    world.budgets.fates.put(crashed, Fate.UNKNOWN);
                    assertThat(chat("", "k").status()).isEqualTo(200);
                    assertThat(chat("", "k").answered(OnceOnly.REPLAYED)).isEqualTo("true");
                    assertThat(world.budgets.settled).hasSize(1);
                });
    }

    @Test
    void whatACrashEndedBeforeAnythingWasChargedRunsAnew() throws InterruptedException {
        afterACrash(
                crashed -> {
                    world.budgets.interrupted(crashed);
                    assertThat(chat("", "k").status()).isEqualTo(200);
                    assertThat(chat("", "k").answered(OnceOnly.REPLAYED)).isEqualTo("true");
                });
    }

    /// While the first request is at its model another process takes over, which knows of the first
    /// one only what is in the database.
    private void afterACrash(Consumer<String> then) throws InterruptedException {
        var script = world.home.script;
        var reached = new CountDownLatch(1);
        var end = new CountDownLatch(1);
        world.home.script =
                (pool, sink) -> {
                    reached.countDown();
                    await(end);
                    FakeChatPool.say(sink, ChatPool.End.FAILED);
                };
        var before = api;
        var request =
                FakeExchange.post("/chat/completions", HELLO.formatted(""))
                        .with("Idempotency-Key", "k");
        var first = Thread.startVirtualThread(() -> before.answer(request));
        await(reached);
        world.home.script = script;
        api = process();
        try {
            then.accept(world.budgets.reserved.getLast().requestId());
        } finally {
            end.countDown();
            first.join();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void anAnswerThatMayNotBeKeptIsNamedByItsReceipt() {
        world.facts.withdrawnSinks.add(Activity.KEPT_ANSWER);
        var first = chat("", "k");
        assertThat(first.status()).isEqualTo(200);
        isGone(chat("", "k"), first.answered("x-receipt-id"));
    }

    @Test
    void aPolicyThatForbidsKeepingNowHoldsForWhatIsKept() {
        var first = chat("", "k");
        world.facts.withdrawnSinks.add(Activity.KEPT_ANSWER);
        isGone(chat("", "k"), first.answered("x-receipt-id"));
    }

    @Test
    void anAnswerThatIsTooLargeIsNamedByItsReceipt() {
        world.home.script =
                (pool, sink) ->
                        FakeChatPool.say(
                                sink,
                                ChatPool.End.STOP,
                                "x".repeat(IdempotentRequests.LARGEST_ANSWER));
        var first = chat("", "k");
        assertThat(first.status()).isEqualTo(200);
        isGone(chat("", "k"), first.answered("x-receipt-id"));
    }

    @Test
    void aKeyForOtherModelsDoesNotReadTheAnswer() {
        chat("", "k");
        var narrow =
                FakeExchange.post("/chat/completions", HELLO.formatted(""))
                        .with("Idempotency-Key", "k")
                        .with("Authorization", "Bearer narrow");
        api.answer(narrow);
        assertThat(narrow.status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two words", "ä", "tab\t"})
    void aKeyThatIsNoneIsRefused(String key) {
        assertThat(chat("", key).status()).isEqualTo(400);
        assertThat(world.budgets.reserved).isEmpty();
    }

    @Test
    void aKeyHasItsLength() {
        assertThat(chat("", "k".repeat(255)).status()).isEqualTo(200);
        var tooLong = chat("", "k".repeat(256));
        assertThat(tooLong.status()).isEqualTo(400);
        assertThat(tooLong.error().path("param").asString()).isEqualTo("Idempotency-Key");
    }

    private void isGone(FakeExchange repeat, String receipt) {
        assertThat(repeat.status()).isEqualTo(410);
        assertThat(repeat.error().path("code").asString()).isEqualTo("answer_not_kept");
        assertThat(repeat.error().path("receipt_id").asString()).isEqualTo(receipt).isNotEmpty();
        assertThat(repeat.error().path("message").asString()).contains(receipt);
        assertThat(repeat.answered("x-receipt-id")).isEqualTo(receipt);
        assertThat(world.budgets.settled.size()).isLessThanOrEqualTo(1);
    }

    private FakeExchange chat(String more, String key) {
        return send(HELLO.formatted(more), "/chat/completions", key);
    }

    private FakeExchange send(String body, String path, @Nullable String key) {
        var exchange = FakeExchange.post(path, body);
        api.answer(key == null ? exchange : exchange.with("Idempotency-Key", key));
        return exchange;
    }

    private static String body(String path, String more) {
        return switch (path) {
            case "/embeddings" -> "{\"model\":\"org/encoder\",\"input\":\"hi\"}";
            case "/completions" -> "{\"model\":\"guide\",\"prompt\":\"hi\"}";
            case "/rerank" -> "{\"model\":\"org/ranker\",\"query\":\"a\",\"documents\":[\"b\"]}";
            default -> HELLO.formatted(more);
        };
    }
}
