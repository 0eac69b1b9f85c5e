package org.allodium.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.models.completions.Completion;
import com.openai.models.completions.CompletionCreateParams;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.allodium.it.product.Api;
import org.allodium.it.product.Product;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Continued texts and prescribed forms, by plain HTTP and by the official Java client.
class CompletionsIT {
    private static final String MODEL = "allodium-guide";
    private static final String TEXT = "/completions";
    private static final String CHAT = "/chat/completions";

    private final OpenAIClient client =
            OpenAIOkHttpClient.builder()
                    .baseUrl(Product.api())
                    .apiKey(Product.key("standard"))
                    .build();

    @Test
    void theOfficialClientContinuesWholeAndStreamed() {
        var asked =
                CompletionCreateParams.builder()
                        .model(MODEL)
                        .prompt("Allodium is")
                        .maxTokens(12)
                        .temperature(0.0)
                        .build();
        var whole = client.completions().create(asked);
        List<Completion> chunks = new ArrayList<>();
        try (var stream = client.completions().createStreaming(asked)) {
            stream.stream().forEach(chunks::add);
        }
        var text =
                chunks.stream()
                        .flatMap(chunk -> chunk.choices().stream())
                        .map(choice -> choice.text())
                        .collect(Collectors.joining());
        assertThat(whole.choices().getFirst().text()).isEqualTo(text).isNotBlank();
        assertThat(whole.usage().orElseThrow().completionTokens()).isBetween(1L, 12L);
    }

    /// As harnesses do that compare the likelihood of given endings.
    @Test
    void scoresAnEndingByEchoedLogprobs() {
        var asked =
                CompletionCreateParams.builder()
                        .model(MODEL)
                        .promptOfArrayOfStrings(
                                List.of("What is Allodium? A cloud", "What is Allodium? zxqj"))
                        .maxTokens(1)
                        .temperature(0.0)
                        .echo(true)
                        .logprobs(1)
                        .putAdditionalBodyProperty("return_token_ids", JsonValue.from(true))
                        .build();
        var choices = client.completions().create(asked).choices();
        assertThat(choices).hasSize(2);
        for (var choice : choices) {
            var scores = choice.logprobs().orElseThrow();
            var tokens = scores.tokens().orElseThrow();
            assertThat(String.join("", tokens)).isEqualTo(choice.text());
        }
    }

    @Test
    void scoresAreThoseOfTheModelWhetherEchoedOrGenerated() {
        var generated =
                post(
                                TEXT,
                                "\"prompt\":\"Allodium is\",\"max_tokens\":4,\"temperature\":0,"
                                        + "\"logprobs\":2,\"return_token_ids\":true")
                        .at("/choices/0");
        var prompt =
                post(
                                TEXT,
                                "\"prompt\":\"Allodium is\",\"max_tokens\":0,\"echo\":true,"
                                        + "\"logprobs\":0")
                        .at("/choices/0/logprobs/tokens");
        var echoed =
                post(
                                TEXT,
                                "\"prompt\":\"Allodium is"
                                        + JsonMapper.shared()
                                                .writeValueAsString(
                                                        generated.path("text").asString())
                                                .substring(1)
                                        + ",\"max_tokens\":0,\"echo\":true,\"logprobs\":2")
                        .at("/choices/0/logprobs");
        assertThat(generated.path("token_ids").size()).isEqualTo(4);
        assertThat(echoed.at("/token_logprobs/0").isNull()).isTrue();
        for (int i = 0; i < 3; i++) {
            double first = generated.at("/logprobs/token_logprobs/" + i).asDouble();
            double again = echoed.at("/token_logprobs/" + (prompt.size() + i)).asDouble();
            assertThat(again).isCloseTo(first, within(0.05));
        }
    }

