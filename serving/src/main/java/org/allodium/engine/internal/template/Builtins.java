package org.allodium.engine.internal.template;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.allodium.engine.internal.template.Callable.Given;
import org.allodium.engine.internal.template.Values.Namespace;
import org.allodium.engine.internal.template.Values.None;
import org.allodium.engine.internal.template.Values.Undefined;

/// The filters, tests, methods and functions that templates may use. A name that is not here
/// refuses the template when it is read.
final class Builtins {
    static final Map<String, Callable> FILTERS = filters();
    static final Map<String, Callable> TESTS = tests();
    static final Map<String, Callable> METHODS = methods();
    static final Map<String, Callable> FUNCTIONS = functions();

    private static final int MAX_RANGE = 100_000;

    private Builtins() {}

    private static Map<String, Callable> filters() {
        var all = new HashMap<String, Callable>();
        all.put("trim", g -> strip(g, "chars", true, true));
        all.put("upper", g -> Python.upper(Values.text(g.target())));
        all.put("lower", g -> Python.lower(Values.text(g.target())));
        all.put("capitalize", g -> Python.capitalize(Values.text(g.target())));
        all.put("string", g -> Values.text(g.target()));
        all.put("safe", g -> Values.text(g.target()));
        all.put("replace", Builtins::replace);
        all.put("length", g -> Values.length(g.target()));
        all.put("count", g -> Values.length(g.target()));
        all.put("list", g -> Values.items(g.target()));
        all.put("first", g -> edge(g, 0));
        all.put("last", g -> edge(g, -1));
        all.put("join", Builtins::join);
        all.put("items", Builtins::items);
        all.put("tojson", Builtins::json);
        all.put("default", Builtins::otherwise);
        all.put("d", Builtins::otherwise);
        all.put("int", Builtins::whole);
        all.put("reverse", g -> Values.items(g.target()).reversed());
        all.put("indent", Builtins::indent);
        all.put("map", Builtins::map);
        all.put("selectattr", g -> select(g, true));
        all.put("rejectattr", g -> select(g, false));
        return Map.copyOf(all);
    }

    private static Map<String, Callable> tests() {
        var all = new HashMap<String, Callable>();
        test(all, "defined", v -> !(v instanceof Undefined));
        test(all, "undefined", v -> v instanceof Undefined);
        test(all, "none", v -> v == None.NONE);
        test(all, "string", v -> v instanceof String);
        test(all, "mapping", v -> v instanceof Map<?, ?>);
        test(
                all,
                "sequence",
                v -> v instanceof String || v instanceof List<?> || v instanceof Map<?, ?>);
        test(
                all,
                "iterable",
                v ->
                        v instanceof String
                                || v instanceof List<?>
                                || v instanceof Map<?, ?>
                                || v instanceof Undefined);
        test(all, "number", Values::isNumber);
        test(all, "integer", v -> v instanceof Long);
        test(all, "float", v -> v instanceof Double);
        test(all, "boolean", v -> v instanceof Boolean);
        test(all, "true", v -> v instanceof Boolean b && b);
        test(all, "false", v -> v instanceof Boolean b && !b);
        test(all, "odd", v -> Math.floorMod((long) Values.number(v), 2L) == 1);
        test(all, "even", v -> Math.floorMod((long) Values.number(v), 2L) == 0);
        for (var name : new String[] {"equalto", "eq", "sameas"}) {
            all.put(name, g -> Values.equal(g.target(), second(g)));
        }
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
        all.put("join", g -> String.join(g.text(), strings(second(g))));
        all.put("items", Builtins::items);
        all.put("keys", g -> List.copyOf(asMap(g.target()).keySet()));
        all.put("values", g -> List.copyOf(asMap(g.target()).values()));
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
        return Values.text(given.target())
                .replace(given.textArgument(1, "old"), given.textArgument(2, "new"));
    }

    private static Object split(Given given) {
        var separator = given.argument(1, "sep");
        var max = given.argument(2, "maxsplit");
        return Python.split(
                given.text(),
                separator == null ? null : Values.string(separator),
                max == null ? -1 : Values.index(max));
    }

    private static Object edge(Given given, int index) {
        var items = Values.items(given.target());
        return items.isEmpty()
                ? new Undefined("element of an empty list")
                : items.get(index < 0 ? items.size() - 1 : index);
    }

    private static Object join(Given given) {
        var between = given.argument(1, "d");
        var attribute = given.argument(2, "attribute");
        var parts = new ArrayList<String>();
        for (var item : Values.items(given.target())) {
            parts.add(Values.text(attribute == null ? item : Values.item(item, attribute)));
        }
        return String.join(between == null ? "" : Values.text(between), parts);
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
        var lines = Values.text(given.target()).split("\n", -1);
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

    private static Object items(Given given) {
        return asMap(given.target()).entrySet().stream()
                .<Object>map(e -> List.<Object>of(e.getKey(), e.getValue()))
                .toList();
    }

    private static Object get(Given given) {
        var found = asMap(given.target()).get(given.textArgument(1, "key"));
        if (found != null) {
            return found;
        }
        var otherwise = given.argument(2, "default");
        return otherwise == null ? None.NONE : otherwise;
    }

    private static Object json(Given given) {
        for (var name : given.named().keySet()) {
            if (!name.equals("indent") && !name.equals("ensure_ascii")) {
                throw new RenderFailure("the argument " + name + " of tojson is not known");
            }
        }
        if (Values.isTrue(given.named().getOrDefault("ensure_ascii", false))) {
            throw new RenderFailure("ensure_ascii of tojson is not known");
        }
        var indent = given.argument(1, "indent");
        return Json.write(given.target(), indent == null ? null : Values.index(indent));
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
        return switch (given.target()) {
            case Long n -> n;
            case Boolean b -> b ? 1L : 0L;
            case Double d -> d.longValue();
            case String s when s.matches("\\s*[+-]?[0-9]{1,18}\\s*") -> Long.valueOf(s.strip());
            case String s -> 0L;
            default ->
                    throw new RenderFailure(
                            "a "
                                    + Values.typeName(given.target())
                                    + " stands where a number is wanted");
        };
    }

    private static Object map(Given given) {
        var attribute = given.named().get("attribute");
        if (attribute == null || given.values().size() > 1) {
            throw new RenderFailure("map is known with attribute= only");
        }
        return Values.items(given.target()).stream()
                .map(item -> Values.item(item, attribute))
                .toList();
    }

    private static Object select(Given given, boolean wanted) {
        var attribute = given.textArgument(1, "attribute");
        var rest =
                given.values().subList(Math.min(3, given.values().size()), given.values().size());
        var test = given.values().size() > 2 ? TESTS.get(given.textArgument(2, "test")) : null;
        if (given.values().size() > 2 && test == null) {
            throw new RenderFailure("the test of selectattr is not known");
        }
        var kept = new ArrayList<Object>();
        for (var item : Values.items(given.target())) {
            var value = Values.item(item, attribute);
            var arguments = new ArrayList<Object>(List.of(value));
            arguments.addAll(rest);
            boolean holds =
                    test == null
                            ? Values.isTrue(value)
                            : Values.isTrue(test.call(new Given(arguments, Map.of())));
            if (holds == wanted) {
                kept.add(item);
            }
        }
        return List.copyOf(kept);
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
        var numbers = new ArrayList<Object>();
        for (long i = from; step > 0 ? i < to : i > to; i += step) {
            numbers.add(i);
        }
        return List.copyOf(numbers);
    }
}
