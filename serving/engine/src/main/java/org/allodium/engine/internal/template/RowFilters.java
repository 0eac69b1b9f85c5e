package org.allodium.engine.internal.template;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.allodium.engine.internal.template.Callable.Given;
import org.allodium.engine.internal.template.Values.Undefined;
import org.jspecify.annotations.Nullable;

/// The filters that make rows of rows.
final class RowFilters {
    private RowFilters() {}

    static Map<String, Callable> all() {
        var all = new HashMap<String, Callable>();
        all.put("map", RowFilters::map);
        all.put("select", g -> chosen(g, test(g, 1), true));
        all.put("reject", g -> chosen(g, test(g, 1), false));
        all.put("selectattr", g -> chosen(g, attributeTest(g), true));
        all.put("rejectattr", g -> chosen(g, attributeTest(g), false));
        all.put("sort", RowFilters::sort);
        all.put("unique", RowFilters::unique);
        all.put("dictsort", RowFilters::sortedPairs);
        all.put("reverse", RowFilters::reverse);
        all.put("list", g -> List.copyOf(Values.items(g.target())));
        all.put("first", g -> edge(Values.items(g.target()), false));
        all.put("last", RowFilters::last);
        all.put("join", RowFilters::join);
        return all;
    }

    /// What has no elements because it is nothing yields nothing.
    private static List<Object> elements(Given given) {
        return Values.isTrue(given.target()) ? Values.items(given.target()) : List.of();
    }

    private static Object map(Given given) {
        var attribute = given.named().get("attribute");
        if (attribute != null && given.values().size() == 1) {
            var otherwise = given.named().get("default");
            if (given.named().size() > (otherwise == null ? 1 : 2)) {
                throw new RenderFailure("an argument of map is not known");
            }
            return Row.generator(
                    elements(given).stream()
                            .map(item -> attribute(item, attribute))
                            .map(v -> v instanceof Undefined && otherwise != null ? otherwise : v)
                            .toList());
        }
        if (attribute != null || given.values().size() < 2) {
            throw new RenderFailure("map needs a filter or attribute=");
        }
        var filter = Builtins.FILTERS.get(given.textArgument(1, "filter"));
        if (filter == null) {
            throw new RenderFailure("the filter of map is not known");
        }
        return Row.generator(
                elements(given).stream().map(item -> called(filter, item, given, 2)).toList());
    }

    private static Object called(Callable callable, Object item, Given given, int from) {
        var arguments = new ArrayList<Object>(List.of(item));
        arguments.addAll(given.values().subList(from, given.values().size()));
        arguments.forEach(Work::on);
        return Work.on(callable.call(new Given(arguments, given.named())));
    }

    private static Predicate<Object> test(Given given, int at) {
        if (given.values().size() <= at) {
            return Values::isTrue;
        }
        var test = Builtins.TESTS.get(given.textArgument(at, "test"));
        if (test == null) {
            throw new RenderFailure("the test of a selecting filter is not known");
        }
        return item -> Values.isTrue(called(test, item, given, at + 1));
    }

    private static Predicate<Object> attributeTest(Given given) {
        var attribute = given.argument(1, "attribute");
        if (attribute == null) {
            throw new RenderFailure("the argument attribute is missing");
        }
        var test = test(given, 2);
        return item -> test.test(attribute(item, attribute));
    }

    private static Object chosen(Given given, Predicate<Object> test, boolean wanted) {
        var kept = elements(given).stream().filter(item -> test.test(item) == wanted).toList();
        return Row.generator(kept);
    }

    /// A part of a value by its path, such as `function.name`.
    static Object attribute(Object item, Object path) {
        if (!(path instanceof String text)) {
            return Values.item(item, path);
        }
        var value = item;
        for (var part : text.split("\\.", -1)) {
            Object key = part.matches("[0-9]{1,9}") ? (Object) Long.valueOf(part) : part;
            value = Values.item(value, key);
        }
        return value;
    }

    private static Function<Object, Object> key(Given given, int caseAt, int attributeAt) {
        var sensitive = given.argument(caseAt, "case_sensitive");
        var attribute = given.argument(attributeAt, "attribute");
        boolean folded = sensitive == null || !Values.isTrue(sensitive);
        return item -> {
            var value = attribute == null ? item : attribute(item, attribute);
            return folded && value instanceof String s ? Python.lower(s) : value;
        };
    }

    private static Object sort(Given given) {
        var reverse = given.argument(1, "reverse");
        return sorted(Values.items(given.target()), key(given, 2, 3), reverse);
    }

    private static List<Object> sorted(
            List<?> items, Function<Object, Object> key, @Nullable Object reverse) {
        Comparator<Object> order = Comparator.comparing(key, Values::compare);
        var sorted = new ArrayList<Object>(items);
        sorted.sort(reverse != null && Values.isTrue(reverse) ? order.reversed() : order);
        return List.copyOf(sorted);
    }

    private static Object unique(Given given) {
        var key = key(given, 1, 2);
        var seen = new HashSet<Object>();
        var kept =
                Values.items(given.target()).stream().filter(i -> seen.add(hashed(key.apply(i))));
        return Row.generator(kept.toList());
    }

    /// As in Python, lists and maps have no hash.
    private static Object hashed(Object key) {
        if (key instanceof Collection<?> || key instanceof Map<?, ?>) {
            throw new RenderFailure("a " + Values.typeName(key) + " cannot be told apart");
        }
        return key;
    }

    private static Object sortedPairs(Given given) {
        var by = given.argument(2, "by");
        int part = by == null || by.equals("key") ? 0 : 1;
        if (by != null && part == 1 && !by.equals("value")) {
            throw new RenderFailure("dictsort sorts by key or value");
        }
        var folded = key(new Given(List.of(), given.named()), 1, 1);
        return sorted(
                Builtins.pairs(given.target()),
                pair -> folded.apply(((List<?>) pair).get(part)),
                given.argument(3, "reverse"));
    }

    private static Object reverse(Given given) {
        var items = Values.items(given.target()).reversed();
        if (given.target() instanceof String) {
            return String.join("", items.stream().map(Values::string).toList());
        }
        return Row.generator(items);
    }

    private static Object last(Given given) {
        if (given.target() instanceof Row row && row.isGenerator()) {
            throw new RenderFailure("the last of what a filter yields was asked for");
        }
        return edge(Values.items(given.target()), true);
    }

    private static Object edge(List<Object> items, boolean last) {
        if (items.isEmpty()) {
            return new Undefined("element of an empty list");
        }
        return last ? items.getLast() : items.getFirst();
    }

    private static Object join(Given given) {
        var between = given.argument(1, "d");
        var attribute = given.argument(2, "attribute");
        var parts = new ArrayList<String>();
        for (var item : Values.items(given.target())) {
            parts.add(Values.text(attribute == null ? item : attribute(item, attribute)));
        }
        return Python.joined(parts, between == null ? "" : Values.text(between));
    }
}
