package org.allodium.engine.internal.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.allodium.engine.ToolCall;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallReaderTest {
    /// Words and calls, however the text is cut into pieces.
    @ParameterizedTest
    @CsvSource(
            delimiter = '§',
            quoteCharacter = '`',
            value = {
                "TAGS § false § Hello there. § Hello there. § ``",
                "TAGS § false § `<tool_call>\n{'name':'f','arguments':{'a':1}}\n</tool_call>` § ``"
                        + " § f{'a':1}",
                "TAGS § false § `Well.\n<tool_call>\n{'name':'f','arguments':{}}\n</tool_call>\n"
                        + "<tool_call>\n{'name':'g','arguments':{}}\n</tool_call>` § Well. § f{}g{}",
                "TAGS § false § `<tool_call>\n{'name':'f','arguments':{}}` § `` § f{}",
                "TAGS § false § <tool_call>{'name':'f'</tool_call> §"
                        + " <tool_call>{'name':'f'</tool_call> § ``",
                "TAGS § false § <tool_call>{'name':'h','arguments':{}}</tool_call> §"
                        + " <tool_call>{'name':'h','arguments':{}}</tool_call> § ``",
                "TAGS § false § a <tool b § a <tool b § ``",
                "TAGS § false § `a \n` § `a \n` § ``",
                "BARE § false § {'name':'f','parameters':{'a':[1,2]}} § `` § f{'a':[1,2]}",
                "BARE § false § `  {'name':'f','parameters':{}}` § `` § f{}",
                "BARE § false § <|python_tag|>{'name':'f','parameters':{}} § `` § f{}",
                "BARE § false § {'name':'f'} § {'name':'f'} § ``",
                "BARE § false § It is {'a':1}. § It is {'a':1}. § ``",
                "GRANITE § false § <|tool_call|>[{'name':'f','arguments':{}}] § `` § f{}",
                "GRANITE § true § [{'name':'f','arguments':{}}] § `` § f{}",
                "GRANITE § false § [1] § [1] § ``",
                "MISTRAL § false § `[TOOL_CALLS] [{'name':'f','arguments':{}},"
                        + " {'name':'g','arguments':{'x':'y'}}]` § `` § f{}g{'x':'y'}",
                "MISTRAL § true § [{'name':'f' § [{'name':'f' § ``",
                "NAMED § false § `Well.[TOOL_CALLS]f[ARGS]{'a':1}` § Well. § f{'a':1}",
                "NAMED § false § `[TOOL_CALLS]f[ARGS]{'a':'[ARGS]'}[TOOL_CALLS]g[ARGS]{}` § `` §"
                        + " f{'a':'[ARGS]'}g{}",
                "NAMED § false § [TOOL_CALLS]f[CALL_ID]123456789[ARGS]{} § `` § f{}",
                "NAMED § true § {'a':1} § `` § f{'a':1}",
                "NAMED § true § {'a': § f[ARGS]{'a': § ``",
                "NAMED § false § [TOOL_CALLS]h[ARGS]{} § h[ARGS]{} § ``",
                "NAMED § false § [TOOL_CALLS]f[ARGS][1] § f[ARGS][1] § ``",
                "NAMED § false § [TOOL_CALLS]f § f § ``",
            })
    void tellsWordsFromCalls(
            ToolStyle style, boolean inCall, String text, String words, String calls) {
        for (int size : new int[] {1, 2, 3, 7, 1000}) {
            var reader =
                    new CallReader(
                            style, Set.of("f", "g"), true, false, inCall ? begun(style) : "");
            var said = new StringBuilder();
            var found = new ArrayList<ToolCall>();
            var given = text.replace('\'', '"');
            for (int i = 0; i < given.length(); i += size) {
                var part = reader.push(given.substring(i, Math.min(given.length(), i + size)));
                said.append(part.text());
                found.addAll(part.calls());
            }
            var rest = reader.end();
            said.append(rest.text());
            found.addAll(rest.calls());
            assertThat(said.toString()).isEqualTo(words.replace('\'', '"'));
            assertThat(written(found)).isEqualTo(calls.replace('\'', '"'));
            assertThat(found)
                    .allMatch(
                            c ->
                                    c.id().matches("call_\\w{24}")
                                            || style.shortIds() && c.id().matches("\\w{9}"));
        }
    }

    private static String begun(ToolStyle style) {
        return style == ToolStyle.NAMED ? "[TOOL_CALLS]f[ARGS]" : style.marker();
    }

    private static String written(List<ToolCall> calls) {
        var out = new StringBuilder();
        calls.forEach(c -> out.append(c.name()).append(c.arguments()));
        return out.toString();
    }

    @Test
    void takesTheIdThatTheModelGave() {
        var reader = new CallReader(ToolStyle.NAMED, Set.of("f"), true, false, "");
        assertThat(reader.push("[TOOL_CALLS]f[CALL_ID]a1B2c3D4e[ARGS]{}").calls()).isEmpty();
        assertThat(reader.end().calls()).extracting(ToolCall::id).containsExactly("a1B2c3D4e");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '§',
            quoteCharacter = '`',
            value = {
                "TAGS § <tool_call>{'name':'f','arguments':{}}</tool_call>"
                        + "<tool_call>{'name':'g','arguments':{}}</tool_call>",
                "MISTRAL § [TOOL_CALLS][{'name':'f','arguments':{}}, {'name':'g','arguments':{}}]",
                "NAMED § [TOOL_CALLS]f[ARGS]{}[TOOL_CALLS]g[ARGS]{}",
            })
    void leavesFurtherCallsOutWhereOneIsAskedFor(ToolStyle style, String text) {
        var reader = new CallReader(style, Set.of("f", "g"), false, false, "");
        var found = new ArrayList<ToolCall>(reader.push(text.replace('\'', '"')).calls());
        var rest = reader.end();
        found.addAll(rest.calls());
        assertThat(written(found)).isEqualTo("f{}");
        assertThat(rest.text()).isEmpty();
    }

    /// Who demanded a call does not want to see the beginning of one that `max_tokens` cut.
    @ParameterizedTest
    @CsvSource(
            delimiter = '§',
            quoteCharacter = '`',
            value = {
                "TAGS § <tool_call>{'name':'f','argu",
                "TAGS § <tool_c",
                "BARE § {'name':'f','param",
            })
    void aDemandedCallThatWasCutShortIsNoText(ToolStyle style, String text) {
        var reader = new CallReader(style, Set.of("f"), true, true, "");
        var pushed = reader.push(text.replace('\'', '"'));
        var rest = reader.end();
        assertThat(pushed.text() + rest.text()).isEmpty();
        assertThat(rest.calls()).isEmpty();
    }
}
