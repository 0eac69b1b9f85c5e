package org.allodium.serving.internal.pools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.allodium.catalog.Model;
import org.allodium.engine.Engine;
import org.allodium.engine.GenerationRequest.Ending;
import org.allodium.engine.GenerationRequest.Logprobs;
import org.allodium.engine.InstructionSet;
import org.allodium.engine.OutputFormat;
import org.allodium.engine.Sampling;
import org.allodium.engine.Tool;
import org.allodium.engine.ToolCall;
import org.allodium.kernel.Refused;
import org.allodium.serving.AnswerEnd;
import org.allodium.serving.AnswerListener;
import org.allodium.serving.AnswerPiece;
import org.allodium.serving.AnswerStart;
import org.allodium.serving.ChatCommand;
import org.allodium.serving.ChatTools;
import org.allodium.serving.SamplingOptions;
import org.allodium.serving.SamplingWish;
import org.allodium.serving.ScoredToken;
import org.allodium.serving.ServingWorld;
import org.allodium.serving.TextCommand;
import org.allodium.serving.TextInput;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A pool on the bundled guide: calls it must make, and prompts that it scores.
class LocalToolsTest {
    private static final Path GUIDE = Path.of("../models/src/main/resources/models/allodium-guide");
    private static final String TEMPLATE =
            "{% if tools %}{{ tools|tojson }} <tool_call> \"arguments\"{% endif %}"
                    + "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n"
                    + "{% endfor %}<|im_start|>assistant\n";
    private static final Tool SAY =
            new Tool(
                    "say",
                    "{\"type\":\"function\",\"function\":{\"name\":\"say\"}}",
                    "{\"type\":\"object\",\"properties\":{\"loud\":{\"type\":\"boolean\"}},"
                            + "\"required\":[\"loud\"]}");

    @TempDir private Path dir;

    private LocalChatPool guide(ServingWorld world, String template) throws IOException {
        try (var files = Files.list(GUIDE)) {
            for (var file : files.toList()) {
                Files.copy(file, dir.resolve(file.getFileName()));
            }
        }
        Files.writeString(dir.resolve("chat_template.jinja"), template);
        var pool =
                new LocalChatPool(
                        new LocalPool.Copy(
                                ServingWorld.HOME,
                                world.home.digest(),
                                Model.Precision.AUTO,
                                Optional.of(InstructionSet.AVX2)),
                        Engine.loadDecoder(dir),
                        new Queue(4));
        world.pools.add(pool);
        world.homeToo.state = Model.State.FAILED;
        world.catalog.add("tall", Model.Modality.TEXT, 512, ServingWorld.HOME);
        return pool;
    }

    private static ChatCommand mustSay() {
        var tools = new ChatTools(List.of(SAY), List.of(SAY), true, true);
        var plain = SamplingOptions.of(Optional.of(60), new Sampling(0.7, 1, 5L));
        return new ChatCommand(
                ServingWorld.caller(),
                "tall",
                List.of(new ChatCommand.Message("user", "Hi")),
                tools,
                new SamplingOptions(
                        plain.maxTokens(),
                        plain.sampling(),
                        plain.ending(),
                        1,
                        plain.logprobs(),
                        new OutputFormat.ToolCalls(tools.callable(), true, false, true),
                        false),
                Optional.empty(),
                Optional.empty());
    }

    @Test
    void callsWhatItMustCall() throws IOException {
        try (var world = new ServingWorld();
                var pool = guide(world, TEMPLATE)) {
            var client = new GenerationSink();
            world.completions.chat(mustSay(), client);

            assertThat(client.reasons).containsExactly("tool_calls");
            assertThat(client.calls).hasSize(1);
            assertThat(client.calls.getFirst().name()).isEqualTo("say");
            assertThat(client.calls.getFirst().arguments()).matches("\\{\"loud\":(true|false)}");
            assertThat(client.text.toString()).isBlank();
            assertThat(world.budgets.settled.getFirst().outputTokens()).isPositive();
            assertThat(pool.waiting()).isZero();
        }
    }

    @Test
    void refusesToolsThatTheTemplateDoesNotUseAndChargesNothing() throws IOException {
        try (var world = new ServingWorld();
                var pool = guide(world, "{{ messages[0].content }}")) {
            var refusal =
                    catchThrowableOfType(
                            Refused.class,
                            () -> world.completions.chat(mustSay(), new GenerationSink()));

            assertThat(refusal.field()).contains("tools");
            assertThat(world.budgets.settled).isEmpty();
            assertThat(world.budgets.stillOpen()).isZero();
            assertThat(pool.waiting()).isZero();
        }
    }

    @Test
    void scoresThePromptThatItGivesBack() throws IOException {
        try (var world = new ServingWorld();
                var pool = guide(world, TEMPLATE)) {
            var client = new GenerationSink();
            var options =
                    new SamplingOptions(
                            Optional.of(new SamplingOptions.MostTokens(3, "max_tokens")),
                            SamplingWish.exactly(Sampling.GREEDY),
                            new Ending(List.of(), true),
                            1,
                            new Logprobs(2, 2),
                            OutputFormat.TEXT,
                            true);
            world.completions.complete(
                    new TextCommand(
                            ServingWorld.caller(),
                            "tall",
                            List.of(new TextInput.Text("What is Allodium?")),
                            true,
                            options,
                            Optional.empty(),
                            Optional.empty()),
                    client);

            assertThat(client.prompt).hasSize(pool.tokens("What is Allodium?").size());
            assertThat(client.prompt.getFirst().logprob()).isEmpty();
            assertThat(client.prompt.subList(1, client.prompt.size()))
                    .allSatisfy(t -> assertThat(t.logprob().orElseThrow()).isNegative())
                    .allSatisfy(t -> assertThat(t.top()).hasSize(2));
            var said = new StringBuilder();
            client.prompt.forEach(t -> said.append(t.text()));
            assertThat(said.toString()).isEqualTo("What is Allodium?");
            assertThat(client.tokens).hasSize(3);
            // Greedily drawn: the likeliest token is the token itself.
            assertThat(client.tokens)
                    .allSatisfy(t -> assertThat(t.top().getFirst().id()).isEqualTo(t.id()))
                    .allSatisfy(
                            t -> assertThat(t.top().getFirst().logprob()).isEqualTo(t.logprob()));
        }
    }

    private static final class GenerationSink implements AnswerListener {
        final StringBuilder text = new StringBuilder();
        final List<ToolCall> calls = new ArrayList<>();
        final List<ScoredToken> prompt = new ArrayList<>();
        final List<ScoredToken> tokens = new ArrayList<>();
        final List<String> reasons = new ArrayList<>();

        @Override
        public void started(AnswerStart start) {}

        @Override
        public void prompt(int choice, AnswerPiece given) {
            prompt.addAll(given.tokens());
        }

        @Override
        public void text(int choice, String piece) {
            text.append(piece);
        }

        @Override
        public void piece(int choice, AnswerPiece piece) {
            text(choice, piece.text());
            calls.addAll(piece.calls());
            tokens.addAll(piece.tokens());
        }

        @Override
        public void choiceEnded(int choice, String reason) {
            reasons.add(reason);
        }

        @Override
        public void ended(AnswerEnd end) {}
    }
}
