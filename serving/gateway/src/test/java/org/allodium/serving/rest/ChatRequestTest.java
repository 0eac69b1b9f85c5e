package org.allodium.serving.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.allodium.engine.GenerationRequest.Ending;
import org.allodium.engine.GenerationRequest.Logprobs;
import org.allodium.engine.OutputFormat;
import org.allodium.engine.Sampling;
import org.allodium.engine.Tool;
import org.allodium.engine.ToolCall;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.serving.ChatCommand;
import org.allodium.serving.ChatTools;
import org.allodium.serving.SamplingOptions;
import org.allodium.serving.SamplingWish;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class ChatRequestTest {
    private static final String USER = "[{'role':'user','content':'hi'}]";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'messages':[{'role':'user','content':'hi'}]} | invalid_request | model",
                "{'model':5,'messages':[]} | invalid_request | model",
                "{'model':'','messages':[]} | invalid_request | model",
                "{'model':'m'} | invalid_request | messages",
                "{'model':'m','messages':[]} | invalid_request | messages",
                "{'model':'m','messages':'hi'} | invalid_request | messages",
                "{'model':'m','messages':['hi']} | invalid_request | messages[0]",
                "{'model':'m','messages':[{'content':'a'}]} | invalid_request | messages[0].role",
                "{'model':'m','messages':[{'role':'king','content':'a'}]}"
                        + " | invalid_request | messages[0].role",
                "{'model':'m','messages':[{'role':'function','content':'a'}]}"
                        + " | invalid_request | messages[0].name",
                "{'model':'m','messages':[{'role':'tool','content':'a'}]}"
                        + " | invalid_request | messages[0].tool_call_id",
                "{'model':'m','messages':[{'role':'user','content':'a','tool_call_id':'x'}]}"
                        + " | invalid_request | messages[0].tool_call_id",
                "{'model':'m','messages':[{'role':'user','content':'a','tool_calls':[{}]}]}"
                        + " | invalid_request | messages[0].tool_calls",
                "{'model':'m','messages':[{'role':'assistant','tool_calls':[{}]}]}"
                        + " | invalid_request | messages[0].tool_calls[0]",
                "{'model':'m','messages':[{'role':'assistant','tool_calls':[{'id':'x','function':"
                        + "{'name':'f'}}]}]}"
                        + " | invalid_request | messages[0].tool_calls[0].function.arguments",
                "{'model':'m','messages':[{'role':'user'}]}"
                        + " | invalid_request | messages[0].content",
                "{'model':'m','messages':[{'role':'user','content':'a'},{'role':'user','content':7}]}"
                        + " | invalid_request | messages[1].content",
                "{'model':'m','messages':[{'role':'user','content':[{'type':'image_url'}]}]}"
                        + " | unsupported_parameter | messages[0].content[0].type",
                "{'model':'m','messages':[{'role':'user','content':[{'type':'text'}]}]}"
                        + " | invalid_request | messages[0].content[0].text",
                "{'model':'m','messages':[{'role':'user','content':'\\ud800'}]}"
                        + " | invalid_request | messages[0].content",
            })
    void refusesWrongMessages(String body, String code, String param) {
        refuses(body, code, param);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'temperature':2.1 | invalid_request | temperature",
                "'temperature':-0.1 | invalid_request | temperature",
                "'temperature':'1' | invalid_request | temperature",
                "'temperature':true | invalid_request | temperature",
                "'top_p':1.5 | invalid_request | top_p",
                "'n':0 | invalid_request | n",
                "'n':129 | invalid_request | n",
                "'n':1.5 | invalid_request | n",
                "'max_tokens':0 | invalid_request | max_tokens",
                "'max_tokens':1e30 | invalid_request | max_tokens",
                "'max_tokens':99999999999999999999 | invalid_request | max_tokens",
                "'max_completion_tokens':-1 | invalid_request | max_completion_tokens",
                "'max_tokens':1,'max_completion_tokens':1 | invalid_request | max_tokens",
                "'seed':1.5 | invalid_request | seed",
                "'seed':9223372036854775808 | invalid_request | seed",
                "'stop':['a','b','c','d','e']" + " | invalid_request | stop",
                "'metadata':{'a':1} | invalid_request | metadata",
                "'metadata':[] | invalid_request | metadata",
                "'verbosity':'low' | unsupported_parameter | verbosity",
                "'reasoning_effort':'most' | invalid_request | reasoning_effort",
                "'service_tier':'priority' | unsupported_parameter | service_tier",
                "'prompt_cache_retention':'24h' | unsupported_parameter | prompt_cache_retention",
                "'modalities':['text','audio'] | unsupported_parameter | modalities",
                "'prediction':{'type':'content','content':'x'} | unsupported_parameter | prediction",
                "'min_tokens':5 | unsupported_parameter | min_tokens",
                "'skip_special_tokens':false | unsupported_parameter | skip_special_tokens",
                "'chat_template_kwargs':5 | invalid_request | chat_template_kwargs",
                "'chat_template_kwargs':{'messages':[]}"
                        + " | invalid_request | chat_template_kwargs.messages",
                "'stop':[''] | invalid_request | stop[0]",
                "'stop':[1] | invalid_request | stop[0]",
                "'stop':{} | invalid_request | stop",
                "'stream':'yes' | invalid_request | stream",
                "'stream_options':{'include_usage':true} | invalid_request | stream_options",
                "'stream':true,'stream_options':[] | invalid_request | stream_options",
                "'stream':true,'stream_options':{'x':1}"
                        + " | unsupported_parameter | stream_options.x",
                "'logprobs':3 | invalid_request | logprobs",
                "'top_logprobs':3 | invalid_request | top_logprobs",
                "'logprobs':true,'top_logprobs':21 | invalid_request | top_logprobs",
                "'presence_penalty':2.5 | invalid_request | presence_penalty",
                "'frequency_penalty':-2.5 | invalid_request | frequency_penalty",
                "'repetition_penalty':0 | invalid_request | repetition_penalty",
                "'top_k':-2 | invalid_request | top_k",
                "'min_p':1.1 | invalid_request | min_p",
                "'ignore_eos':1 | invalid_request | ignore_eos",
                "'return_token_ids':'x' | invalid_request | return_token_ids",
                "'tools':{} | invalid_request | tools",
                "'tools':[{'type':'retrieval'}] | unsupported_parameter | tools[0].type",
                "'tools':[{'type':'function'}] | invalid_request | tools[0].function",
                "'tools':[{'type':'function','function':{'name':'a b'}}]"
                        + " | invalid_request | tools[0].function.name",
                "'tools':[{'type':'function','function':{'name':'f','strict':1}}]"
                        + " | invalid_request | tools[0].function.strict",
                "'tools':[{'type':'function','function':{'name':'f','parameters':5}}]"
                        + " | invalid_request | tools[0].function.parameters",
                "'tools':[{'type':'function','function':{'name':'f'}},"
                        + "{'type':'function','function':{'name':'f'}}]"
                        + " | invalid_request | tools[1].function.name",
                "'tool_choice':'required' | invalid_request | tool_choice",
                "'tool_choice':'maybe' | invalid_request | tool_choice",
                "'tools':[{'type':'function','function':{'name':'f'}}],'tool_choice':"
                        + "{'type':'function','function':{'name':'g'}}"
                        + " | invalid_request | tool_choice.function.name",
                "'response_format':'json' | invalid_request | response_format",
                "'response_format':{'type':'xml'} | invalid_request | response_format.type",
                "'response_format':{'type':'json_object','x':1}"
                        + " | unsupported_parameter | response_format.x",
                "'response_format':{'type':'json_schema'}"
                        + " | invalid_request | response_format.json_schema",
                "'response_format':{'type':'json_schema','json_schema':{'name':'a b','schema':{}}}"
                        + " | invalid_request | response_format.json_schema.name",
                "'response_format':{'type':'json_schema','json_schema':{'name':'a'}}"
                        + " | invalid_request | response_format.json_schema.schema",
                "'response_format':{'type':'json_object'},'stop':'x' | invalid_request | stop",
                "'response_format':{'type':'json_object'},'ignore_eos':true"
                        + " | invalid_request | ignore_eos",
                "'store':true | unsupported_parameter | store",
                "'logit_bias':{'5':101} | invalid_request | logit_bias.5",
                "'logit_bias':{'x':1} | invalid_request | logit_bias.x",
                "'logit_bias':[] | invalid_request | logit_bias",
                "'web_search_options':{} | unsupported_parameter | web_search_options",
                "'made_up':1 | unsupported_parameter | made_up",
            })
    void refusesByName(String field, String code, String param) {
        refuses("{'model':'m','messages':" + USER + "," + field + "}", code, param);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'max_tokens':null",
                "'stop':[]",
                "'stop':null",
                "'tools':[]",
                "'user':'u'",
                "'metadata':{'a':'b'}",
                "'stop':['a','b','c','d']",
                "'prompt_cache_key':'k'",
                "'prompt_cache_retention':'in_memory'",
                "'safety_identifier':'s'",
                "'reasoning_effort':'none'",
                "'verbosity':'medium'",
                "'modalities':['text']",
                "'prediction':null",
                "'min_tokens':0,'length_penalty':1.0,'stop_token_ids':[],'use_beam_search':false",
                "'skip_special_tokens':true,'add_generation_prompt':true,'echo':false",
                "'stream':true,'stream_options':{'continuous_usage_stats':false}",
                "'store':false",
                "'service_tier':'auto'",
                "'parallel_tool_calls':true",
                "'logprobs':false",
                "'presence_penalty':0",
                "'frequency_penalty':0.0",
                "'response_format':{'type':'text'}",
                "'made_up':null",
                "'seed':-9223372036854775808",
                "'top_p':0",
            })
    void takesWhatAsksForNothing(String field) {
        assertThat(parsed("{'model':'m','messages':" + USER + "," + field + "}").model())
                .isEqualTo("m");
    }

    @Test
    void boundsMetadata() {
        for (var wrong :
                List.of(
                        "'" + "k".repeat(65) + "':'v'",
                        "'k':'" + "v".repeat(513) + "'",
                        IntStream.range(0, 17)
                                .mapToObj(i -> "'k" + i + "':'v'")
                                .collect(Collectors.joining(",")))) {
            refuses(
                    "{'model':'m','messages':" + USER + ",'metadata':{" + wrong + "}}",
                    "invalid_request",
                    "metadata");
        }
    }

    @Test
    void readsEverythingItKnows() {
        var request =
                parsed(
                        "{'model':'m','messages':[{'role':'developer','content':'be kind'},"
                                + "{'role':'user','content':[{'type':'text','text':'a'},"
                                + "{'type':'text','text':'b'}]},{'role':'assistant','content':'c',"
                                + "'refusal':null,'tool_calls':[]}],'max_completion_tokens':7,"
                                + "'temperature':0,'top_p':0.5,'seed':3,'n':128,'stop':'x',"
                                + "'top_k':4,'min_p':0.1,'repetition_penalty':1.1,"
                                + "'presence_penalty':1,'frequency_penalty':-1,"
                                + "'logit_bias':{'5':-100},'logprobs':true,'top_logprobs':2,"
                                + "'ignore_eos':true,'return_token_ids':true,"
                                + "'stream':true,'stream_options':{'include_usage':true}}");

        assertThat(request.messages())
                .containsExactly(
                        new ChatCommand.Message("system", "be kind"),
                        new ChatCommand.Message("user", "a\nb"),
                        new ChatCommand.Message("assistant", "c"));
        assertThat(request.options())
                .isEqualTo(
                        new SamplingOptions(
                                Optional.of(
                                        new SamplingOptions.MostTokens(7, "max_completion_tokens")),
                                new SamplingWish(
                                        Optional.of(0.0),
                                        Optional.of(0.5),
                                        Optional.of(4),
                                        Optional.of(0.1),
                                        Optional.of(1.1),
                                        new Sampling(1, 1, 3L)
                                                .withPenalties(new Sampling.Penalties(1, 1, -1))
                                                .withLogitBias(Map.of(5, -100.0))),
                                new Ending(List.of("x"), true),
                                128,
                                new Logprobs(2, Logprobs.NOT_WANTED),
                                OutputFormat.TEXT,
                                true));
        assertThat(request.stream()).isTrue();
        assertThat(request.includeUsage()).isTrue();
    }

    @Test
    void readsToolsAndWhatBecameOfCalls() {
        var request =
                parsed(
                        "{'model':'m','messages':[{'role':'user','content':'hi'},"
                                + "{'role':'assistant','content':null,'tool_calls':[{'id':'c1',"
                                + "'type':'function','function':{'name':'f','arguments':'{}'}}]},"
                                + "{'role':'tool','tool_call_id':'c1','content':'5'}],"
                                + "'tools':[{'type':'function','function':{'name':'f'}},"
                                + "{'type':'function','function':{'name':'g','strict':true}}],"
                                + "'tool_choice':{'type':'function',"
                                + "'function':{'name':'g'}}}");
        assertThat(request.messages().get(1).toolCalls())
                .containsExactly(new ToolCall("c1", "f", "{}"));
        assertThat(request.messages().get(2).toolCallId()).contains("c1");
        assertThat(request.tools().offered()).hasSize(2);
        var g =
                new Tool(
                        "g",
                        "{\"type\":\"function\",\"function\":{\"name\":\"g\"}}",
                        "{\"type\":\"object\",\"properties\":{}}");
        assertThat(request.options().format())
                .isEqualTo(new OutputFormat.ToolCalls(List.of(g), true, false, true));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void severalCallsAreForThoseWhoWantThem(boolean parallel) {
        var request =
                parsed(
                        "{'model':'m','messages':"
                                + USER
                                + ",'tools':[{'type':'function','function':{'name':'f'}}],"
                                + "'parallel_tool_calls':"
                                + parallel
                                + "}");
        assertThat(((OutputFormat.ToolCalls) request.options().format()).many())
                .isEqualTo(parallel);
    }

    @Test
    void toolsThatMayNotBeCalledAreNotOffered() {
        var request =
                parsed(
                        "{'model':'m','messages':"
                                + USER
                                + ",'tools':[{'type':'function','function':{'name':'f'}}],"
                                + "'tool_choice':'none'}");
        assertThat(request.tools()).isEqualTo(ChatTools.NONE);
        assertThat(request.options().format()).isEqualTo(OutputFormat.TEXT);
    }

    @Test
    void readsTheFormOfTheAnswer() {
        var schema =
                parsed(
                        "{'model':'m','messages':"
                                + USER
                                + ",'response_format':{'type':'json_schema','json_schema':"
                                + "{'name':'a','strict':true,'schema':{'type':'object'}}}}");
        assertThat(schema.options().format())
                .isEqualTo(new OutputFormat.JsonSchema("{\"type\":\"object\"}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'input':[] | input",
                "'input':'' | input",
                "'input':['a',''] | input[1]",
                "'input':['a',5] | input[1]",
                "'input':[[]] | input[0]",
                "'input':[1,'a'] | input[1]",
                "'input':[[1.5]] | input[0][0]",
                "'input':5 | input",
                "'x':1 | x",
                "'input':'a','encoding_format':'int8' | encoding_format",
                "'input':'a','dimensions':0 | dimensions",
            })
    void refusesWrongEmbeddingInputs(String field, String param) {
        var failure =
                catchThrowableOfType(
                        Refused.class,
                        () -> EmbeddingsRequest.of(json("{'model':'m'," + field + "}")));
        assertThat(failure.field()).contains(param);
    }

    private static void refuses(String body, String code, String param) {
        var failure = catchThrowableOfType(Refused.class, () -> parsed(body));
        assertThat(failure).as(body).isNotNull();
        assertThat(failure.code()).isEqualTo(ErrorCode.valueOf(code.toUpperCase(Locale.ROOT)));
        assertThat(failure.field()).contains(param);
    }

    private static ChatRequest parsed(String body) {
        return ChatRequest.of(json(body));
    }

    private static ObjectNode json(String quotedSingly) {
        return (ObjectNode) JsonMapper.shared().readTree(quotedSingly.replace('\'', '"'));
    }
}
