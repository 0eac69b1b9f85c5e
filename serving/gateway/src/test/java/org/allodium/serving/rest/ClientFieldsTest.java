package org.allodium.serving.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.allodium.engine.OutputFormat;
import org.allodium.engine.Tool;
import org.allodium.engine.ToolCall;
import org.allodium.kernel.Refused;
import org.allodium.serving.ChatCommand;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Fields that clients made for other services send, and what becomes of them here.
class ClientFieldsTest {
    private static final String TOOLS =
            "'tools':[{'type':'function','function':{'name':'f'}},"
                    + "{'type':'function','function':{'name':'g'}}]";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'service_tier':'flex'",
                "'store':false,'metadata':{'a':'b'},'prompt_cache_key':'k','safety_identifier':'s'",
                "'functions':[],'function_call':'none'",
            })
    void takesWhatChangesNothing(String field) {
        assertThat(asking(field).messages()).hasSize(1);
    }

    @Test
    void whatMayStayInMemoryAndEarlierThoughtsAreLeftOut() {
        var request =
                parsed(
                        "'messages':[{'role':'user','cache_control':{'type':'ephemeral'},'content':"
                                + "[{'type':'text','text':'a','cache_control':{'type':'ephemeral'}}]},"
                                + "{'role':'assistant','content':'b','reasoning_content':'hm'}],"
                                + "'tools':[{'type':'function','cache_control':{'type':'ephemeral'},"
                                + "'function':{'name':'f'}}]");
        assertThat(request.messages())
                .containsExactly(
                        new ChatCommand.Message("user", "a"),
                        new ChatCommand.Message("assistant", "b"));
        assertThat(request.tools().offered().getFirst().json()).doesNotContain("cache_control");
    }

    @Test
    void theTemplateGetsItsVariables() {
        var request =
                asking("'chat_template_kwargs':{'enable_thinking':false},'reasoning_effort':'low'");
        assertThat(JsonMapper.shared().readTree(request.templateVariables()))
                .isEqualTo(json("{'enable_thinking':false,'reasoning_effort':'low'}"));
        assertThat(asking("'top_k':1").templateVariables()).isEqualTo("{}");
    }

    @Test
    void functionsAreToolsOfTheFirstInterface() {
        var request =
                parsed(
                        "'messages':[{'role':'user','content':'hi'},{'role':'assistant',"
                                + "'content':null,'function_call':{'name':'f','arguments':'{}'}},"
                                + "{'role':'function','name':'f','content':'5'}],"
                                + "'functions':[{'name':'f','description':'d'},{'name':'g'}],"
                                + "'function_call':{'name':'g'}");
        assertThat(request.calls()).isEqualTo(ChatRequest.Calls.FUNCTIONS);
        assertThat(request.messages().get(1).toolCalls())
                .containsExactly(new ToolCall("call00001", "f", "{}"));
        assertThat(request.messages().get(2).role()).isEqualTo("tool");
        assertThat(request.messages().get(2).toolCallId()).contains("call00001");
        var format = (OutputFormat.ToolCalls) request.options().format();
        assertThat(format.tools()).extracting(Tool::name).containsExactly("g");
        assertThat(format.required()).isTrue();
        assertThat(format.many()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'functions':5 | functions",
                "'functions':[{'name':'a b'}] | functions[0].name",
                "'functions':[{'name':'f'}],'tools':[] | tools",
                "'functions':[{'name':'f'}],'function_call':{'name':'g'} | function_call.name",
                "'functions':[{'name':'f'}],'function_call':'maybe' | function_call",
            })
    void whatIsWrongIsToldInItsOwnWords(String field, String param) {
        var refused = catchThrowableOfType(Refused.class, () -> asking(field));
        assertThat(refused.field()).contains(param);
        assertThat(refused.english()).doesNotContain("tool_choice");
    }

    @Test
    void allowedToolsNarrowWhatMayBeCalledAndNotWhatIsTold() {
        var request =
                asking(
                        TOOLS
                                + ",'tool_choice':{'type':'allowed_tools','allowed_tools':{'mode':"
                                + "'required','tools':[{'type':'function','function':{'name':'g'}}]}}");
        assertThat(request.tools().offered()).hasSize(2);
        var format = (OutputFormat.ToolCalls) request.options().format();
        assertThat(format.tools()).extracting(Tool::name).containsExactly("g");
        assertThat(format.required()).isTrue();
        assertThat(format.many()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'mode':'maybe','tools':[]} | tool_choice.allowed_tools.mode",
                "{'mode':'auto','tools':[]} | tool_choice.allowed_tools.tools",
                "{'mode':'auto','tools':[{'type':'function','function':{'name':'h'}}]}"
                        + " | tool_choice.allowed_tools.tools[0]",
            })
    void allowedToolsMustBeOffered(String allowed, String param) {
        var choice = ",'tool_choice':{'type':'allowed_tools','allowed_tools':" + allowed + "}";
        var refused = catchThrowableOfType(Refused.class, () -> asking(TOOLS + choice));
        assertThat(refused.field()).contains(param);
    }

    @Test
    void aFormBesideToolsIsThatOfTheWords() {
        var request = asking(TOOLS + ",'response_format':{'type':'json_object'}");
        var format = (OutputFormat.ToolCalls) request.options().format();
        assertThat(format.words()).isEqualTo(new OutputFormat.JsonObject());
        assertThat(format.free()).isFalse();
    }

    private static ChatRequest asking(String fields) {
        return parsed("'messages':[{'role':'user','content':'hi'}]," + fields);
    }

    private static ChatRequest parsed(String fields) {
        return ChatRequest.of(json("{'model':'m'," + fields + "}"));
    }

    private static ObjectNode json(String text) {
        return (ObjectNode) JsonMapper.shared().readTree(text.replace('\'', '"'));
    }
}
