package org.allodium.engine.internal.template;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.allodium.engine.internal.template.Callable.Given;
import org.allodium.engine.internal.template.Values.Markup;
import org.allodium.engine.internal.template.Values.Namespace;
import org.allodium.engine.internal.template.Values.None;
import org.allodium.engine.internal.template.Values.Undefined;
import org.jspecify.annotations.Nullable;

/// The filters, tests, methods and functions of templates. Another name refuses the template.
final class Builtins {
    static final Map<String, Callable> FILTERS = filters();
    static final Map<String, Callable> TESTS = tests();
    static final Map<String, Callable> METHODS = methods();
    static final Map<String, Callable> FUNCTIONS = functions();

    private static final int MAX_RANGE = 100_000;
    private static final double LARGEST_WHOLE = 1e15;

    private Builtins() {}

    private static Map<String, Callable> filters() {
        var all = new HashMap<String, Callable>();
        all.put("trim", g -> strip(g, "chars", true, true));
        all.put("upper", g -> Python.upper(Values.text(g.target())));
        all.put("lower", g -> Python.lower(Values.text(g.target())));
        all.put("capitalize", g -> Python.capitalize(Values.text(g.target())));
        all.put("string", g -> Values.text(g.target()));
        all.put("safe", g -> new Markup(Values.text(g.target())));
        all.put("replace", Builtins::replace);
        all.put("length", g -> Values.length(g.target()));
        all.put("count", g -> Values.length(g.target()));
        all.put("items", g -> Row.generator(pairs(g.target())));
        all.put("tojson", Builtins::json);
        all.put("default", Builtins::otherwise);
        all.put("d", Builtins::otherwise);
        all.put("int", Builtins::whole);
        all.put("indent", Builtins::indent);
        all.put("title", g -> Python.titleOfWords(Values.text(g.target())));
        all.putAll(RowFilters.all());
        return Map.copyOf(all);
    }

    private static Map<String, Callable> tests() {
        var all = new HashMap<String, Callable>();
        test(all, "defined", v -> !(v instanceof Undefined));
        test(all, "undefined", v -> v instanceof Undefined);
        test(all, "none", v -> v == None.NONE);
        test(all, "string", v -> v instanceof String || v instanceof Markup);
        test(all, "mapping", v -> v instanceof Map<?, ?>);
        test(
                all,
                "sequence",
                v ->
                        v instanceof Row row
                                ? row.isSequence()
                                : v instanceof String
                                        || v instanceof List<?>
                                        || v instanceof Map<?, ?>
                                        || v instanceof Undefined);
        test(
                all,
                "iterable",
                v ->
                        v instanceof String
                                || v instanceof List<?>
                                || v instanceof Map<?, ?>
                                || v instanceof Undefined);
        test(all, "number", Values::isNumber);
        test(all, "integer", v -> v instanceof Long || v instanceof BigInteger);
        test(all, "float", v -> v instanceof Double);
        test(all, "boolean", v -> v instanceof Boolean);
        test(all, "true", v -> v instanceof Boolean b && b);
        test(all, "false", v -> v instanceof Boolean b && !b);
        test(all, "odd", v -> Math.floorMod((long) Values.number(v), 2L) == 1);
        test(all, "even", v -> Math.floorMod((long) Values.number(v), 2L) == 0);
        for (var name : new String[] {"equalto", "eq"}) {
            all.put(name, g -> Values.equal(g.target(), second(g)));
        }
        all.put("sameas", g -> Values.same(g.target(), second(g)));
        all.put("ne", g -> !Values.equal(g.target(), second(g)));
        all.put("in", g -> Values.contains(second(g), g.target()));
        all.put("divisibleby", g -> Values.equal(Python.remainder(g.target(), second(g)), 0L));
        return Map.copyOf(all);
    }

    private static void test(Map<String, Callable> all, String name, Predicate<Object> test) {
        all.put(name, g -> test.test(g.target()));
    }

    private static Map<String, Callable> methods() {
        var all = new HashMap<String, Callable>();
        all.put("strip", g -> strip(g, "chars", true, true));
        all.put("lstrip", g -> strip(g, "chars", true, false));
        all.put("rstrip", g -> strip(g, "chars", false, true));
        all.put("upper", g -> Python.upper(g.text()));
        all.put("lower", g -> Python.lower(g.text()));
        all.put("capitalize", g -> Python.capitalize(g.text()));
        all.put("startswith", g -> g.text().startsWith(g.textArgument(1, "prefix")));
        all.put("endswith", g -> g.text().endsWith(g.textArgument(1, "suffix")));
        all.put("replace", Builtins::replace);
        all.put("split", Builtins::split);
        all.put("join", g -> Python.joined(strings(second(g)), g.text()));
        all.put("title", g -> Python.title(g.text()));
        all.put("items", g -> view(pairs(asMap(g.target()))));
        all.put("keys", g -> view(asMap(g.target()).keySet()));
        all.put("values", g -> view(asMap(g.target()).values()));
        all.put("get", Builtins::get);
        return Map.copyOf(all);
    }

    private static Map<String, Callable> functions() {
        return Map.of(
                "raise_exception",
                g -> {
                    throw new RenderFailure(Values.text(g.target()));
                },
                "namespace",
                g -> new Namespace(new LinkedHashMap<>(g.named())),
                "range",
                Builtins::range,
                "strftime_now",
                g -> Dates.now(g.text()));
    }

    private static Object second(Given given) {
        if (given.values().size() != 2) {
            throw new RenderFailure("a test needs exactly one argument");
        }
        return given.values().get(1);
    }

