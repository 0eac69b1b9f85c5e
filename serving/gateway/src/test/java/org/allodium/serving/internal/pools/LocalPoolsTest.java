package org.allodium.serving.internal.pools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.allodium.billing.Settlement.Outcome;
import org.allodium.catalog.Model;
import org.allodium.engine.EncoderOptions;
import org.allodium.engine.Engine;
import org.allodium.engine.GenerationRequest;
import org.allodium.engine.Golden;
import org.allodium.engine.InstructionSet;
import org.allodium.engine.Sampling;
import org.allodium.engine.reference.Family;
import org.allodium.engine.reference.TinyModel;
import org.allodium.evidence.Receipt;
import org.allodium.serving.AnswerEnd;
import org.allodium.serving.AnswerListener;
import org.allodium.serving.AnswerPiece;
import org.allodium.serving.AnswerStart;
import org.allodium.serving.ChatCommand;
import org.allodium.serving.ChatTools;
import org.allodium.serving.ScoredToken;
import org.allodium.serving.ServingWorld;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The pools of this process on the real engine, with the reference models.
class LocalPoolsTest {
    private static final LocalPool.Copy COPY =
            new LocalPool.Copy(
                    ServingWorld.HOME, "sha256:0", Model.Precision.AUTO, Optional.empty());

    private static final int MOST = 8;

    @Test
    void streamsAndSettlesWhatTheDecoderSaid() {
        try (var world = new ServingWorld();
                var pool = decoder(world)) {
            var client = new Reader(Integer.MAX_VALUE);
            world.completions.chat(
                    ServingWorld.ask("guide").greedily().upTo(MOST).command(), client);

            var settlement = world.budgets.settled.getFirst();
            assertThat(settlement.outcome()).isEqualTo(Outcome.COMPLETED);
            assertThat(settlement.outputTokens()).isBetween(1L, (long) MOST);
            assertThat(settlement.inputTokens())
                    .isEqualTo(pool.tokens(pool.write(messages(), ChatTools.NONE, "{}")).size());
            assertThat(client.reasons).hasSize(1);
            assertThat(pool.waiting()).isZero();
        }
    }

    @Test
    void theReceiptSaysWhatTheAnswerWasComputedWith() {
        try (var world = new ServingWorld();
                var pool = decoder(world)) {
            world.completions.chat(
                    ServingWorld.ask("guide").greedily().upTo(MOST).command(),
                    new Reader(Integer.MAX_VALUE));

            var computing =
                    world.budgets
                            .settled
                            .getFirst()
                            .making()
                            .site()
                            .flatMap(Receipt.Site::computing)
                            .orElseThrow();
            assertThat(computing.kernel()).isEqualTo(pool.computing().operators());
            assertThat(computing.instructionSet()).contains("avx2");
            assertThat(computing.precision()).isIn("fp32", "bf16", "int8", "int4");
            assertThat(world.budgets.reserved.getFirst().receipt().making().site())
                    .as("before anything was computed")
                    .hasValueSatisfying(site -> assertThat(site.computing()).isEmpty());
        }
    }

    @Test
    void theSameQuestionGreedilyHasTheSameAnswer() {
        try (var world = new ServingWorld();
                var pool = decoder(world)) {
            var first = new Reader(Integer.MAX_VALUE);
            var second = new Reader(Integer.MAX_VALUE);
            var ask = ServingWorld.ask("guide").greedily().upTo(MOST).command();
            world.completions.chat(ask, first);
            world.completions.chat(ask, second);

            assertThat(second.pieces).isEqualTo(first.pieces).isNotEmpty();
            assertThat(pool.state()).isEqualTo(Model.State.READY);
        }
    }

    @Test
    void aReaderWhoLeavesStopsTheDecoder() {
        try (var world = new ServingWorld();
                var pool = decoder(world)) {
            var ask = ServingWorld.ask("guide").greedily().upTo(60).command();
            world.completions.chat(ask, new Reader(1));

            var settlement = world.budgets.settled.getFirst();
            assertThat(settlement.outcome()).isEqualTo(Outcome.CANCELLED);
            assertThat(settlement.outputTokens()).isLessThan(60);
            assertThat(pool.waiting()).isZero();
        }
    }

    @Test
    void aClosedPoolFailsInsteadOfHanging() {
        try (var world = new ServingWorld()) {
            var pool = decoder(world);
            pool.close();
            var ends = new ArrayList<ChatPool.End>();
            pool.generate(
                    new ChatPool.Continuation(
                            new GenerationRequest(List.of(1L), 1, Sampling.GREEDY, List.of()),
                            false,
                            Optional.empty()),
                    new ChatPool.GenerationSink() {
                        @Override
                        public void prompt(List<ScoredToken> tokens) {}

                        @Override
                        public void piece(AnswerPiece piece) {}

                        @Override
                        public void end(ChatPool.End why, int completionTokens, int cached) {
                            ends.add(why);
                        }
                    });

            assertThat(ends).containsExactly(ChatPool.End.FAILED);
            assertThat(pool.state()).isEqualTo(Model.State.OFFLINE);
        }
    }

