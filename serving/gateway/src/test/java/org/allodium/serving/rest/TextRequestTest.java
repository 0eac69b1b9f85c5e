package org.allodium.serving.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Locale;
import org.allodium.engine.GenerationRequest.Logprobs;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.serving.TextInput;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class TextRequestTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'x':1 | unsupported_parameter | x",
                "'prompt':'a','suffix':'b' | unsupported_parameter | suffix",
                "'prompt':'a','messages':[] | unsupported_parameter | messages",
                "'echo':true | invalid_request | prompt",
                "'prompt':'x','stop':['a','b','c','d','e','f','g','h','i','j','k','l','m','n','o','p',"
                        + "'q'] | invalid_request | stop",
                "'prompt':[] | invalid_request | prompt",
                "'prompt':5 | invalid_request | prompt",
                "'prompt':[[]] | invalid_request | prompt[0]",
                "'prompt':['a',5] | invalid_request | prompt[1]",
                "'prompt':[1,'a'] | invalid_request | prompt[1]",
                "'prompt':[[1,2.5]] | invalid_request | prompt[0][1]",
                "'prompt':'a','logprobs':6 | invalid_request | logprobs",
                "'prompt':'a','logprobs':true | invalid_request | logprobs",
                "'prompt':'a','max_tokens':0 | invalid_request | max_tokens",
                "'prompt':'a','max_tokens':-1 | invalid_request | max_tokens",
                "'prompt':'a','n':2,'best_of':3 | unsupported_parameter | best_of",
                "'prompt':'a','best_of':2 | unsupported_parameter | best_of",
                "'prompt':'a','n':129 | invalid_request | n",
                "'prompt':'a','echo':'yes' | invalid_request | echo",
                "'prompt':'a','temperature':3 | invalid_request | temperature",
                "'prompt':'a','stream_options':{} | invalid_request | stream_options",
            })
    void refusesByName(String fields, String code, String param) {
        var failure = catchThrowableOfType(Refused.class, () -> parsed(fields));
        assertThat(failure).as(fields).isNotNull();
        assertThat(failure.code()).isEqualTo(ErrorCode.valueOf(code.toUpperCase(Locale.ROOT)));
        assertThat(failure.field()).contains(param);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'user':'u'",
                "'stop':['a','b','c','d','e']",
                "'min_tokens':0,'add_special_tokens':true,'skip_special_tokens':true",
                "'suffix':null",
                "'best_of':1",
                "'logprobs':null",
                "'logprobs':0",
                "'n':2,'best_of':2",
                "'echo':true,'max_tokens':0",
            })
    void takesWhatItKnows(String fields) {
        assertThat(parsed("'prompt':'a'," + fields).prompts()).hasSize(1);
    }

    @Test
    void boundsTheNumberOfAnswers() {
        var prompts = "'a',".repeat(40) + "'a'";
        var failure =
                catchThrowableOfType(
                        Refused.class, () -> parsed("'prompt':[" + prompts + "],'n':100"));
        assertThat(failure.field()).contains("n");
    }

    @Test
    void readsPromptsOfEveryKind() {
        assertThat(parsed("'prompt':'a'").prompts()).containsExactly(new TextInput.Text("a"));
        assertThat(parsed("'prompt':['a','b']").prompts())
                .containsExactly(new TextInput.Text("a"), new TextInput.Text("b"));
        assertThat(parsed("'prompt':[1,2]").prompts())
                .containsExactly(new TextInput.Tokens(List.of(1L, 2L)));
        assertThat(parsed("'prompt':[[1],[2,3]]").prompts())
                .containsExactly(
                        new TextInput.Tokens(List.of(1L)), new TextInput.Tokens(List.of(2L, 3L)));
    }

    @Test
    void scoresThePromptWhereItIsGivenBack() {
        assertThat(logprobs("'logprobs':2")).isEqualTo(new Logprobs(2, Logprobs.NOT_WANTED));
        assertThat(logprobs("'logprobs':2,'echo':true")).isEqualTo(new Logprobs(2, 2));
        assertThat(logprobs("'echo':true")).isEqualTo(Logprobs.NONE);
        assertThat(logprobs("'echo':true,'max_tokens':0"))
                .isEqualTo(new Logprobs(Logprobs.NOT_WANTED, 0));
    }

    private static Logprobs logprobs(String fields) {
        return parsed("'prompt':'a'," + fields).options().logprobs();
    }

    private static TextRequest parsed(String fields) {
        var body = ("{'model':'m'," + fields + "}").replace('\'', '"');
        return TextRequest.of((ObjectNode) JsonMapper.shared().readTree(body));
    }
}
