package org.allodium.engine.internal.grammar;

import java.util.ArrayList;
import java.util.List;
import org.allodium.engine.FormatRefused;
import org.allodium.engine.OutputFormat;
import org.allodium.engine.Tool;

/// How a model writes calls: each as a JSON object of name and arguments, with what stands around.
/// Without a key for the arguments, the name stands before an answer of arguments alone.
/// @param before all calls
/// @param open before each call
/// @param argumentsKey what the arguments are called, or empty
/// @param close behind each call
/// @param between two calls
/// @param behind all calls
/// @param several whether there can be more than one
public record CallShape(
        String before,
        String open,
        String argumentsKey,
        String close,
        String between,
        String behind,
        boolean several) {
    public static final CallShape ARGUMENTS_ALONE = new CallShape("", "", "", "", "", "", false);

    private static final int MOST_CALLS = 16;

    private static final Regular ANY_TEXT =
            new Regular.Repeat(Characters.ALL.asText(), 0, Regular.UNLIMITED);
    private static final Characters BLANKS = Characters.among(" \t\r\n");

    Node grammar(OutputFormat.ToolCalls format) {
        if (argumentsKey.isEmpty()) {
            return argumentsAlone(format);
        }
        var call = anyCall(format);
        return format.required() ? demanded(call, format.many()) : free(call, format.many());
    }

    /// Calls, or else JSON of this form.
    Node grammar(OutputFormat.ToolCalls format, Node words) {
        if (format.required()) {
            return grammar(format);
        }
        if (!before.isEmpty() || argumentsKey.isEmpty()) {
            throw new FormatRefused(
                    "",
                    "In the form in which this model calls tools, `response_format` cannot be kept"
                            + " beside `tools`.");
        }
        return new Node.Choice(List.of(demanded(anyCall(format), format.many()), words));
    }

    private static Node argumentsAlone(OutputFormat.ToolCalls format) {
        if (!format.required()) {
            throw unheld();
        }
        if (format.tools().size() != 1) {
            throw new FormatRefused(
                    "",
                    "In the form in which this model calls tools, a call can be demanded of one named"
                            + " function only.");
        }
        return arguments(format.tools().getFirst(), 0);
    }

    private static FormatRefused unheld() {
        return new FormatRefused(
                "",
                "In the form in which this model calls tools, arguments are held to their schema only"
                        + " where `tool_choice` demands a call.");
    }

    private Node anyCall(OutputFormat.ToolCalls format) {
        var calls = new ArrayList<Node>();
        for (int i = 0; i < format.tools().size(); i++) {
            calls.add(call(format.tools().get(i), i));
        }
        return new Node.Choice(calls);
    }

    private Node demanded(Node call, boolean many) {
        Node rest = literal(behind);
        for (int i = 1; i < MOST_CALLS && many && several; i++) {
            rest =
                    new Node.Choice(
                            List.of(literal(behind), new Node.Chain(literal(between), call, rest)));
        }
        return new Node.Chain(literal(before), call, rest);
    }

    /// Words and calls. Words cannot be taken for a call.
    private Node free(Node call, boolean many) {
        if (!before.isEmpty()) {
            throw unheld();
        }
        if (open.isEmpty()) {
            var blanks = new Regular.Repeat(BLANKS.asText(), 0, Regular.UNLIMITED);
            var word = BLANKS.with(Characters.one('{')).complement().asText();
            var words = Regular.chain(blanks, Regular.optional(Regular.chain(word, ANY_TEXT)));
            return new Node.Choice(List.of(new Node.Leaf(Dfa.of(words)), call));
        }
        var words = new Node.Leaf(Dfa.both(Dfa.of(ANY_TEXT), Dfa.without(open.strip())));
        var whole = new Node.Rule();
        Node further = many ? new Node.Chain(call, whole) : call;
        whole.be(new Node.Chain(words, new Node.Choice(List.of(literal(""), further))));
        return whole;
    }

    private Node call(Tool tool, int index) {
        var beginning =
                open
                        + "{\"name\": "
                        + JsonParts.spelled(tool.name())
                        + ", \""
                        + argumentsKey
                        + "\": ";
        return new Node.Chain(literal(beginning), arguments(tool, index), literal("}" + close));
    }

    private static Node arguments(Tool tool, int index) {
        try {
            return SchemaReader.readObject(tool.parameters());
        } catch (FormatRefused e) {
            var place = "[" + index + "].function.parameters";
            throw new FormatRefused(
                    e.place().isEmpty() ? place : place + "." + e.place(), e.getMessage());
        }
    }

    private static Node literal(String text) {
        return new Node.Leaf(new Literal(text));
    }
}
