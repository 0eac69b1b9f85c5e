package org.allodium.models.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.allodium.engine.ChatMessage;
import org.allodium.engine.Decoder;
import org.allodium.engine.Engine;
import org.allodium.engine.GenerationListener;
import org.allodium.engine.GenerationRequest;
import org.allodium.engine.GenerationResult;
import org.allodium.engine.Sampling;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The model directory that ships, in the engine that serves it.
class BundledGuideTest {

    private static final int EVERY_NTH = 34;

    private final Path directory = directory();
    private final JsonNode evaluation =
            JsonMapper.shared().readTree(directory.resolve("evaluation.json"));

    @Test
    void answersInTheEngineAsItDidInItsEvaluation() {
        var corpus = TrainingCorpus.of(TrainingCorpus.bundledFacts(), TrainGuide.SEED);
        var wrong = new ArrayList<String>();
        evaluation
                .get("sentences")
                .get("wrong")
                .forEach(answer -> wrong.add(answer.get("question").asString()));
        int asked = 0;
        int same = 0;
        try (var decoder = Engine.loadDecoder(directory)) {
            for (int i = 0; i < corpus.sentences().size(); i += EVERY_NTH) {
                var example = corpus.sentences().get(i);
                boolean right = reply(decoder, example.question()).equals(example.answer());
                asked++;
                same += right != wrong.contains(example.question()) ? 1 : 0;
            }
        }
        // Another processor sums in another order, which may tip a close choice now and then.
        assertThat(same).isGreaterThanOrEqualTo(asked - 1);
    }

    @Test
    void knowsWhatItIsAskedFirst() {
        try (var decoder = Engine.loadDecoder(directory)) {
            assertThat(reply(decoder, "What is Allodium?")).startsWith("Allodium is the portal");
            assertThat(reply(decoder, "How do I create an API key?")).contains("shown once");
            assertThat(reply(decoder, "What is the capital of France?"))
                    .startsWith("I only know about Allodium");
        }
    }

    @Test
    void carriesTheFiguresOfItsEvaluation() throws IOException {
        var card = Files.readString(directory.resolve("README.md"));
        var passport = Files.readString(directory.resolve("passport.yaml"));
        var exact = evaluation.get("fresh").get("all").get("exact").asDouble();
        var figure = String.format(Locale.ROOT, "%.1f %%", 100 * exact);
        assertThat(exact).isGreaterThan(0.7);
        assertThat(card).contains(figure).doesNotContainPattern("@[a-z.]+@");
        assertThat(passport).contains(figure).doesNotContainPattern("@[a-z.]+@");
    }

    private static String reply(Decoder decoder, String question) {
        var prompt = decoder.encodeChat(List.of(new ChatMessage("user", question)));
        var request =
                new GenerationRequest(
                        Arrays.stream(prompt).boxed().toList(), 150, Sampling.GREEDY, List.of());
        var text = new StringBuilder();
        var end = new CompletableFuture<GenerationResult>();
        decoder.submit(
                request,
                new GenerationListener() {
                    @Override
                    public void onText(String piece, int tokens) {
                        text.append(piece);
                    }

                    @Override
                    public void onEnd(GenerationResult result) {
                        end.complete(result);
                    }
                });
        assertThat(end.join().reason()).isEqualTo(GenerationResult.FinishReason.STOP);
        return text.toString().strip();
    }

    private static Path directory() {
        var config = BundledGuideTest.class.getResource("/models/allodium-guide/config.json");
        try {
            return Path.of(Objects.requireNonNull(config).toURI()).getParent();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
