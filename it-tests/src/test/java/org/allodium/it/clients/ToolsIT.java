package org.allodium.it.clients;

import static org.allodium.it.product.Command.allodium;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.errors.BadRequestException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionFunctionTool;
import com.openai.models.chat.completions.ChatCompletionNamedToolChoice;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.allodium.it.product.Product;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// The official Java client with tools, against a model whose template calls them: the guide, which
/// was never trained to, with another template.
class ToolsIT {
    private static final String MODEL = "trial/tools";
    static final Path GUIDE =
            Product.root().resolve("serving/models/src/main/resources/models/allodium-guide");
    static final String TEMPLATE =
            """
            {%- for tool in tools or [] %}
                {{- 'Tool ' + tool.function.name + '. ' }}
            {%- endfor %}
            {%- for message in messages %}
                {{- '<|im_start|>' + message.role + '\n' + message.content }}
                {%- for call in message.tool_calls or [] %}
                    {{- '<tool_call>\n{"name": "' + call.function.name + '", "arguments": ' }}
                    {{- (call.function.arguments | tojson) + '}\n</tool_call>' }}
                {%- endfor %}
                {{- '<|im_end|>\n' }}
            {%- endfor %}
            {{- '<|im_start|>assistant\n' }}
            """;

    private final OpenAIClient client =
            OpenAIOkHttpClient.builder()
                    .baseUrl(Product.api())
                    .apiKey(Product.key("standard"))
                    .build();

    @BeforeAll
    static void importAModelThatCalls(@TempDir Path folder) throws Exception {
        var model = Files.createDirectory(folder.resolve("model"));
        try (Stream<Path> files = Files.list(GUIDE)) {
            for (var file : files.toList()) {
                Files.copy(file, model.resolve(file.getFileName()));
            }
        }
        Files.writeString(model.resolve("chat_template.jinja"), TEMPLATE);
        assertThat(
                        allodium(
                                folder,
                                "model",
                                "import",
                                model.toString(),
                                "--name",
                                MODEL,
                                "--deploy"))
                .as(Files.readString(folder.resolve("out")))
                .isZero();
    }

    private static ChatCompletionCreateParams.Builder question() {
        var parameters =
                FunctionParameters.builder()
                        .putAdditionalProperty("type", JsonValue.from("object"))
                        .putAdditionalProperty(
                                "properties",
                                JsonValue.from(Map.of("city", Map.of("enum", List.of("Norrhamn")))))
                        .putAdditionalProperty("required", JsonValue.from(List.of("city")))
                        .putAdditionalProperty("additionalProperties", JsonValue.from(false))
                        .build();
        return ChatCompletionCreateParams.builder()
                .model(MODEL)
                .addUserMessage("Rain?")
                .maxCompletionTokens(120)
                .addTool(
                        ChatCompletionFunctionTool.builder()
                                .function(
                                        FunctionDefinition.builder()
                                                .name("weather")
                                                .parameters(parameters)
                                                .build())
                                .build())
                .toolChoice(
                        ChatCompletionNamedToolChoice.builder()
                                .function(
                                        ChatCompletionNamedToolChoice.Function.builder()
                                                .name("weather")
                                                .build())
                                .build());
    }

    private static void assertCalls(ChatCompletion answer) {
        var choice = answer.choices().getFirst();
        assertThat(choice.finishReason()).isEqualTo(ChatCompletion.Choice.FinishReason.TOOL_CALLS);
        assertThat(choice.message().content().orElse("")).isEmpty();
        var calls = choice.message().toolCalls().orElseThrow();
        assertThat(calls).hasSize(1);
        var function = calls.getFirst().asFunction().function();
        assertThat(function.name()).isEqualTo("weather");
        var arguments = JsonMapper.shared().readTree(function.arguments());
        assertThat(arguments.path("city").asString()).isEqualTo("Norrhamn");
    }

    @Test
    void callsWholeAndStreamedAndTakesTheResult() {
        var answer = client.chat().completions().create(question().build());
        assertCalls(answer);
        var accumulator = ChatCompletionAccumulator.create();
        try (var stream = client.chat().completions().createStreaming(question().build())) {
            stream.stream().forEach(accumulator::accumulate);
        }
        assertCalls(accumulator.chatCompletion());
        var call = answer.choices().getFirst().message();
        var further =
                question()
                        .addMessage(call)
                        .addMessage(
                                ChatCompletionToolMessageParam.builder()
                                        .toolCallId(
                                                call.toolCalls()
                                                        .orElseThrow()
                                                        .getFirst()
                                                        .asFunction()
                                                        .id())
                                        .content("dry")
                                        .build())
                        .build();
        assertCalls(client.chat().completions().create(further));
    }

    @Test
    void aModelWhoseTemplateKnowsNoToolsRefusesThem() {
        var asked = question().model("allodium-guide").build();
        assertThatThrownBy(() -> client.chat().completions().create(asked))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("does not use tools");
    }
}