    @Test
    void embedsManyInputs() throws ModelPool.Broken {
        try (var pool =
                new LocalEmbeddingPool(
                        COPY, Engine.loadEncoder(Golden.dir("bert-embed")), new Queue(1))) {
            var inputs = new ArrayList<List<Long>>();
            for (int i = 0; i < 70; i++) {
                inputs.add(List.of(1L, 2L, 3L + i % 5));
            }
            var computed = new ArrayList<Long>();
            var vectors = pool.embed(inputs, 64, computed::add);

            assertThat(computed).as("before each group").containsExactly(0L, 96L, 192L);
            assertThat(vectors).hasSize(70);
            assertThat(vectors.get(69)).isEqualTo(vectors.get(64));
            assertThat(pool.knows(-1)).isFalse();
            assertThat(pool.enter()).isPresent();
            assertThat(pool.enter()).isEmpty();
        }
    }

    @Test
    void ranksWithAModelOfItsOwn(@TempDir Path dir) throws IOException, ModelPool.Broken {
        TinyModel.of(Family.BERT_RANKER).writeTo(dir);
        Files.copy(
                Golden.dir("tokenizer").resolve("tokenizer.json"), dir.resolve("tokenizer.json"));
        var ranker = Engine.loadRanker(dir, EncoderOptions.STANDARD);
        var pool = new LocalRankingPool(COPY, ranker, new Queue(1));
        var pair = pool.tokens("why", "because");
        var other = pool.tokens("why", "on Tuesday");

        assertThat(pool.score(List.of(pair, other, pair), computed -> {}))
                .hasSize(3)
                .satisfies(s -> assertThat(s[0]).isCloseTo(s[2], within(1e-5f)))
                .satisfies(s -> assertThat(s[0]).isBetween(0f, 1f).isNotEqualTo(s[1]));
        pool.close();
        assertThat(pool.state()).isEqualTo(Model.State.OFFLINE);
        assertThatThrownBy(() -> pool.score(List.of(pair), computed -> {}))
                .isInstanceOf(ModelPool.Broken.class);
    }

    @Test
    void vectorsThatAreNoNumbersAreAFailure(@TempDir Path dir) throws IOException {
        for (var file : List.of("config.json", "model.safetensors")) {
            Files.copy(Golden.dir("bert-embed").resolve(file), dir.resolve(file));
        }
        var weights = Files.readAllBytes(dir.resolve("model.safetensors"));
        int half = weights.length / 2;
        Arrays.fill(weights, half, weights.length, (byte) 0xff);
        Files.write(dir.resolve("model.safetensors"), weights);
        try (var pool = new LocalEmbeddingPool(COPY, Engine.loadEncoder(dir), new Queue(1))) {
            assertThatThrownBy(() -> pool.embed(List.of(List.of(1L, 2L)), 64, computed -> {}))
                    .isInstanceOf(ModelPool.Broken.class);
        }
    }

    private static List<ChatCommand.Message> messages() {
        return ServingWorld.ask("guide").command().messages();
    }

    /// Stands in the place of the fake at home; the other one at home is down.
    private static LocalChatPool decoder(ServingWorld world) {
        var pool =
                new LocalChatPool(
                        new LocalPool.Copy(
                                ServingWorld.HOME,
                                world.home.digest(),
                                Model.Precision.AUTO,
                                Optional.of(InstructionSet.AVX2)),
                        Engine.loadDecoder(Golden.dir("llama-tied")),
                        new Queue(4));
        world.pools.add(pool);
        world.homeToo.state = Model.State.FAILED;
        return pool;
    }

    private static final class Reader implements AnswerListener {
        final List<String> pieces = new ArrayList<>();
        final List<String> reasons = new ArrayList<>();
        private final int patience;

        Reader(int patience) {
            this.patience = patience;
        }

        @Override
        public void started(AnswerStart start) {}

        @Override
        public void text(int choice, String piece) throws IOException {
            if (pieces.size() >= patience) {
                throw new IOException("Broken pipe");
            }
            pieces.add(piece);
        }

        @Override
        public void choiceEnded(int choice, String finishReason) {
            reasons.add(finishReason);
        }

        @Override
        public void ended(AnswerEnd end) {}
    }
}
