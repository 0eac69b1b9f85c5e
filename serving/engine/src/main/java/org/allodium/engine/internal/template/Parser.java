package org.allodium.engine.internal.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import org.allodium.engine.internal.template.Expression.Constant;
import org.allodium.engine.internal.template.Statement.Flow;
import org.allodium.engine.internal.template.Token.Kind;
import org.jspecify.annotations.Nullable;

/// Reads a template; whatever it does not know refuses the template.
final class Parser {
    private static final int MAX_DEPTH = 100;

    private final Cursor cursor;
    private final ExpressionParser expressions;
    private int loops;
    private int depth;

    private Parser(List<Token> tokens) {
        this.cursor = new Cursor(tokens);
        this.expressions = new ExpressionParser(cursor);
        // A macro may call one that is defined further down.
        for (int i = 0; i + 2 < tokens.size(); i++) {
            if (tokens.get(i).kind() == Kind.BLOCK_BEGIN
                    && tokens.get(i + 1).is(Kind.NAME, "macro")) {
                expressions.macro(tokens.get(i + 2).text());
            }
        }
    }

    static List<Statement> parse(String template) {
        var parser = new Parser(Lexer.tokens(template));
        var all = parser.body(Set.of());
        if (parser.cursor.peek().kind() != Kind.END) {
            throw parser.cursor.refused("a block ends that was not begun");
        }
        return all;
    }

    /// Statements up to a block with one of these words, the next token then; without words, all.
    private List<Statement> body(Set<String> ends) {
        if (++depth > MAX_DEPTH) {
            throw cursor.refused("blocks are nested too deeply");
        }
        var all = new ArrayList<Statement>();
        while (true) {
            var token = cursor.next();
            switch (token.kind()) {
                case DATA -> all.add(new Statement.Data(token.text()));
                case VARIABLE_BEGIN -> {
                    all.add(new Statement.Print(expressions.parse()));
                    cursor.expect(Kind.VARIABLE_END);
                }
                case BLOCK_BEGIN -> {
                    if (ends.contains(cursor.peek().text())) {
                        depth--;
                        return List.copyOf(all);
                    }
                    all.addAll(block());
                }
                case END -> {
                    if (!ends.isEmpty()) {
                        throw cursor.refused(
                                "a block does not end: expected " + String.join(" or ", ends));
                    }
                    depth--;
                    return List.copyOf(all);
                }
                default -> throw cursor.refused("a tag is not understood");
            }
        }
    }

    private List<Statement> block() {
        var word = cursor.name();
        return switch (word) {
            case "if" -> List.of(conditional());
            case "for" -> List.of(loop());
            case "set" -> List.of(assignment());
            case "macro" -> List.of(macro());
            case "filter" -> List.of(filtered());
            case "break" -> List.of(jump(Flow.BREAK));
            case "continue" -> List.of(jump(Flow.CONTINUE));
            // Marks the assistant's words for training; in a prompt it does nothing.
            case "generation" -> {
                cursor.expect(Kind.BLOCK_END);
                yield List.of(new Statement.Inner(capture("endgeneration")));
            }
            default -> throw cursor.refused("the block " + word + " is not known");
        };
    }

    /// A body that no loop outside can be left from.
    private List<Statement> capture(String end) {
        int outside = loops;
        loops = 0;
        var body = body(Set.of(end));
        loops = outside;
        end(end);
        return body;
    }

    private Statement filtered() {
        var value =
                expressions.filter(expressions.start(new Expression.Name(Statement.Filtered.BODY)));
        while (cursor.skipOperator("|")) {
            value = expressions.filter(value);
        }
        cursor.expect(Kind.BLOCK_END);
        return new Statement.Filtered(value, capture("endfilter"));
    }

    private void end(String word) {
        cursor.expectWord(word);
        cursor.expect(Kind.BLOCK_END);
    }

    private Statement jump(Flow flow) {
        if (loops == 0) {
            throw cursor.refused("break and continue belong into a loop");
        }
        cursor.expect(Kind.BLOCK_END);
        return new Statement.Jump(flow);
    }

    private Statement conditional() {
        var branches = new ArrayList<Statement.If.Branch>();
        var ends = Set.of("elif", "else", "endif");
        var condition = expressions.parse();
        cursor.expect(Kind.BLOCK_END);
        branches.add(new Statement.If.Branch(condition, body(ends)));
        while (cursor.skipWord("elif")) {
            condition = expressions.parse();
            cursor.expect(Kind.BLOCK_END);
            branches.add(new Statement.If.Branch(condition, body(ends)));
        }
        if (cursor.skipWord("else")) {
            cursor.expect(Kind.BLOCK_END);
            branches.add(new Statement.If.Branch(new Constant(true), body(Set.of("endif"))));
        }
        end("endif");
        return new Statement.If(List.copyOf(branches));
    }

    private Statement loop() {
        var names = new ArrayList<String>();
        boolean bracket = cursor.skipOperator("(");
        do {
            names.add(cursor.name());
        } while (cursor.skipOperator(","));
        if (bracket) {
            cursor.expectOperator(")");
        }
        cursor.expectWord("in");
        var over = expressions.parseWithoutCondition();
        var condition = cursor.skipWord("if") ? expressions.parse() : null;
        cursor.expect(Kind.BLOCK_END);
        loops++;
        var body = body(Set.of("else", "endfor"));
        loops--;
        List<Statement> otherwise = List.of();
        if (cursor.skipWord("else")) {
            cursor.expect(Kind.BLOCK_END);
            otherwise = body(Set.of("endfor"));
        }
        end("endfor");
        return new Statement.For(List.copyOf(names), over, condition, body, otherwise);
    }

    private Statement macro() {
        var name = cursor.name();
        var parameters = new LinkedHashMap<String, @Nullable Expression>();
        cursor.expectOperator("(");
        while (!cursor.skipOperator(")")) {
            var parameter = cursor.name();
            parameters.put(parameter, cursor.skipOperator("=") ? expressions.parse() : null);
            if (!cursor.sees(Kind.OPERATOR, ")")) {
                cursor.expectOperator(",");
            }
        }
        cursor.expect(Kind.BLOCK_END);
        return new Statement.MacroDefinition(name, parameters, capture("endmacro"));
    }

    private Statement assignment() {
        var name = cursor.name();
        if (name.equals("loop")) {
            throw cursor.refused("loop cannot be set");
        }
        if (cursor.sees(Kind.OPERATOR, ",")) {
            return unpacking(name);
        }
        var field = cursor.skipOperator(".") ? cursor.name() : null;
        if (cursor.skipOperator("=")) {
            var value = expressions.parse();
            cursor.expect(Kind.BLOCK_END);
            return new Statement.Set(name, field, value);
        }
        if (field != null) {
            throw cursor.refused("expected =");
        }
        cursor.expect(Kind.BLOCK_END);
        return new Statement.Capture(name, capture("endset"));
    }

    /// `a, b = 1, 2`
    private Statement unpacking(String first) {
        var names = new ArrayList<>(List.of(first));
        while (cursor.skipOperator(",")) {
            names.add(cursor.name());
        }
        if (names.contains("loop")) {
            throw cursor.refused("loop cannot be set");
        }
        cursor.expectOperator("=");
        var values = new ArrayList<>(List.of(expressions.parse()));
        while (cursor.skipOperator(",")) {
            values.add(expressions.parse());
        }
        cursor.expect(Kind.BLOCK_END);
        return new Statement.Unpacking(
                List.copyOf(names),
                values.size() == 1
                        ? values.getFirst()
                        : new Expression.TupleOf(List.copyOf(values)));
    }
}
