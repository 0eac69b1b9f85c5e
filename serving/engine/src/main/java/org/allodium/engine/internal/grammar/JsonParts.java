package org.allodium.engine.internal.grammar;

import java.util.List;
import org.allodium.engine.internal.grammar.Node.Chain;
import org.allodium.engine.internal.grammar.Node.Choice;
import org.allodium.engine.internal.grammar.Node.Elements;
import org.allodium.engine.internal.grammar.Node.Leaf;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The parts of which all JSON consists. Space between tokens is bounded, and so are digits and
/// nesting of free values: a model that has lost its way would else write blanks or brackets until
/// its maximum.
final class JsonParts {
    private static final int MOST_INDENT = 32;
    private static final int DEEPEST_FREE_VALUE = 24;

    /// Between tokens: nothing, a blank, or a line break with its indent.
    static final Node SPACE =
            new Leaf(
                    Dfa.of(
                            Regular.optional(
                                    Regular.either(
                                            Regular.text(" "),
                                            Regular.chain(
                                                    Regular.text("\n"),
                                                    new Regular.Repeat(
                                                            Regular.texts(" ", "\t"),
                                                            0,
                                                            MOST_INDENT))))));
    static final Node COMMA = new Chain(new Leaf(new Literal(",")), SPACE);
    static final Node STRING = string(new Counted(0, Regular.UNLIMITED));
    static final Node INTEGER = new Leaf(Dfa.of(Numbers.INTEGER));
    static final Node NUMBER = new Leaf(Dfa.of(Numbers.NUMBER));
    static final Node BOOLEAN = new Leaf(Dfa.of(Regular.texts("true", "false")));
    static final Node NULL = new Leaf(new Literal("null"));
    static final Node VALUE;
    static final Node OBJECT;
    static final Node LIST;

    static {
        var scalar = new Choice(List.of(STRING, NUMBER, BOOLEAN, NULL));
        Node value = scalar;
        Node object = scalar;
        Node list = scalar;
        for (int depth = DEEPEST_FREE_VALUE; depth > 0; depth--) {
            object = map(value, 0, Regular.UNLIMITED);
            list = list(value, 0, Regular.UNLIMITED);
            value = new Choice(List.of(object, list, STRING, NUMBER, BOOLEAN, NULL));
        }
        Node.settle(value);
        VALUE = value;
        OBJECT = object;
        LIST = list;
    }

    private JsonParts() {}

    /// A value alone, as an answer consists of it.
    static Node text(Node value) {
        return new Chain(SPACE, value);
    }

    static Node string(Automaton inside) {
        return new Chain(
                new Leaf(new Literal("\"")), new Leaf(inside), new Leaf(new Literal("\"")));
    }

    static Node key(String name) {
        return new Chain(new Leaf(new Literal(spelled(name) + ":")), SPACE);
    }

    static Node list(Node element, int min, int max) {
        return opened("[", new Elements(element, "]", min, max));
    }

    /// An object with any names and values of one kind.
    static Node map(Node value, int min, int max) {
        var member = new Chain(STRING, new Leaf(new Literal(":")), SPACE, value);
        return opened("{", new Elements(member, "}", min, max));
    }

    static Node opened(String bracket, Node inside) {
        return new Chain(new Leaf(new Literal(bracket)), SPACE, inside);
    }

    /// A text as a JSON string in its shortest spelling.
    static String spelled(String text) {
        return JsonMapper.shared().writeValueAsString(text);
    }

    static String spelled(JsonNode value) {
        return JsonMapper.shared().writeValueAsString(value);
    }
}