    /// As evaluation harnesses and benchmarks send it, with what asks for nothing here.
    @Test
    void takesWhatClientsThatMeasureSend() {
        var body =
                post(
                        TEXT,
                        "\"prompt\":\"Hi\",\"max_tokens\":20,\"temperature\":0.0,\"ignore_eos\":true,"
                                + "\"repetition_penalty\":1.0,\"min_tokens\":0,\"logprobs\":null,"
                                + "\"skip_special_tokens\":true,\"best_of\":1,"
                                + "\"stop\":[\"zq\",\"\\ndef\",\"\\n#\",\"\\nif\",\"\\nprint\"]");

        assertThat(body.at("/usage/completion_tokens").asInt()).isPositive();
        assertThat(body.at("/choices/0/text").asString()).doesNotContain("\ndef", "\nif");
    }

    @Test
    void continuesTokenIdsOfManyPrompts() {
        var body =
                post(TEXT, "\"prompt\":[[10,11,12],[13,14]],\"n\":2,\"max_tokens\":3,\"seed\":1");

        assertThat(body.path("choices"))
                .extracting(choice -> choice.path("index").asInt())
                .containsExactly(0, 1, 2, 3);
        assertThat(body.at("/usage/prompt_tokens").asInt()).isEqualTo(5);
        var again =
                post(TEXT, "\"prompt\":[[10,11,12],[13,14]],\"n\":2,\"max_tokens\":3,\"seed\":1");
        assertThat(again.path("choices")).isEqualTo(body.path("choices"));
    }

    @Test
    void goesOnPastTheEndWhereAsked() {
        var body = post(TEXT, "\"prompt\":\"Bye\",\"max_tokens\":40,\"ignore_eos\":true");

        assertThat(body.at("/usage/completion_tokens").asInt()).isEqualTo(40);
        assertThat(body.at("/choices/0/finish_reason").asString()).isEqualTo("length");
    }

    @Test
    void keepsToASchema() {
        var schema =
                "{\"type\":\"object\",\"properties\":{\"city\":{\"enum\":[\"Norrhamn\",\"Sydal\"]},"
                        + "\"people\":{\"type\":\"integer\",\"minimum\":10,\"maximum\":99}},"
                        + "\"required\":[\"city\",\"people\"],\"additionalProperties\":false}";
        var choice =
                post(
                                CHAT,
                                "\"messages\":[{\"role\":\"user\",\"content\":\"A city?\"}],"
                                        + "\"max_tokens\":60,\"response_format\":{\"type\":"
                                        + "\"json_schema\",\"json_schema\":{\"name\":\"city\","
                                        + "\"strict\":true,\"schema\":"
                                        + schema
                                        + "}}")
                        .at("/choices/0");
        assertThat(choice.path("finish_reason").asString()).isEqualTo("stop");
        var city = JsonMapper.shared().readTree(choice.at("/message/content").asString());
        assertThat(city.path("city").asString()).isIn("Norrhamn", "Sydal");
        assertThat(city.path("people").asInt()).isBetween(10, 99);
    }

    @Test
    void theSecondOfTwoLikePromptsIsPartlyComputedAlready() {
        var words = "Allodium keeps what belongs to its owners. ".repeat(12);
        var question = "\"prompt\":\"" + words + "\",\"max_tokens\":1";
        post(TEXT, question);
        var usage = post(TEXT, question).path("usage");

        assertThat(usage.at("/prompt_tokens_details/cached_tokens").asInt())
                .isBetween(1, usage.path("prompt_tokens").asInt());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"prompt\":\"a\",\"suffix\":\"b\" | suffix",
                "\"prompt\":\"a\",\"best_of\":2 | best_of",
                "\"prompt\":\"a\",\"logprobs\":6 | logprobs",
                "\"prompt\":\"a\",\"max_tokens\":0 | max_tokens",
                "\"prompt\":[[99999999]] | prompt",
                "\"max_tokens\":1 | prompt",
            })
    void refusesByName(String fields, String param) {
        var answer = Api.as("standard").post(TEXT, body(fields));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error().path("param").asString()).isEqualTo(param);
    }

    private static JsonNode post(String path, String fields) {
        var answer = Api.as("standard").post(path, body(fields));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json();
    }

    private static String body(String fields) {
        return "{\"model\":\"" + MODEL + "\"," + fields + "}";
    }
}
