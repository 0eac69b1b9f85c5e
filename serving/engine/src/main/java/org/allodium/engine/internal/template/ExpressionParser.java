package org.allodium.engine.internal.template;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BinaryOperator;
import org.allodium.engine.internal.template.Expression.And;
import org.allodium.engine.internal.template.Expression.Arguments;
import org.allodium.engine.internal.template.Expression.Binary;
import org.allodium.engine.internal.template.Expression.Call;
import org.allodium.engine.internal.template.Expression.Chain;
import org.allodium.engine.internal.template.Expression.Constant;
import org.allodium.engine.internal.template.Expression.If;
import org.allodium.engine.internal.template.Expression.Item;
import org.allodium.engine.internal.template.Expression.ListOf;
import org.allodium.engine.internal.template.Expression.MacroCall;
import org.allodium.engine.internal.template.Expression.MapOf;
import org.allodium.engine.internal.template.Expression.Name;
import org.allodium.engine.internal.template.Expression.Not;
import org.allodium.engine.internal.template.Expression.Or;
import org.allodium.engine.internal.template.Expression.Slice;
import org.allodium.engine.internal.template.Expression.TupleOf;
import org.allodium.engine.internal.template.Token.Kind;
import org.allodium.engine.internal.template.Values.None;
import org.jspecify.annotations.Nullable;

/// Reads expressions with Jinja's precedence: condition, or, and, not, comparison, sum, `~`,
/// product, sign, then `.` `[]` `()`, filters and tests.
final class ExpressionParser {
    private static final int MAX_DEPTH = 200;

    // Each link of a chain of operators, filters or parts is one more level when it is worked out.
    private static final int MAX_LINKS = 500;

    private static final Map<String, Object> WORDS =
            Map.of(
                    "true", true, "True", true, "false", false, "False", false, "none", None.NONE,
                    "None", None.NONE);
    private static final Map<String, String> WORDS_AS_TESTS =
            Map.of("True", "true", "False", "false", "None", "none");
    // Without a call these would be the methods of Python's types, not fields of a message.
    private static final Set<String> METHOD_NAMES_OF_MAPS =
            Set.of("items keys values get pop update copy clear setdefault".split(" "));

    private final Cursor cursor;
    private final Set<String> macros = new HashSet<>();
    private int depth;
    private int links;

    ExpressionParser(Cursor cursor) {
        this.cursor = cursor;
    }

    /// From here on the name calls a macro.
    void macro(String name) {
        macros.add(name);
    }

    private void link() {
        if (++links > MAX_LINKS) {
            throw cursor.refused("an expression has too many parts");
        }
    }

    /// Begins an expression that [#filter] adds to.
    Expression start(Expression of) {
        links = 0;
        return of;
    }

    Expression parse() {
        links = depth == 0 ? 0 : links;
        if (++depth > MAX_DEPTH) {
            throw cursor.refused("an expression is nested too deeply");
        }
        var value = or();
        while (cursor.skipWord("if")) {
            link();
            var condition = or();
            var otherwise = cursor.skipWord("else") ? parse() : null;
            value = new If(condition, value, otherwise);
        }
        depth--;
        return value;
    }

    /// An expression that ends before `if`, as a loop's source does.
    Expression parseWithoutCondition() {
        links = 0;
        return or();
    }

    private Expression or() {
        var left = and();
        while (cursor.skipWord("or")) {
            link();
            left = new Or(left, and());
        }
        return left;
    }

    private Expression and() {
        var left = not();
        while (cursor.skipWord("and")) {
            link();
            left = new And(left, not());
        }
        return left;
    }

    private Expression not() {
        int negations = 0;
        while (cursor.skipWord("not")) {
            link();
            negations++;
        }
        var value = comparison();
        for (int i = 0; i < negations; i++) {
            value = new Not(value);
        }
        return value;
    }

