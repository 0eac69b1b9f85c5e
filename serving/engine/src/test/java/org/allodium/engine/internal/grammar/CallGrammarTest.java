package org.allodium.engine.internal.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.allodium.engine.FormatRefused;
import org.allodium.engine.OutputFormat;
import org.allodium.engine.Tool;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Words and calls, with arguments held to their schema.
class CallGrammarTest {
    private static final List<Tool> TOOLS =
            List.of(
                    new Tool("f", "{}", "{\"type\":\"object\",\"properties\":{}}"),
                    new Tool(
                            "g",
                            "{}",
                            "{\"type\":\"object\",\"properties\":{\"x\":{\"type\":\"boolean\"}},"
                                    + "\"required\":[\"x\"]}"));
    private static final CallShape TAGS =
            new CallShape("", "<t>\n", "arguments", "\n</t>", "\n", "", true);
    private static final CallShape BARE = new CallShape("", "", "parameters", "", "", "", false);
    private static final CallShape LIST = new CallShape("[", "", "arguments", "", ", ", "]", true);

    private final ByteWriter writer = ByteWriter.withTokens();

    private boolean writes(CallShape shape, boolean required, boolean many, String text) {
        return writes(shape, new OutputFormat.ToolCalls(TOOLS, required, many, true), text);
    }

    private boolean writes(CallShape shape, OutputFormat.ToolCalls format, String text) {
        var given = text.replace('\'', '"').replace("~", "\n");
        return writer.writes(Constraints.compile(format, shape), given);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '§',
            quoteCharacter = '`',
            value = {
                "true § Hello ü < <t <<t x.",
                "true § ``",
                "true § <t>~{'name': 'f', 'arguments': {}}~</t>",
                "true § Well.~<t>~{'name': 'g', 'arguments': {'x':true}}~</t> and <t>~{'name': 'f',"
                        + " 'arguments': {}}~</t>",
                "false § <t>~{'name': 'g', 'arguments': {}}~</t>",
                "false § <t>~{'name': 'h', 'arguments': {}}~</t>",
                "false § <t> is a tag",
                "false § <t>~{'name': 'f', 'arguments': {}}",
            })
    void freeWithTags(boolean fits, String text) {
        assertThat(writes(TAGS, false, true, text)).isEqualTo(fits);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '§',
            quoteCharacter = '`',
            value = {
                "true § It is {'a':1}.",
                "true § {'name': 'g', 'parameters': {'x': false}}",
                "false § {'a':1}",
                "false § `  {'name': 'h'}`",
                "false § {'name': 'g', 'parameters': {'x': false}} x",
            })
    void freeWithBareObjects(boolean fits, String text) {
        assertThat(writes(BARE, false, true, text)).isEqualTo(fits);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '§',
            quoteCharacter = '`',
            value = {
                "true § true § [{'name': 'f', 'arguments': {}}, {'name': 'f', 'arguments': {}}]",
                "false § true § [{'name': 'f', 'arguments': {}}]",
                "false § false § [{'name': 'f', 'arguments': {}}, {'name': 'f', 'arguments': {}}]",
                "true § false § []",
                "true § false § Hello",
            })
    void demandedAsAList(boolean many, boolean fits, String text) {
        assertThat(writes(LIST, true, many, text)).isEqualTo(fits);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '§',
            quoteCharacter = '`',
            value = {
                "true § {'a': 1}",
                "true § <t>~{'name': 'f', 'arguments': {}}~</t>",
                "false § Hello",
                "false § {'a': 1} and words",
                "false § <t>~{'name': 'h', 'arguments': {}}~</t>",
            })
    void callsOrElseJsonOfTheFormThatWasAskedFor(boolean fits, String text) {
        var format =
                new OutputFormat.ToolCalls(
                        TOOLS, false, true, false, new OutputFormat.JsonObject());
        assertThat(writes(TAGS, format, text)).isEqualTo(fits);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void oneCallWhereMoreAreNotWanted(boolean required) {
        var one = "<t>~{'name': 'f', 'arguments': {}}~</t>";
        assertThat(writes(TAGS, required, false, one)).isTrue();
        assertThat(writes(TAGS, required, false, one + "~" + one)).isFalse();
        assertThat(writes(TAGS, required, true, one + "~" + one)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aListBehindAControlTokenIsHeldOnlyWhenDemanded(boolean many) {
        var format = new OutputFormat.ToolCalls(TOOLS, false, many, true);
        var refusal =
                catchThrowableOfType(FormatRefused.class, () -> Constraints.compile(format, LIST));
        assertThat(refusal).hasMessageContaining("tool_choice");
    }
}
