package org.allodium.models.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A model of the same make, small enough to be trained in seconds.
class TrainingRunTest {

    private static final long SEED = 3;
    private static final List<TrainingFact> FACTS =
            FactFile.read(
                    """
                    @ keys.make
                    = Choose Create key.
                    - how {do I|to|can I} {make|create|get} a {key|new key}?
                    ? where are keys made?
                    @ grants.apply
                    = Fill in the form.
                    - {how|where} {do|can} I {apply|ask} for a {grant|subsidy}?
                    ? a grant, please
                    """);

    @TempDir Path directory;

    @Test
    void lowersTheLossAndLeavesAModelDirectory() throws IOException {
        var corpus = TrainingCorpus.of(FACTS, SEED);
        var shape = tokenizer(corpus);
        var losses = new ArrayList<Double>();
        try (var format = new ChatFormat(directory.resolve("tokenizer.json"));
                var model = new GuideModel(shape, SEED)) {
            train(model, corpus, format, 150, losses);
            assertThat(losses).hasSize(150);
            assertThat(losses.getLast()).isLessThan(losses.getFirst() / 2);

            ModelDirectory.write(directory, model);
            var known = corpus.training().getFirst().subList(0, 1);
            assertThat(new Evaluation(model, format).ask(known).getFirst().exact()).isTrue();
            assertReloads(shape, format, known, model);
        }
    }

    @Test
    void repeatsItself() throws IOException {
        var corpus = TrainingCorpus.of(FACTS, SEED);
        var shape = tokenizer(corpus);
        var first = new ArrayList<Double>();
        var second = new ArrayList<Double>();
        try (var format = new ChatFormat(directory.resolve("tokenizer.json"));
                var one = new GuideModel(shape, SEED);
                var two = new GuideModel(shape, SEED)) {
            train(one, corpus, format, 5, first);
            train(two, corpus, format, 5, second);
        }
        assertThat(second).isEqualTo(first).hasSize(5);
    }

    private void assertReloads(
            GuideShape shape, ChatFormat format, List<Example> known, GuideModel model)
            throws IOException {
        try (var again = new GuideModel(shape, SEED + 1)) {
            again.weights().restore(SafetensorsFile.read(directory.resolve("model.safetensors")));
            var reply = new Evaluation(again, format).ask(known).getFirst();
            assertThat(reply.exact()).isTrue();
            var expected = new Evaluation(model, format).ask(known).getFirst();
            assertThat(reply.loss()).isBetween(expected.loss() - 0.02, expected.loss() + 0.02);
        }
        assertThat(Files.readString(directory.resolve("config.json")))
                .contains("LlamaForCausalLM", "\"tie_word_embeddings\" : true");
    }

    private GuideShape tokenizer(TrainingCorpus corpus) {
        var texts =
                corpus.training().stream()
                        .flatMap(List::stream)
                        .flatMap(example -> List.of(example.question(), example.answer()).stream())
                        .toList();
        var vocabulary = BytePairTrainer.learn(texts, TokenizerFiles.SPECIALS, 300);
        TokenizerFiles.write(directory, vocabulary, 64);
        return new GuideShape(vocabulary.tokens().size(), 64, 2, 4, 128, 64, 10_000, 1e-5);
    }

    private static void train(
            GuideModel model,
            TrainingCorpus corpus,
            ChatFormat format,
            int steps,
            List<Double> losses) {
        var conversations = new Conversations(corpus, format, SEED);
        new TrainingRun(model, conversations, new Schedule(steps, 5, 5e-3))
                .run(new TrainingRun.RowPlan(512, 48, 48, 64), step -> losses.add(step.loss()));
    }
}