    private Expression comparison() {
        var first = sum();
        var operators = new ArrayList<BinaryOperator<Object>>();
        var others = new ArrayList<Expression>();
        for (var o = comparisonOperator(); o != null; o = comparisonOperator()) {
            operators.add(o);
            others.add(sum());
        }
        return switch (others.size()) {
            case 0 -> first;
            case 1 -> new Binary(first, others.getFirst(), operators.getFirst());
            default -> new Chain(first, List.copyOf(operators), List.copyOf(others));
        };
    }

    private @Nullable BinaryOperator<Object> comparisonOperator() {
        var operator = operator(Operators.COMPARISONS);
        if (operator != null) {
            return operator;
        }
        if (cursor.skipWord("in")) {
            return (item, all) -> Values.contains(all, item);
        }
        if (cursor.seesWord("not") && cursor.seesAhead(Kind.NAME, "in")) {
            cursor.next();
            cursor.next();
            return (item, all) -> !Values.contains(all, item);
        }
        return null;
    }

    private @Nullable BinaryOperator<Object> operator(Map<String, BinaryOperator<Object>> known) {
        if (cursor.peek().kind() != Kind.OPERATOR) {
            return null;
        }
        var operator = known.get(cursor.peek().text());
        if (operator != null) {
            cursor.next();
        }
        return operator;
    }

    private Expression sum() {
        var left = concatenation();
        for (var o = operator(Operators.SUMS); o != null; o = operator(Operators.SUMS)) {
            link();
            left = new Binary(left, concatenation(), o);
        }
        return left;
    }

    private Expression concatenation() {
        var left = product();
        while (cursor.skipOperator("~")) {
            link();
            left = new Binary(left, product(), Python::concat);
        }
        return left;
    }

    private Expression product() {
        var left = signed();
        for (var o = operator(Operators.PRODUCTS); o != null; o = operator(Operators.PRODUCTS)) {
            link();
            left = new Binary(left, signed(), o);
        }
        return left;
    }

    private Expression signed() {
        if (cursor.skipOperator("-")) {
            // A filter behind a negative number belongs to the whole of it.
            var negative = new Binary(new Constant(0L), postfixed(primary()), Python::subtract);
            return filtered(negative);
        }
        return filtered(postfixed(primary()));
    }

    private Expression primary() {
        var token = cursor.next();
        return switch (token.kind()) {
            case STRING -> {
                var text = new StringBuilder(token.text());
                while (cursor.peek().kind() == Kind.STRING) {
                    text.append(cursor.next().text());
                }
                yield new Constant(text.toString());
            }
            case INTEGER -> new Constant(Long.valueOf(token.text()));
            case FLOAT -> new Constant(Double.valueOf(token.text()));
            case NAME -> named(token.text());
            case OPERATOR -> bracketed(token.text());
            default -> throw cursor.refused("an expression is incomplete");
        };
    }

    private Expression named(String name) {
        var constant = WORDS.get(name);
        if (constant != null) {
            return new Constant(constant);
        }
        if (!cursor.sees(Kind.OPERATOR, "(")) {
            return new Name(name);
        }
        if (macros.contains(name)) {
            return new MacroCall(name, arguments());
        }
        var function = Builtins.FUNCTIONS.get(name);
        if (function == null) {
            throw cursor.refused("the function " + name + " is not known");
        }
        return new Call(function, null, arguments());
    }

    private Expression bracketed(String bracket) {
        return switch (bracket) {
            case "(" -> {
                var inner = parse();
                if (!cursor.sees(Kind.OPERATOR, ",")) {
                    cursor.expectOperator(")");
                    yield inner;
                }
                cursor.next();
                var elements = new ArrayList<>(List.of(inner));
                elements.addAll(elements(")"));
                yield new TupleOf(List.copyOf(elements));
            }
            case "[" -> new ListOf(elements("]"));
            case "{" -> map();
            default -> throw cursor.refused("an expression is incomplete");
        };
    }

    private List<Expression> elements(String closing) {
        var elements = new ArrayList<Expression>();
        while (!cursor.skipOperator(closing)) {
            elements.add(parse());
            if (!cursor.sees(Kind.OPERATOR, closing)) {
                cursor.expectOperator(",");
            }
        }
        return List.copyOf(elements);
    }

