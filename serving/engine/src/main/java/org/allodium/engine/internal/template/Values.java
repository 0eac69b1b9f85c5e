package org.allodium.engine.internal.template;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/// Values as Python sees them: String, Long, BigInteger (where a long does not do), Double,
/// Boolean, List, [Row], Map with String keys, [Namespace], [Markup], [None] or [Undefined].
final class Values {
    /// Python's `None`.
    enum None {
        NONE
    }

    /// A name without value.
    record Undefined(String name) {}

    /// A record whose fields a template may change.
    record Namespace(Map<String, Object> fields) {}

    /// What the filter `safe` has gone over: adding to it escapes the other text.
    record Markup(String text) {}

    /// A macro, and the scope in which it was defined.
    record Macro(Statement.MacroDefinition definition, Scope home) {}

    private Values() {}

    static boolean isTrue(Object value) {
        return switch (value) {
            case Boolean b -> b;
            case String s -> !s.isEmpty();
            case Long n -> n != 0;
            case Double d -> d != 0;
            case Markup m -> !m.text().isEmpty();
            case Row row when row.isGenerator() -> true;
            case Collection<?> c -> !c.isEmpty();
            case Map<?, ?> m -> !m.isEmpty();
            case None n -> false;
            case Undefined u -> false;
            default -> true;
        };
    }

    /// What is printed.
    static String text(Object value) {
        return switch (value) {
            case String s -> s;
            case Long n -> n.toString();
            case Double d -> Python.repr(d);
            case Boolean b -> b ? "True" : "False";
            case None n -> "None";
            case Undefined u -> "";
            case BigInteger n -> n.toString();
            case Markup m -> m.text();
            case Collection<?> c -> Repr.of(c);
            case Map<?, ?> m -> Repr.of(m);
            default ->
                    throw new RenderFailure("a " + typeName(value) + " cannot be written as text");
        };
    }

    static String typeName(Object value) {
        return switch (value) {
            case String s -> "text";
            case Long n -> "number";
            case BigInteger n -> "large number";
            case Markup m -> "safe text";
            case Row row -> row.kind().name().toLowerCase(Locale.ROOT);
            case Double d -> "fraction";
            case Boolean b -> "truth value";
            case Collection<?> c -> "list";
            case Map<?, ?> m -> "map";
            case None n -> "none";
            case Undefined u -> "undefined value (" + u.name() + ")";
            case Macro m -> "macro";
            default -> "namespace";
        };
    }

    static boolean equal(Object a, Object b) {
        Work.on(1);
        if (isNumber(a) && isNumber(b)) {
            return compareNumbers(a, b) == 0;
        }
        if (a instanceof Undefined && b instanceof Undefined) {
            return true;
        }
        if (a instanceof List<?> x && b instanceof List<?> y) {
            if (x instanceof Row != y instanceof Row || x.size() != y.size()) {
                return false;
            }
            for (int i = 0; i < x.size(); i++) {
                if (!equal(x.get(i), y.get(i))) {
                    return false;
                }
            }
            return true;
        }
        if (a instanceof Map<?, ?> x && b instanceof Map<?, ?> y) {
            return x.size() == y.size()
                    && x.keySet().stream()
                            .allMatch(k -> y.containsKey(k) && equal(item(x, k), item(y, k)));
        }
        return Objects.equals(a, b);
    }

    /// Python's `is`, as far as values here tell it.
    static boolean same(Object a, Object b) {
        return a.getClass() == b.getClass() && equal(a, b);
    }

    static int compare(Object a, Object b) {
        if (isNumber(a) && isNumber(b)) {
            return compareNumbers(a, b);
        }
        if (a instanceof String x && b instanceof String y) {
            // Python orders by code point, Java by UTF-16 unit.
            return compareCodePoints(x.codePoints().toArray(), y.codePoints().toArray());
        }
        throw new RenderFailure("a " + typeName(a) + " cannot be compared with a " + typeName(b));
    }

    private static int compareNumbers(Object a, Object b) {
        if (a instanceof Double || b instanceof Double) {
            // Not compare: both zeros are equal.
            double x = number(a);
            double y = number(b);
            return x < y ? -1 : x > y ? 1 : 0;
        }
        return whole(a).compareTo(whole(b));
    }

