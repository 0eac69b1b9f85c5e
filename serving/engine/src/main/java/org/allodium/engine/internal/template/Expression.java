package org.allodium.engine.internal.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import org.allodium.engine.internal.template.Values.Macro;
import org.allodium.engine.internal.template.Values.None;
import org.allodium.engine.internal.template.Values.Undefined;
import org.jspecify.annotations.Nullable;

/// A part of a template that has a value.
sealed interface Expression {
    Object value(Scope scope);

    record Constant(Object constant) implements Expression {
        @Override
        public Object value(Scope scope) {
            return constant;
        }
    }

    record Name(String name) implements Expression {
        @Override
        public Object value(Scope scope) {
            return scope.get(name);
        }
    }

    record ListOf(List<Expression> elements) implements Expression {
        @Override
        public Object value(Scope scope) {
            Work.on(elements.size());
            return elements.stream().map(e -> e.value(scope)).toList();
        }
    }

    record TupleOf(List<Expression> elements) implements Expression {
        @Override
        public Object value(Scope scope) {
            return new Row(Row.Kind.TUPLE, elements.stream().map(e -> e.value(scope)).toList());
        }
    }

    record MapOf(Map<String, Expression> entries) implements Expression {
        @Override
        public Object value(Scope scope) {
            var map = new LinkedHashMap<String, Object>();
            entries.forEach((key, expression) -> map.put(key, expression.value(scope)));
            return map;
        }
    }

    record Item(Expression container, Expression key) implements Expression {
        @Override
        public Object value(Scope scope) {
            return Values.item(container.value(scope), key.value(scope));
        }
    }

    /// `text[from:to:step]`; a part that is left out is null.
    record Slice(
            Expression container,
            @Nullable Expression from,
            @Nullable Expression to,
            @Nullable Expression step)
            implements Expression {
        @Override
        public Object value(Scope scope) {
            var whole = container.value(scope);
            if (whole == None.NONE) {
                return new Undefined("part");
            }
            if (!(whole instanceof String || whole instanceof List<?>)
                    || whole instanceof Row row && !row.isSequence()) {
                throw new RenderFailure("a part of a " + Values.typeName(whole) + " was asked for");
            }
            var items = Values.items(whole);
            int stride = step == null ? 1 : Values.index(step.value(scope));
            if (stride == 0) {
                throw new RenderFailure("a slice has a step of 0");
            }
            int size = items.size();
            int low = stride > 0 ? 0 : -1;
            int high = stride > 0 ? size : size - 1;
            int begin = bound(from, scope, size, low, high, stride > 0 ? low : high);
            int end = bound(to, scope, size, low, high, stride > 0 ? high : low);
            var part = new ArrayList<Object>();
            for (int i = begin; stride > 0 ? i < end : i > end; i += stride) {
                part.add(items.get(i));
            }
            if (whole instanceof String) {
                return String.join("", part.stream().map(Values::string).toList());
            }
            return whole instanceof Row row ? new Row(row.kind(), part) : List.copyOf(part);
        }

        private static int bound(
                @Nullable Expression bound,
                Scope scope,
                int size,
                int low,
                int high,
                int otherwise) {
            var given = bound == null ? None.NONE : bound.value(scope);
            if (given == None.NONE) {
                return otherwise;
            }
            int index = Values.index(given);
            return Math.clamp(index < 0 ? index + size : index, low, high);
        }
    }

    record Not(Expression operand) implements Expression {
        @Override
        public Object value(Scope scope) {
            return !Values.isTrue(operand.value(scope));
        }
    }

    record And(Expression left, Expression right) implements Expression {
        @Override
        public Object value(Scope scope) {
            var first = left.value(scope);
            return Values.isTrue(first) ? right.value(scope) : first;
        }
    }

    record Or(Expression left, Expression right) implements Expression {
        @Override
        public Object value(Scope scope) {
            var first = left.value(scope);
            return Values.isTrue(first) ? first : right.value(scope);
        }
    }

    record If(Expression condition, Expression then, @Nullable Expression otherwise)
            implements Expression {
        @Override
        public Object value(Scope scope) {
            if (Values.isTrue(condition.value(scope))) {
                return then.value(scope);
            }
            return otherwise == null ? new Undefined("else") : otherwise.value(scope);
        }
    }

    record Binary(Expression left, Expression right, BinaryOperator<Object> operator)
            implements Expression {
        @Override
        public Object value(Scope scope) {
            return Work.on(operator.apply(Work.on(left.value(scope)), Work.on(right.value(scope))));
        }
    }

    /// `a < b < c`: each with the next one, until one does not hold.
    record Chain(Expression first, List<BinaryOperator<Object>> operators, List<Expression> others)
            implements Expression {
        @Override
        public Object value(Scope scope) {
            var left = first.value(scope);
            Object holds = true;
            for (int i = 0; i < others.size() && Values.isTrue(holds); i++) {
                var right = others.get(i).value(scope);
                holds = operators.get(i).apply(Work.on(left), Work.on(right));
                left = right;
            }
            return holds;
        }
    }

    /// A filter, test, function or method with its arguments; `target` is null for a function.
    record Call(Callable callable, @Nullable Expression target, Arguments arguments)
            implements Expression {
        @Override
        public Object value(Scope scope) {
            var values = new ArrayList<Object>();
            if (target != null) {
                values.add(target.value(scope));
            }
            arguments.positional().forEach(a -> values.add(a.value(scope)));
            var named = new LinkedHashMap<String, Object>();
            arguments.named().forEach((name, a) -> named.put(name, a.value(scope)));
            values.forEach(Work::on);
            return Work.on(callable.call(new Callable.Given(values, named)));
        }
    }

    /// A macro with its arguments; its value is what it writes.
    record MacroCall(String name, Arguments arguments) implements Expression {
        @Override
        public Object value(Scope scope) {
            if (!(scope.get(name) instanceof Macro(var macro, var home))) {
                throw new RenderFailure(name + " is no macro here");
            }
            var inside = home.calledFrom(scope);
            int position = 0;
            for (var parameter : macro.parameters().entrySet()) {
                var given =
                        position < arguments.positional().size()
                                ? arguments.positional().get(position)
                                : arguments.named().get(parameter.getKey());
                position++;
                var otherwise = parameter.getValue();
                if (given != null) {
                    inside.set(parameter.getKey(), given.value(scope));
                } else if (otherwise != null) {
                    inside.set(parameter.getKey(), otherwise.value(inside));
                } else {
                    inside.set(parameter.getKey(), new Undefined(parameter.getKey()));
                }
            }
            if (position < arguments.positional().size()
                    || !macro.parameters().keySet().containsAll(arguments.named().keySet())) {
                throw new RenderFailure(name + " is called with too many arguments");
            }
            var out = new StringBuilder();
            Statement.runAll(macro.body(), inside, out);
            return out.toString();
        }
    }

    record Arguments(List<Expression> positional, Map<String, Expression> named) {
        static final Arguments NO = new Arguments(List.of(), Map.of());
    }
}