    private Expression map() {
        var entries = new LinkedHashMap<String, Expression>();
        while (!cursor.skipOperator("}")) {
            if (cursor.peek().kind() != Kind.STRING) {
                throw cursor.refused("the key of a map must be a quoted text");
            }
            var key = cursor.next().text();
            cursor.expectOperator(":");
            entries.put(key, parse());
            if (!cursor.sees(Kind.OPERATOR, "}")) {
                cursor.expectOperator(",");
            }
        }
        return new MapOf(entries);
    }

    private Expression postfixed(Expression start) {
        var value = start;
        while (true) {
            if (cursor.skipOperator(".")) {
                link();
                value = member(value, cursor.name());
            } else if (cursor.skipOperator("[")) {
                link();
                value = subscript(value);
            } else if (cursor.sees(Kind.OPERATOR, "(")) {
                throw cursor.refused("a call of a value is not known");
            } else {
                return value;
            }
        }
    }

    private Expression member(Expression value, String name) {
        if (cursor.sees(Kind.OPERATOR, "(")) {
            var method = Builtins.METHODS.get(name);
            if (method == null) {
                throw cursor.refused("the method " + name + " is not known");
            }
            return new Call(method, value, arguments());
        }
        if (METHOD_NAMES_OF_MAPS.contains(name)) {
            throw cursor.refused("the method " + name + " is named but not called");
        }
        return new Item(value, new Constant(name));
    }

    private Expression subscript(Expression container) {
        var from = cursor.sees(Kind.OPERATOR, ":") ? null : parse();
        if (cursor.skipOperator("]") && from != null) {
            return new Item(container, from);
        }
        cursor.expectOperator(":");
        var to =
                cursor.sees(Kind.OPERATOR, ":") || cursor.sees(Kind.OPERATOR, "]") ? null : parse();
        Expression step = null;
        if (cursor.skipOperator(":") && !cursor.sees(Kind.OPERATOR, "]")) {
            step = parse();
        }
        cursor.expectOperator("]");
        return new Slice(container, from, to, step);
    }

    private Arguments arguments() {
        cursor.expectOperator("(");
        var positional = new ArrayList<Expression>();
        var named = new LinkedHashMap<String, Expression>();
        while (!cursor.skipOperator(")")) {
            if (cursor.peek().kind() == Kind.NAME && cursor.seesAhead(Kind.OPERATOR, "=")) {
                var name = cursor.name();
                cursor.next();
                named.put(name, parse());
            } else if (named.isEmpty()) {
                positional.add(parse());
            } else {
                throw cursor.refused("an argument without name follows one with a name");
            }
            if (!cursor.sees(Kind.OPERATOR, ")")) {
                cursor.expectOperator(",");
            }
        }
        return new Arguments(List.copyOf(positional), named);
    }

    private Expression filtered(Expression start) {
        var value = start;
        while (true) {
            if (cursor.skipOperator("|")) {
                value = filter(value);
            } else if (cursor.skipWord("is")) {
                boolean negated = cursor.skipWord("not");
                value = test(value);
                value = negated ? new Not(value) : value;
            } else {
                return value;
            }
        }
    }

    Expression filter(Expression value) {
        link();
        var name = cursor.name();
        var filter = Builtins.FILTERS.get(name);
        if (filter == null) {
            throw cursor.refused("the filter " + name + " is not known");
        }
        var arguments = cursor.sees(Kind.OPERATOR, "(") ? arguments() : Arguments.NO;
        return new Call(filter, value, arguments);
    }

    private Expression test(Expression value) {
        link();
        var name = cursor.name();
        var test = Builtins.TESTS.get(WORDS_AS_TESTS.getOrDefault(name, name));
        if (test == null) {
            throw cursor.refused("the test " + name + " is not known");
        }
        if (cursor.sees(Kind.OPERATOR, "(")) {
            return new Call(test, value, arguments());
        }
        if (cursor.seesArgument()) {
            return new Call(test, value, new Arguments(List.of(primary()), Map.of()));
        }
        return new Call(test, value, Arguments.NO);
    }
}
