package org.allodium.engine.internal.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.allodium.engine.ChatRefused;
import org.allodium.engine.ModelRefused;
import org.allodium.engine.internal.model.ChatTemplateFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChatTemplateTest {
    private static final List<Map<String, String>> CONVERSATION =
            List.of(
                    Map.of("role", "system", "content", " Be brief. \n"),
                    Map.of("role", "user", "content", "1+1?"),
                    Map.of("role", "assistant", "content", "2"),
                    Map.of("role", "user", "content", "Grüße 🙂"));

    private static String render(String template) {
        return template(template).render(CONVERSATION, List.of());
    }

    private static ChatTemplate template(String source) {
        return ChatTemplate.of(
                new ChatTemplateFile(
                        "chat_template.jinja",
                        source,
                        Map.of("bos_token", "<s>", "eos_token", "</s>")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '§',
            quoteCharacter = '`',
            value = {
                "{{ 1 + 2 * 3 }} § 7",
                "{{ 'a' ~ 1 ~ none }} § a1None",
                "{{ -3 // 2 }} {{ -3 % 2 }} § -2 1",
                "{{ 7 // 2 * 2 }} § 6",
                "{{ not 1 == 2 }} § True",
                "{{ 'b' if false else 'c' }} § c",
                "{{ 'b' if false }}. § .",
                "{{ messages|length }} § 4",
                "{{ messages[-1].content[-1] }} § 🙂",
                "{{ messages[-1]['content'][:5]|upper }} § GRÜSSE",
                "{{ messages[0].content|trim }}. § Be brief..",
                "{{ messages[0]['content'].strip() + '!' }} § Be brief.!",
                "{{ 'x--'.rstrip('-') }} § x",
                "{{ 'a,b,c'.split(',')[1] }} § b",
                "{{ '</think>x'.split('</think>')[-1].lstrip('\\n') }} § x",
                "{{ 'ab'.startswith('a') and 'ab'.endswith('b') }} § True",
                "{{ missing is defined }} {{ tools is defined }} {{ tools is none }} § False True True",
                "{{ missing }}. § .",
                "{{ messages[0].tool_calls is not defined }} § True",
                "{{ 'role' in messages[0] and 'tool' not in messages[0] }} § True",
                "{{ messages|map(attribute='role')|join(' ') }} § system user assistant user",
                "{{ messages|selectattr('role', 'equalto', 'user')|list|length }} § 2",
                "{{ messages|rejectattr('role', 'equalto', 'user')|list|length }} § 2",
                "{{ missing|default('d') }} {{ ''|default('e', true) }} § d e",
                "{{ {'a': [1, true, none], 'b': 'ü\"'}|tojson }} § {\"a\": [1, true, null], \"b\": \"ü\\\"\"}",
                "{{ {'a': 1}|tojson(indent=2) }} § `{\n  \"a\": 1\n}`",
                "{% for k, v in {'a': 1, 'b': 2}.items() %}{{ k }}={{ v }} {% endfor %} § a=1 b=2",
                "{% for i in range(3) %}{{ loop.index }}{{ loop.last }} {% endfor %} § 1False 2False 3True",
                "{% for m in messages if m.role == 'user' %}{{ loop.index0 }}{{ m.content }}{% endfor %} § 01+1?1Grüße 🙂",
                "{% for m in [] %}x{% else %}none{% endfor %} § none",
                "{% for m in messages %}{% if loop.index0 == 2 %}{% break %}{% endif %}{{ m.role }} {% endfor %} § system user",
                "{% for m in messages %}{% if m.role != 'user' %}{% continue %}{% endif %}u{% endfor %} § uu",
                "{% for m in messages[::-1] %}{{ m.role[0] }}{% endfor %} § uaus",
                "{% set x = 1 %}{% for i in range(2) %}{% set x = 5 %}{% endfor %}{{ x }} § 1",
                "{% set ns = namespace(x=1) %}{% for i in range(2) %}{% set ns.x = ns.x + 1 %}{% endfor %}{{ ns.x }} § 3",
                "{% set t %}a{{ 1 }}{% endset %}{{ t }} § a1",
                "{{ bos_token + eos_token }} § <s></s>",
                "{% generation %}x{% endgeneration %} § x",
                "{% if strftime_now is defined %}{{ strftime_now('%Y')|length }}{% endif %} § 4",
                "{{ {'a': 0.5, 'b': 2.0}|tojson }} § {\"a\": 0.5, \"b\": 2.0}",
                "{% macro m(a, b='y') %}{{ a }}{{ b }}{% endmacro %}{{ m('x') }} {{ m('x', b='z') }} § xy xz",
                "{% macro n(i) %}{{ i }}{% if i %}{{ n(i - 1) }}{% endif %}{% endmacro %}{{ n(2) }} § 210",
                "{{ ', '.join(['a', 'b']) }} § a, b",
                "{{ 'a\\nb'|indent(2) }} § `a\n  b`",
                "{{ [1, 2]|reverse|first }} § 2",
                "{{ {'a': {'b': 1}}['a']['b'] }} § 1",
                "{{ 'a' 'b' }}{{ 1 < 2 < 3 }}{{ 1 < 3 < 2 }} § abTrueFalse",
                "{{ none.part }}{{ (1).part }}{{ none[1:] }}. § .",
                "{{ 1 == true }}{{ 1 is sameas true }}{{ {'a': 1} == {'a': 1.0} }} § TrueFalseTrue",
                "{{ 'b' is in ['a', 'b'] }}{{ 'b' is eq 'b' }} § TrueTrue",
                "{% set a, b = 1, 'x' %}{{ b }}{{ a }} § x1",
                "{% set x = 1 %}{% set t %}{% set x = 2 %}{% endset %}{{ x }} § 1",
                "{% set x = 1 %}{% generation %}{% set x = 2 %}{{ x }}{% endgeneration %}{{ x }} § 21",
                "{% filter upper|trim %} a{{ 'b' }} {% endfilter %}! § AB!",
                "{% macro m() %}{{ n() }}{% endmacro %}{% macro n() %}N{% endmacro %}{{ m() }} § N",
                "{{ 'hello wORLD it\\'s'|title }} {{ 'it\\'s'.title() }} § Hello World It's It'S",
                "{{ '3.7'|int }}{{ 'x'|int(5) }}{{ none|int }} § 350",
                "{{ 'a\\r\\nb'|indent(1) }} § `a\n b`",
            })
    void rendersAsJinjaDoes(String template, String expected) {
        assertThat(render(template).stripTrailing()).isEqualTo(expected);
    }

    @Test
    void blocksSwallowTheirNewlineAndTheBlanksBeforeThem() {
        var template =
                """
                a
                  {% if true %}
                  b {{ 1 }}
                  {# gone #}
                  {% endif %}
                {%- if true -%}
                   c
                {%- endif %}

                  {%+ if true %} d{% endif +%}

                e
                """;
        assertThat(render(template)).isEqualTo("a\n  b 1\nc\n   d\n\ne");
    }

    @Test
    void aTagInsideAQuotedTextIsText() {
        assertThat(render("{{ '%} }} {{' }}")).isEqualTo("%} }} {{");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% macro m( %}{% endmacro %}",
                "{% macro m() %}",
                "{% call m() %}{% endcall %}",
                "{% filter unknown %}{% endfilter %}",
                "{% for m in messages %}{% generation %}{% break %}{% endgeneration %}{% endfor %}",
                "{% include 'x' %}",
                "{% raw %}{% endraw %}",
                "{{ x|unknown }}",
                "{{ x.unknown() }}",
                "{{ cycler(1) }}",
                "{{ x is unknown }}",
                "{{ messages.items }}",
                "{{ 2 ** 3 }}",
                "{{ '\\q' }}",
                "{% for x in y %}",
                "{% if x %}{% endfor %}",
                "{% endif %}",
                "{{ x",
                "{# x",
                "{% set a, loop = 1, 2 %}",
                "{% for x in y recursive %}{% endfor %}",
                "{{ x[0](1) }}",
            })
    void refusesWhatItDoesNotKnowWhenTheTemplateIsRead(String template) {
        assertThatThrownBy(() -> template(template))
                .isInstanceOf(ModelRefused.class)
                .hasMessageStartingWith(
                        "The chat template in chat_template.jinja is not supported: line 1")
                .hasMessageEndingWith(".");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ raise_exception('Roles must alternate') }}",
                "{{ 1 / 0 }}",
                "{{ messages[0].items() }}",
                "{{ range(2) }}",
                "{% set a, b = 1 %}",
                "{{ 'a' + 1 }}",
                "{{ missing.part }}",
                "{{ strftime_now('%Q') }}",
                "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
                "{% macro m() %}{% endmacro %}{{ m(1) }}",
                "{{ 1 < 'a' }}",
                "{% set n = namespace(x='a') %}{% for i in range(99) %}{% set n.x = n.x ~ n.x %}{% endfor %}",
                "{% set n = namespace(x=[1]) %}{% for i in range(99) %}{% set n.x = n.x + n.x %}{% endfor %}",
                "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
            })
    void rejectsAConversationInsteadOfGuessing(String template) {
        assertThatThrownBy(() -> render(template)).isInstanceOf(ChatRefused.class);
    }

    @Test
    void tellsTheTemplatesOwnReason() {
        assertThatThrownBy(() -> render("{{ raise_exception('Roles must alternate') }}"))
                .hasMessageEndingWith("Roles must alternate");
    }
}
