package org.allodium.engine.internal.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.allodium.engine.internal.template.Values.Macro;
import org.allodium.engine.internal.template.Values.Namespace;
import org.allodium.engine.internal.template.Values.Undefined;
import org.jspecify.annotations.Nullable;

/// A part of a template that writes or sets something.
sealed interface Statement {
    /// Where to go on.
    enum Flow {
        NEXT,
        BREAK,
        CONTINUE
    }

    Flow run(Scope scope, StringBuilder out);

    static Flow runAll(List<Statement> statements, Scope scope, StringBuilder out) {
        for (var statement : statements) {
            var flow = statement.run(scope, out);
            if (flow != Flow.NEXT) {
                return flow;
            }
        }
        return Flow.NEXT;
    }

    record Data(String text) implements Statement {
        @Override
        public Flow run(Scope scope, StringBuilder out) {
            out.append(Work.on(text));
            return Flow.NEXT;
        }
    }

    record Print(Expression expression) implements Statement {
        @Override
        public Flow run(Scope scope, StringBuilder out) {
            out.append(Work.on(Values.text(expression.value(scope))));
            return Flow.NEXT;
        }
    }

    record Jump(Flow flow) implements Statement {
        @Override
        public Flow run(Scope scope, StringBuilder out) {
            return flow;
        }
    }

    /// Conditions with their bodies in order; the last condition of an `else` is always true.
    record If(List<Branch> branches) implements Statement {
        record Branch(Expression condition, List<Statement> body) {}

        @Override
        public Flow run(Scope scope, StringBuilder out) {
            for (var branch : branches) {
                if (Values.isTrue(branch.condition().value(scope))) {
                    return runAll(branch.body(), scope, out);
                }
            }
            return Flow.NEXT;
        }
    }

    /// @param field null for a variable, else the field of the namespace `name`
    record Set(String name, @Nullable String field, Expression value) implements Statement {
        @Override
        public Flow run(Scope scope, StringBuilder out) {
            var result = value.value(scope);
            if (field == null) {
                scope.set(name, result);
            } else if (scope.get(name) instanceof Namespace space) {
                space.fields().put(field, result);
            } else {
                throw new RenderFailure(name + " is no namespace");
            }
            return Flow.NEXT;
        }
    }

    /// @param parameters names with their values where none is given; null where one must be
    record MacroDefinition(
            String name, Map<String, @Nullable Expression> parameters, List<Statement> body)
            implements Statement {
        @Override
        public Flow run(Scope scope, StringBuilder out) {
            scope.set(name, new Macro(this, scope));
            return Flow.NEXT;
        }
    }

    record Capture(String name, List<Statement> body) implements Statement {
        @Override
        public Flow run(Scope scope, StringBuilder out) {
            var captured = new StringBuilder();
            runAll(body, scope.inner(), captured);
            scope.set(name, captured.toString());
            return Flow.NEXT;
        }
    }

    /// What is set inside is gone afterwards.
    record Inner(List<Statement> body) implements Statement {
        @Override
        public Flow run(Scope scope, StringBuilder out) {
            return runAll(body, scope.inner(), out);
        }
    }

    /// @param filters their value with what the body writes under the name [#BODY]
    record Filtered(Expression filters, List<Statement> body) implements Statement {
        static final String BODY = " body";

        @Override
        public Flow run(Scope scope, StringBuilder out) {
            var inside = new StringBuilder();
            runAll(body, scope.inner(), inside);
            var around = scope.inner();
            around.set(BODY, inside.toString());
            out.append(Work.on(Values.text(filters.value(around))));
            return Flow.NEXT;
        }
    }

    record Unpacking(List<String> names, Expression values) implements Statement {
        @Override
        public Flow run(Scope scope, StringBuilder out) {
            assign(scope, names, values.value(scope));
            return Flow.NEXT;
        }
    }

    private static void assign(Scope scope, List<String> names, Object value) {
        var parts = Values.items(value);
        if (parts.size() != names.size()) {
            throw new RenderFailure(names.size() + " names are given " + parts.size() + " values");
        }
        for (int i = 0; i < parts.size(); i++) {
            scope.set(names.get(i), parts.get(i));
        }
    }

    record For(
            List<String> names,
            Expression over,
            @Nullable Expression condition,
            List<Statement> body,
            List<Statement> otherwise)
            implements Statement {
        @Override
        public Flow run(Scope scope, StringBuilder out) {
            var items = chosen(scope);
            if (items.isEmpty()) {
                return runAll(otherwise, scope, out);
            }
            for (int i = 0; i < items.size(); i++) {
                var round = scope.round();
                assign(round, items.get(i));
                round.set("loop", loop(items, i));
                if (runAll(body, round, out) == Flow.BREAK) {
                    break;
                }
            }
            return Flow.NEXT;
        }

        private List<Object> chosen(Scope scope) {
            var all = Values.items(over.value(scope));
            if (condition == null) {
                return all;
            }
            var chosen = new ArrayList<Object>();
            for (var item : all) {
                var round = scope.round();
                assign(round, item);
                if (Values.isTrue(condition.value(round))) {
                    chosen.add(item);
                }
            }
            return chosen;
        }

        private void assign(Scope round, Object item) {
            if (names.size() == 1) {
                round.set(names.getFirst(), item);
                return;
            }
            Statement.assign(round, names, item);
        }

        private static Map<String, Object> loop(List<Object> items, int i) {
            int size = items.size();
            var loop = new LinkedHashMap<String, Object>();
            loop.put("index", i + 1L);
            loop.put("index0", (long) i);
            loop.put("revindex", (long) (size - i));
            loop.put("revindex0", size - i - 1L);
            loop.put("first", i == 0);
            loop.put("last", i == size - 1);
            loop.put("length", (long) size);
            loop.put("previtem", i == 0 ? new Undefined("loop.previtem") : items.get(i - 1));
            loop.put("nextitem", i == size - 1 ? new Undefined("loop.nextitem") : items.get(i + 1));
            return loop;
        }
    }
}