    private static BigInteger whole(Object number) {
        return number instanceof BigInteger large ? large : BigInteger.valueOf(integer(number));
    }

    static long integer(Object value) {
        return switch (value) {
            case Long n -> n;
            case Boolean b -> b ? 1 : 0;
            default -> throw new RenderFailure("a " + typeName(value) + " is no whole number");
        };
    }

    private static int compareCodePoints(int[] a, int[] b) {
        return Arrays.compare(a, b);
    }

    static boolean contains(Object container, Object item) {
        return switch (container) {
            case String s when item instanceof String part -> s.contains(part);
            case Row row -> row.run().stream().anyMatch(x -> equal(x, item));
            case List<?> list -> list.stream().anyMatch(x -> equal(x, item));
            // No hash of a list: it would go through all that is nested in it.
            case Map<?, ?> map -> item instanceof String key && map.containsKey(key);
            case Undefined u -> false;
            default ->
                    throw new RenderFailure(
                            "a "
                                    + typeName(item)
                                    + " cannot be looked for in a "
                                    + typeName(container));
        };
    }

    static boolean isNumber(Object value) {
        return value instanceof Long
                || value instanceof Double
                || value instanceof Boolean
                || value instanceof BigInteger;
    }

    static double number(Object value) {
        return switch (value) {
            case Long n -> n;
            case Double d -> d;
            case Boolean b -> b ? 1 : 0;
            case BigInteger n -> n.doubleValue();
            default -> throw new RenderFailure("a " + typeName(value) + " is no number");
        };
    }

    static int index(Object value) {
        return switch (value) {
            case Long n when n == n.intValue() -> n.intValue();
            case Boolean b -> b ? 1 : 0;
            default -> throw new RenderFailure("a " + typeName(value) + " is no position");
        };
    }

    static String string(Object value) {
        if (value instanceof String s) {
            return s;
        }
        throw new RenderFailure("a " + typeName(value) + " stands where a text is wanted");
    }

    /// What a loop runs over: elements, keys, characters.
    static List<Object> items(Object value) {
        return switch (value) {
            case Row row -> row.run();
            case Collection<?> c -> List.copyOf(c);
            case Map<?, ?> m -> List.copyOf(m.keySet());
            case String s -> {
                Work.onEachCharacter(s);
                yield s.codePoints().<Object>mapToObj(Character::toString).toList();
            }
            case Undefined u -> List.of();
            default -> throw new RenderFailure("a " + typeName(value) + " has no elements");
        };
    }

    static long length(Object value) {
        return switch (value) {
            case String s -> s.codePointCount(0, s.length());
            case Map<?, ?> m -> m.size();
            case Row row when row.isGenerator() ->
                    throw new RenderFailure("a generator has no length");
            default -> items(value).size();
        };
    }

    static Object item(Object container, Object key) {
        return switch (container) {
            case Map<?, ?> map -> {
                Object found = key instanceof String ? map.get(key) : null;
                yield found == null ? new Undefined(key instanceof String s ? s : "item") : found;
            }
            case Namespace space ->
                    space.fields().getOrDefault(string(key), new Undefined(string(key)));
            case Row row when !row.isSequence() -> new Undefined("item");
            case List<?> list when !(key instanceof String) -> at(List.copyOf(list), index(key));
            case String text when !(key instanceof String) -> at(items(text), index(key));
            case List<?> list -> new Undefined(string(key));
            case String text -> new Undefined(string(key));
            case None n -> new Undefined(key instanceof String s ? s : "item");
            case Long n -> new Undefined(key instanceof String s ? s : "item");
            case Double d -> new Undefined(key instanceof String s ? s : "item");
            case Boolean b -> new Undefined(key instanceof String s ? s : "item");
            default ->
                    throw new RenderFailure(
                            "the part "
                                    + (key instanceof String s ? s : "")
                                    + " of a "
                                    + typeName(container)
                                    + " was asked for");
        };
    }

    private static Object at(List<?> list, int index) {
        int real = index < 0 ? index + list.size() : index;
        return real < 0 || real >= list.size() ? new Undefined("item " + index) : list.get(real);
    }
}