    private static Object strip(Given given, String name, boolean leading, boolean trailing) {
        var characters = given.argument(1, name);
        return Python.strip(
                Values.text(given.target()),
                characters == null ? null : Values.string(characters),
                leading,
                trailing);
    }

    private static Object replace(Given given) {
        if (given.count() != 3) {
            throw new RenderFailure("replace takes two texts");
        }
        return Python.replaced(
                Values.text(given.target()),
                given.textArgument(1, "old"),
                given.textArgument(2, "new"));
    }

    private static Object split(Given given) {
        var separator = given.argument(1, "sep");
        var max = given.argument(2, "maxsplit");
        return Python.split(
                given.text(),
                separator == null ? null : Values.string(separator),
                max == null ? -1 : Values.index(max));
    }

    private static List<String> strings(Object list) {
        return Values.items(list).stream().map(Values::string).toList();
    }

    /// All lines but the first, and blank ones, moved to the right.
    private static Object indent(Given given) {
        var width = given.argument(1, "width");
        var first = given.argument(2, "first");
        if (given.count() > (width == null ? 1 : 2) + (first == null ? 0 : 1)) {
            throw new RenderFailure("indent is known with width and first only");
        }
        var blanks = " ".repeat(width == null ? 4 : Math.clamp(Values.index(width), 0, 100));
        var lines = Python.lines(Values.text(given.target()));
        Work.on((long) blanks.length() * lines.length);
        for (int i = first != null && Values.isTrue(first) ? 0 : 1; i < lines.length; i++) {
            lines[i] = lines[i].isEmpty() ? "" : blanks + lines[i];
        }
        return String.join("\n", lines);
    }

    private static Map<?, ?> asMap(Object value) {
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw new RenderFailure("a " + Values.typeName(value) + " stands where a map is wanted");
    }

    /// The pairs of a map, as templates go through them.
    static List<Object> pairs(Object map) {
        if (map instanceof Undefined) {
            return List.of();
        }
        return asMap(map).entrySet().stream()
                .<Object>map(e -> Row.tuple(e.getKey(), e.getValue()))
                .toList();
    }

    private static Row view(Collection<?> values) {
        return new Row(Row.Kind.VIEW, List.copyOf(values));
    }

    private static Object get(Given given) {
        var found = asMap(given.target()).get(given.textArgument(1, "key"));
        if (found != null) {
            return found;
        }
        var otherwise = given.argument(2, "default");
        return otherwise == null ? None.NONE : otherwise;
    }

    /// As the reference library's `tojson`, which knows more than Jinja's own.
    private static Object json(Given given) {
        var known = List.of("ensure_ascii", "indent", "separators", "sort_keys");
        if (given.values().size() > 1 + known.size()
                || !known.containsAll(given.named().keySet())) {
            throw new RenderFailure("an argument of tojson is not known");
        }
        var indent = given.argument(2, "indent");
        var separators = given.argument(3, "separators");
        var parts = separators == null ? List.of() : Values.items(separators);
        if (separators != null && parts.size() != 2) {
            throw new RenderFailure("the separators of tojson are two texts");
        }
        return PythonJson.write(
                given.target(),
                new PythonJson.Form(
                        indent == null ? null : Values.index(indent),
                        parts.isEmpty()
                                ? (indent == null ? ", " : ",")
                                : Values.string(parts.get(0)),
                        parts.isEmpty() ? ": " : Values.string(parts.get(1)),
                        wanted(given.argument(1, "ensure_ascii")),
                        wanted(given.argument(4, "sort_keys"))));
    }

    private static boolean wanted(@Nullable Object flag) {
        return flag != null && Values.isTrue(flag);
    }

    private static Object otherwise(Given given) {
        var value = given.target();
        var falseToo = given.argument(2, "boolean");
        boolean replace =
                value instanceof Undefined
                        || (falseToo != null && Values.isTrue(falseToo) && !Values.isTrue(value));
        if (!replace) {
            return value;
        }
        if (given.values().size() > 1) {
            return given.values().get(1);
        }
        return given.named().getOrDefault("default_value", "");
    }

    private static Object whole(Given given) {
        var otherwise = given.argument(1, "default");
        return switch (given.target()) {
            case Long n -> n;
            case BigInteger n -> n;
            case Boolean b -> b ? 1L : 0L;
            case Double d when Math.abs(d) < LARGEST_WHOLE -> d.longValue();
            case String s when s.matches("\\s*[+-]?[0-9]{1,18}\\s*") -> Long.valueOf(s.strip());
            case String s when s.matches("\\s*[+-]?[0-9]{1,15}\\.[0-9]*\\s*") ->
                    Double.valueOf(s.strip()).longValue();
            case None n -> otherwise == null ? 0L : otherwise;
            case String s when s.matches("[^0-9]*") -> otherwise == null ? 0L : otherwise;
            default ->
                    throw new RenderFailure(
                            "a "
                                    + Values.typeName(given.target())
                                    + " stands where a number is wanted");
        };
    }

    private static Object range(Given given) {
        int n = given.values().size();
        if (n < 1 || n > 3) {
            throw new RenderFailure("range takes one to three numbers");
        }
        long from = n == 1 ? 0 : Values.index(given.values().get(0));
        long to = Values.index(given.values().get(n == 1 ? 0 : 1));
        long step = n == 3 ? Values.index(given.values().get(2)) : 1;
        if (step == 0 || Math.abs((to - from) / step) > MAX_RANGE) {
            throw new RenderFailure("a range is too long");
        }
        Work.on(Math.abs((to - from) / step));
        var numbers = new ArrayList<Object>();
        for (long i = from; step > 0 ? i < to : i > to; i += step) {
            numbers.add(i);
        }
        return new Row(Row.Kind.RANGE, numbers);
    }
}
