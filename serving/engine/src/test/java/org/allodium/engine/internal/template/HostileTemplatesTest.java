package org.allodium.engine.internal.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.allodium.engine.ChatRefused;
import org.allodium.engine.EngineBusy;
import org.allodium.engine.ModelRefused;
import org.allodium.engine.internal.model.ChatTemplateFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Templates that were written to take memory, time or the stack.
class HostileTemplatesTest {
    private static final String TWENTY = "{% for i in range(20) %}";

    @ParameterizedTest
    @ValueSource(
            strings = {
                // Each makes gigabytes out of nothing.
                "{% set ns = namespace(t=['x'*1000]) %}{% for i in range(99999) %}"
                        + "{% set ns.t = ns.t + ['y'*1000*1000] %}{% endfor %}",
                "{% set ns = namespace(t='x'|safe) %}{% for i in range(40) %}"
                        + "{% set ns.t = ns.t + ns.t %}{% endfor %}{{ ns.t }}",
                "{{ 'xxxxxxxxxx'*1000*1000*1000 }}",
                "{% set a = 'x'*1000*1000 %}{{ a.replace('', a) }}",
                "{% set a = 'x'*1000*1000 %}{{ ([a]*1)|join }}{{ a.join(a[:100000]) }}",
                "{% set ns = namespace(l=['x']) %}{% for i in range(40) %}"
                        + "{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l }}",
                "{% set ns = namespace(l=['x']) %}{% for i in range(40) %}"
                        + "{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l|tojson }}",
                "{% set ns = namespace(l=['x']) %}{% for i in range(40) %}"
                        + "{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l == [ns.l[0], ns.l[1]] }}",
                "{% set ns = namespace(l=['x']) %}{% for i in range(40) %}"
                        + "{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ [ns.l]|unique|list|length }}",
                // Each reads the same long text without end.
                "{% set a = 'x'*1000*1000 %}{% for i in range(100000) %}"
                        + "{% if 'y' in a %}{% endif %}{% endfor %}",
                "{% set a = 'x'*1000*1000 %}{% for i in range(100000) %}{{ a[0] }}{% endfor %}",
                "{% macro m(d) %}{{ m(d) }}{{ m(d) }}{% endmacro %}{{ m(1) }}",
                "{% for a in range(1000) %}{% for b in range(1000) %}{% for c in range(1000) %}"
                        + "{% endfor %}{% endfor %}{% endfor %}",
                // Each nests as it runs.
                "{% set ns = namespace(l=[]) %}{% for i in range(90000) %}"
                        + "{% set ns.l = [ns.l] %}{% endfor %}{{ ns.l }}",
                "{% set ns = namespace(l=[]) %}{% for i in range(90000) %}"
                        + "{% set ns.l = [ns.l] %}{% endfor %}{{ ns.l|tojson }}",
            })
    void aRenderingThatDoesTooMuchIsRefused(String source) {
        var template = template(source);
        assertThatExceptionOfType(ChatRefused.class).isThrownBy(() -> render(template, "hi"));
        assertThat(Work.inUse()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"|trim", " ~ x", " or x", " and x", " + x", " * x", "[0]", ".a", " is x "})
    void aChainThatNestsTooDeeplyRefusesTheTemplate(String link) {
        var chain = "{{ x" + link.replace("is x", "is string").repeat(50_000) + " }}";
        assertThatExceptionOfType(ModelRefused.class).isThrownBy(() -> template(chain));
        assertThatExceptionOfType(ModelRefused.class)
                .isThrownBy(() -> template("{{ " + "not ".repeat(50_000) + "x }}"));
        assertThatExceptionOfType(ModelRefused.class)
                .isThrownBy(
                        () ->
                                template(
                                        "{% filter trim"
                                                + "|trim".repeat(50_000)
                                                + " %}{% endfilter %}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "[", "{'a':", "-(", "x[", "range("})
    void bracketsThatNestTooDeeplyRefuseTheTemplate(String bracket) {
        assertThatExceptionOfType(ModelRefused.class)
                .isThrownBy(() -> template("{{ " + bracket.repeat(50_000) + " }}"));
    }

    @Test
    void aTemplateBeyondTheDocumentedSizeIsRefused() {
        assertThatExceptionOfType(ModelRefused.class)
                .isThrownBy(() -> template("x".repeat((1 << 20) + 1)));
    }

    @Test
    void aLongConversationIsStillRendered() {
        var template =
                template(
                        "{% for m in messages %}{{ m.role|upper ~ m.content.split('</t>')[-1]|trim"
                                + " }}{{ m.content[:4] }}{% endfor %}");
        assertThat(render(template, "w</t>".repeat(200_000))).hasSizeLessThan(100);
    }

    @Test
    void allRenderingsTogetherHaveABound() throws Exception {
        var go = new CountDownLatch(1);
        var inside = new CountDownLatch(2);
        var holders = new ArrayList<Thread>();
        for (int i = 0; i < 2; i++) {
            holders.add(
                    Thread.ofVirtual()
                            .start(
                                    () ->
                                            Work.within(
                                                    Work.MOST,
                                                    () -> {
                                                        Work.on(Work.MOST);
                                                        inside.countDown();
                                                        await(go);
                                                        return "";
                                                    })));
        }
        inside.await();
        var template = template("{{ messages[0].content }}");
        assertThatExceptionOfType(EngineBusy.class).isThrownBy(() -> render(template, "hi"));
        go.countDown();
        for (var holder : holders) {
            holder.join();
        }
        assertThat(render(template, "hi")).isEqualTo("hi");
    }

    @Test
    void randomTemplatesEndAsTextOrAsARefusal() {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        int rendered = 0;
        for (int i = 0; i < 2_000; i++) {
            var source = block(random, 4);
            try {
                assertThat(render(template(source), "hi"))
                        .as("seed %s: %s", seed, source)
                        .isNotNull();
                rendered++;
            } catch (ModelRefused | ChatRefused refused) {
                assertThat(refused.getMessage()).as("seed %s: %s", seed, source).isNotBlank();
            }
        }
        assertThat(rendered).as("seed %s", seed).isPositive();
        assertThat(Work.inUse()).isZero();
    }

    private static String block(Random random, int depth) {
        if (depth == 0) {
            return "{{ " + expression(random, 3) + " }}";
        }
        var inner = block(random, depth - 1);
        return switch (random.nextInt(5)) {
            case 0 -> TWENTY + inner + "{% endfor %}";
            case 1 -> "{% set x = " + expression(random, 3) + " %}" + inner;
            case 2 -> "{% if " + expression(random, 2) + " %}" + inner + "{% endif %}" + inner;
            case 3 -> "{% set x %}" + inner + inner + "{% endset %}{{ x }}";
            default -> "{% macro m(x) %}" + inner + "{% endmacro %}{{ m(x) }}{{ m([x, x]) }}";
        };
    }

    private static String expression(Random random, int depth) {
        if (depth == 0) {
            return List.of("x", "messages", "'ab'*1000", "99", "[1, 'b']", "none")
                    .get(random.nextInt(6));
        }
        var a = expression(random, depth - 1);
        var b = expression(random, depth - 1);
        return switch (random.nextInt(7)) {
            case 0 -> "(" + a + ") ~ (" + b + ")";
            case 1 -> "[" + a + ", " + b + "]";
            case 2 -> "(" + a + ")|tojson(indent=9)";
            case 3 -> "(" + a + ")|string|list|join(" + b + ")";
            case 4 -> "(" + a + ") in (" + b + ")";
            case 5 -> "(" + a + ")|string|replace('', " + b + "|string)";
            default -> "(" + a + ") == (" + b + ")";
        };
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static String render(ChatTemplate template, String words) {
        return template.render(List.of(Map.of("role", "user", "content", words)), List.of());
    }

    private static ChatTemplate template(String source) {
        return ChatTemplate.of(new ChatTemplateFile("chat_template.jinja", source, Map.of()));
    }
}
