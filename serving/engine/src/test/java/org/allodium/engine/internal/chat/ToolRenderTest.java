package org.allodium.engine.internal.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.allodium.engine.ChatMessage;
import org.allodium.engine.ChatRefused;
import org.allodium.engine.Tool;
import org.allodium.engine.ToolCall;
import org.allodium.engine.internal.model.ChatTemplateFile;
import org.allodium.engine.internal.template.ChatTemplate;
import org.junit.jupiter.api.Test;

/// Conversations with tools, as four families of models read them; the texts were worked out by
/// hand from the templates.
class ToolRenderTest {
    private static final Tool WEATHER =
            new Tool(
                    "weather",
                    "{\"type\":\"function\",\"function\":{\"name\":\"weather\",\"parameters\":"
                            + "{\"type\":\"object\",\"properties\":{\"days\":{\"maximum\":2.5}}}}}",
                    "{}");
    private static final List<ChatMessage> TALK =
            List.of(
                    new ChatMessage("system", "Be brief."),
                    new ChatMessage("user", "Rain?"),
                    new ChatMessage(
                            "assistant",
                            "",
                            List.of(new ToolCall("abcdefghi", "weather", "{\"city\":\"Å\"}")),
                            Optional.empty()),
                    new ChatMessage("tool", "no", List.of(), Optional.of("abcdefghi")));

    private static String render(String template, List<ChatMessage> messages, Tool... tools) {
        var turns = new Turns(UnaryOperator.identity());
        return ChatTemplate.of(
                        new ChatTemplateFile(
                                "chat_template.jinja",
                                template,
                                Map.of("bos_token", "<s>", "eos_token", "</s>")))
                .render(turns.messages(messages), turns.tools(List.of(tools)));
    }

    @Test
    void withTags() {
        assertThat(render(Styles.TAGS, TALK, WEATHER))
                .isEqualTo(
                        """
                        <|im_start|>system
                        Be brief.

                        # Tools
                        <tools>
                        {"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {"days": {"maximum": 2.5}}}}}
                        </tools>
                        Write <tool_call>
                        {"name": <name>, "arguments": <object>}
                        </tool_call><|im_end|>
                        <|im_start|>user
                        Rain?<|im_end|>
                        <|im_start|>assistant
                        <tool_call>
                        {"name": "weather", "arguments": {"city": "Å"}}
                        </tool_call><|im_end|>
                        <|im_start|>user
                        <tool_response>
                        no
                        </tool_response><|im_end|>
                        <|im_start|>assistant
                        """);
        assertThat(render(Styles.TAGS, TALK.subList(0, 2)))
                .isEqualTo(
                        """
                        <|im_start|>system
                        Be brief.<|im_end|>
                        <|im_start|>user
                        Rain?<|im_end|>
                        <|im_start|>assistant
                        """);
    }

    @Test
    void asBareObjects() {
        assertThat(render(Styles.BARE, TALK, WEATHER))
                .isEqualTo(
                        """
                        <s><|h|>system<|/h|>

                        Environment: ipython
                        Year: 11
                        Be brief.<|e|><|h|>user<|/h|>

                        Answer in the format {"name": function name, "parameters": dictionary of arguments}.

                        {
                            "type": "function",
                            "function": {
                                "name": "weather",
                                "parameters": {
                                    "type": "object",
                                    "properties": {
                                        "days": {
                                            "maximum": 2.5
                                        }
                                    }
                                }
                            }
                        }

                        Rain?<|e|><|h|>assistant<|/h|>

                        {"name": "weather", "parameters": {"city": "Å"}}<|e|><|h|>ipython<|/h|>

                        "no"<|e|><|h|>assistant<|/h|>

                        """);
    }

    @Test
    void asAListBehindAMark() {
        assertThat(render(Styles.MISTRAL, TALK, WEATHER))
                .isEqualTo(
                        "<s>[AVAILABLE_TOOLS] [{\"type\": \"function\", \"function\": {\"name\":"
                                + " \"weather\", \"parameters\": {\"type\": \"object\","
                                + " \"properties\": {\"days\": {\"maximum\": 2.5}}}}}]"
                                + "[/AVAILABLE_TOOLS][INST] Rain?[/INST][TOOL_CALLS] [{\"name\":"
                                + " \"weather\", \"arguments\": {\"city\": \"Å\"}, \"id\":"
                                + " \"abcdefghi\"}]</s>[TOOL_RESULTS] {\"content\": no,"
                                + " \"call_id\": \"abcdefghi\"}[/TOOL_RESULTS]");
        var wrongId =
                List.of(
                        new ChatMessage("user", "x"),
                        new ChatMessage(
                                "assistant",
                                "",
                                List.of(new ToolCall("call_1", "weather", "{}")),
                                Optional.empty()));
        assertThatThrownBy(() -> render(Styles.MISTRAL, wrongId, WEATHER))
                .isInstanceOf(ChatRefused.class)
                .hasMessageContaining("length 9");
    }

    @Test
    void asAListBehindAControlToken() {
        assertThat(render(Styles.GRANITE, TALK.subList(1, 4)))
                .startsWith("<|r|>system<|/r|>Today is a day of 2")
                .endsWith(
                        ".<|x|>\n<|r|>user<|/r|>Rain?<|x|>\n<|r|>assistant<|/r|><|tool_call|>"
                                + "[{\"name\": \"weather\", \"arguments\": {\"city\": \"Å\"}}]<|x|>\n"
                                + "<|r|>tool<|/r|>no<|x|>\n<|r|>assistant<|/r|>");
    }
}
