package org.allodium.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.NotFoundException;
import com.openai.errors.PermissionDeniedException;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.models.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.allodium.it.product.Product;
import org.junit.jupiter.api.Test;

/// The official Java client, unchanged: base URL and key are all it is told.
class OpenAiClientIT {
    private final OpenAIClient client = client(Product.key("standard"));

    private static OpenAIClient client(String key) {
        return OpenAIOkHttpClient.builder().baseUrl(Product.api()).apiKey(key).build();
    }

    private static ChatCompletionCreateParams.Builder question(String model) {
        return ChatCompletionCreateParams.builder()
                .model(model)
                .addUserMessage("What is Allodium?")
                .maxCompletionTokens(24)
                .temperature(0.0);
    }

    @Test
    void listsAndFindsModels() {
        List<String> ids = client.models().list().data().stream().map(Model::id).toList();
        assertThat(ids).contains("allodium-guide", "all-minilm-l6-v2", "allodium-guide-abroad");
        assertThat(client.models().retrieve("allodium-guide").id()).isEqualTo("allodium-guide");
        assertThatThrownBy(() -> client.models().retrieve("no/such-model"))
                .isInstanceOf(NotFoundException.class);
    }

    @Test
    void answersWholeAndStreamedWithTheSameWords() {
        var whole = client.chat().completions().create(question("allodium-guide").build());
        var choice = whole.choices().getFirst();
        assertThat(choice.message().content().orElseThrow()).isNotBlank();
        assertThat(whole.usage().orElseThrow().completionTokens()).isBetween(1L, 24L);
        List<ChatCompletionChunk> chunks = new ArrayList<>();
        var streamed =
                question("allodium-guide")
                        .streamOptions(
                                ChatCompletionStreamOptions.builder().includeUsage(true).build())
                        .build();
        try (var stream = client.chat().completions().createStreaming(streamed)) {
            stream.stream().forEach(chunks::add);
        }
        String text =
                chunks.stream()
                        .flatMap(chunk -> chunk.choices().stream())
                        .map(delta -> delta.delta().content().orElse(""))
                        .collect(Collectors.joining());
        assertThat(text).isEqualTo(choice.message().content().orElseThrow());
        assertThat(chunks.stream().map(ChatCompletionChunk::id).distinct()).hasSize(1);
        assertThat(chunks.getLast().usage().orElseThrow().totalTokens())
                .isEqualTo(whole.usage().orElseThrow().totalTokens());
    }

    @Test
    void embedsTextSoThatLikeMeaningsLieClose() {
        var answer =
                client.embeddings()
                        .create(
                                EmbeddingCreateParams.builder()
                                        .model("all-minilm-l6-v2")
                                        .inputOfArrayOfStrings(
                                                List.of(
                                                        "A man is playing a guitar on stage.",
                                                        "Someone performs music with a guitar.",
                                                        "The central bank raised interest rates."))
                                        .build());
        List<List<Float>> vectors =
                answer.data().stream()
                        .map(
                                item ->
                                        item.embedding().stream()
                                                .map(number -> ((Number) number).floatValue())
                                                .toList())
                        .toList();
        assertThat(vectors.getFirst()).hasSize(384);
        assertThat(dot(vectors.get(0), vectors.get(0))).isCloseTo(1.0, within(1e-3));
        assertThat(dot(vectors.get(0), vectors.get(1)))
                .isGreaterThan(dot(vectors.get(0), vectors.get(2)) + 0.3);
    }

    @Test
    void errorsArriveAsTheClientsOwnExceptions() {
        assertThatThrownBy(() -> client("sk-alo-nonsense").models().list())
                .isInstanceOf(UnauthorizedException.class);
        assertThatThrownBy(
                        () ->
                                client(Product.key("strict"))
                                        .chat()
                                        .completions()
                                        .create(question("allodium-guide-abroad").build()))
                .isInstanceOf(PermissionDeniedException.class);
        assertThatThrownBy(
                        () ->
                                client(Product.key("spent"))
                                        .chat()
                                        .completions()
                                        .create(question("allodium-guide").build()))
                .isInstanceOf(RateLimitException.class);
    }

    private static double dot(List<Float> left, List<Float> right) {
        double sum = 0;
        for (int i = 0; i < left.size(); i++) {
            sum += left.get(i) * right.get(i);
        }
        return sum;
    }
}
