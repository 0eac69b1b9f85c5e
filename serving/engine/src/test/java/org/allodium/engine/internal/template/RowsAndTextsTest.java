package org.allodium.engine.internal.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.allodium.engine.ChatRefused;
import org.allodium.engine.internal.model.ChatTemplateFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/// What templates do with lists and maps beyond going through them: printed, sorted, chosen from,
/// and written as JSON in other forms than the usual one. The expected texts are Python's.
class RowsAndTextsTest {
    private static final String VALUE =
            """
            {"words": ["it's", "\\"b\\"", "é\\n\\u200b\\u00a0🙂"], "n": 12345678901234567890,
             "f": [-0.0, 1e20, 1e-7, 100000.0], "none": null, "yes": true, "B": 1, "a": {"k": 2}}
            """;

    private static String render(String template) {
        var value = TemplateValue.of(JsonMapper.shared().readTree(VALUE), text -> text);
        var message = Map.of("role", "user", "content", value);
        return ChatTemplate.of(
                        new ChatTemplateFile(
                                "t", "{% set v = messages[0].content %}" + template, Map.of()))
                .render(List.of(message), List.of());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '§',
            quoteCharacter = '`',
            value = {
                "{{ v.words }} § [\"it's\", '\"b\"', 'é\\n\\u200b\\xa0🙂']",
                "{{ [\"'\" ~ '\"', {'k': none}] }} § ['\\'\"', {'k': None}]",
                "{{ v.n }} {{ v.n|tojson }} {{ v.n == v.n }} {{ v.n > 1 }} § 12345678901234567890 12345678901234567890 True True",
                "{{ v.f }} § [-0.0, 1e+20, 1e-07, 100000.0]",
                "{{ v.f|tojson }} § [-0.0, 1e+20, 1e-07, 100000.0]",
                "{{ v.a|string ~ '|' ~ v.none }} § {'k': 2}|None",
                "{{ (1,) }}{{ (1, 'a') }}{{ (1, 2, 3)[:2] }} § (1,)(1, 'a')(1, 2)",
                "{{ v.a.items()|list }} § [('k', 2)]",
                "{{ v.a|items|list }}{{ v.a.keys()|list }} § [('k', 2)]['k']",
                "{{ [3, 1, 2]|sort }}{{ [3, 1, 2]|sort(reverse=true) }} § [1, 2, 3][3, 2, 1]",
                "{{ ['b', 'A', 'c']|sort }}{{ ['b', 'A']|sort(case_sensitive=true) }} § ['A', 'b', 'c']['A', 'b']",
                "{{ [{'n': 2}, {'n': 1}]|sort(attribute='n') }} § [{'n': 1}, {'n': 2}]",
                "{% for k, x in {'b': 1, 'A': 2}|dictsort %}{{ k }}{{ x }}{% endfor %} § A2b1",
                "{{ {'b': 1, 'A': 2}|dictsort(by='value') }} § [('b', 1), ('A', 2)]",
                "{{ ['a', 'A', 'b']|unique|list }} § ['a', 'b']",
                "{{ [1, none, 2, 0]|select|list }}{{ [1, 2]|reject('odd')|list }} § [1, 2][2]",
                "{{ ['a', 'b']|reject('equalto', 'a')|list }}{{ ['a']|reject('in', ['a'])|list }} § ['b'][]",
                "{{ [{'f': {'n': 'x'}}]|map(attribute='f.n')|join }} § x",
                "{{ [{}, {'z': 1}]|map(attribute='z', default='q')|list }} § ['q', 1]",
                "{{ ['a']|map('upper')|first }}{{ ['a b']|map('replace', ' ', '-')|list }} § A['a-b']",
                "{% if []|select %}true{% endif %} § true",
                "{{ none|selectattr('x')|list }} § []",
                "{{ [1]|map('string') is sequence }}{{ missing is sequence }} § FalseTrue",
                "{{ {'b': 'ü🙂', 'a': 1}|tojson(true) }} § {\"b\": \"\\u00fc\\ud83d\\ude42\", \"a\": 1}",
                "{{ {'b': [1, 2], 'a': 1}|tojson(separators=(',', ':'), sort_keys=true) }} § {\"a\":1,\"b\":[1,2]}",
                "{{ ('<a>'|safe) }}{{ '<'|safe + '&' }}{{ '<' + ('>'|safe) }} § <a><&amp;&lt;>",
            })
    void areWhatPythonMakesOfThem(String template, String expected) {
        assertThat(render(template)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ v.a.items() }}",
                "{{ [1]|select }}",
                "{{ [1]|map('string')|tojson }}",
                "{{ [1]|map('string')|length }}",
                "{{ [1]|map('string')|last }}",
                "{% set g = [1]|select %}{{ g|list }}{{ g|list }}",
                "{{ [1]|map('unknown')|list }}",
                "{{ [1]|select('unknown')|list }}",
                "{{ [1, 'a']|sort }}",
                "{{ [missing] }}",
                "{{ v.n + 1 }}",
                "{{ [1]|tojson(unknown=1) }}",
            })
    void areRefusedWherePythonWouldNotGiveAText(String template) {
        assertThatThrownBy(() -> render(template)).isInstanceOf(ChatRefused.class);
    }

    /// What stands for a control token that a user wrote is not changed, or it would not be found
    /// again.
    @Test
    void leaveCoveredTokensAlone() {
        var cover = "\uDB80\uDC00";
        var template = "{{ ['%s'] }}{{ '%s'|tojson(true) }}".formatted(cover, cover);
        assertThat(render(template)).isEqualTo("['%s']\"%s\"".formatted(cover, cover));
    }
}
