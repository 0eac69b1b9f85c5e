package org.allodium.engine.internal.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ToolStyleTest {
    @Test
    void isReadFromWhatATemplateShowsTheModel() {
        assertThat(
                        Arrays.asList(
                                ToolStyle.of(Styles.TAGS).orElseThrow(),
                                ToolStyle.of(Styles.GRANITE).orElseThrow(),
                                ToolStyle.of(Styles.MISTRAL).orElseThrow(),
                                ToolStyle.of(Styles.NAMED).orElseThrow(),
                                ToolStyle.of(Styles.BARE).orElseThrow()))
                .containsExactly(
                        ToolStyle.TAGS,
                        ToolStyle.GRANITE,
                        ToolStyle.MISTRAL,
                        ToolStyle.NAMED,
                        ToolStyle.BARE);
    }

    /// Forms that resemble a known one, and are another.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ tools }} <tool_call></tool_call> <tool_calls>[{\"name\", \"arguments\"}]</tool_calls>",
                "{{ tools }} <tool_call>\n<function=name>\n<parameter=a>\"arguments\"</parameter>",
                "{{ tools }} <tool_call>name\n<arg_key>\"arguments\"</arg_key>",
                "{{ tools }} <|tool_call|>{\"name\", \"arguments\"}<|/tool_call|>",
                "{{ tools }} <function=name>{}</function>",
                "{{ tools }}",
            })
    void isUnknownForOthers(String template) {
        assertThat(ToolStyle.of(template)).isEmpty();
    }
}
