package org.allodium.engine.internal.grammar;

import java.util.ArrayList;
import java.util.List;
import org.allodium.engine.FormatRefused;
import org.allodium.engine.OutputFormat;
import org.allodium.engine.Tool;

/// How a model writes calls: each as a JSON object of name and arguments, with what stands around.
///
/// @param before all calls
/// @param open before each call
/// @param argumentsKey what the arguments are called
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
    private static final int MOST_CALLS = 16;

    Node grammar(OutputFormat.ToolCalls format) {
        var calls = new ArrayList<Node>();
        for (int i = 0; i < format.tools().size(); i++) {
            calls.add(call(format.tools().get(i), i));
        }
        var call = new Node.Choice(calls);
        Node rest = literal(behind);
        for (int i = 1; i < MOST_CALLS && format.many() && several; i++) {
            rest =
                    new Node.Choice(
                            List.of(literal(behind), new Node.Chain(literal(between), call, rest)));
        }
        return new Node.Chain(literal(before), call, rest);
    }

    private Node call(Tool tool, int index) {
        var beginning =
                open + "{\"name\": " + Json.spelled(tool.name()) + ", \"" + argumentsKey + "\": ";
        try {
            return new Node.Chain(
                    literal(beginning),
                    SchemaReader.readObject(tool.parameters()),
                    literal("}" + close));
        } catch (FormatRefused e) {
            var place = "[" + index + "].function.parameters";
            throw new FormatRefused(
                    e.place().isEmpty() ? place : place + "." + e.place(), e.getMessage());
        }
    }

    private static Node literal(String text) {
        return new Node.Leaf(Dfa.text(text));
    }
}
