package org.allodium.engine.internal.template;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Values as Python sees them. A value is a String, Long, Double, Boolean, List, Map with String
/// keys, [Namespace], [None] or [Undefined].
final class Values {
    /// Python's `None`.
    enum None {
        NONE
    }

    /// A name without value.
    record Undefined(String name) {}

    /// A record whose fields a template may change.
    record Namespace(Map<String, Object> fields) {}

    /// A macro, and the scope in which it was defined.
    record Macro(Statement.MacroDefinition definition, Scope home) {}

    private Values() {}

    static boolean isTrue(Object value) {
        return switch (value) {
            case Boolean b -> b;
            case String s -> !s.isEmpty();
            case Long n -> n != 0;
            case Double d -> d != 0;
            case Collection<?> c -> !c.isEmpty();
            case Map<?, ?> m -> !m.isEmpty();
            case None n -> false;
            case Undefined u -> false;
            default -> true;
        };
    }

    /// What is printed. Lists and maps have no agreed form in a prompt.
    static String text(Object value) {
        return switch (value) {
            case String s -> s;
            case Long n -> n.toString();
            case Double d -> Python.repr(d);
            case Boolean b -> b ? "True" : "False";
            case None n -> "None";
            case Undefined u -> "";
            default ->
                    throw new RenderFailure("a " + typeName(value) + " cannot be written as text");
        };
    }

    static String typeName(Object value) {
        return switch (value) {
            case String s -> "text";
            case Long n -> "number";
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
        if (isNumber(a) && isNumber(b)) {
            return number(a) == number(b);
        }
        if (a instanceof Undefined && b instanceof Undefined) {
            return true;
        }
        if (a instanceof List<?> x && b instanceof List<?> y) {
            if (x.size() != y.size()) {
                return false;
            }
            for (int i = 0; i < x.size(); i++) {
                if (!equal(x.get(i), y.get(i))) {
                    return false;
                }
            }
            return true;
        }
        return Objects.equals(a, b);
    }

    static int compare(Object a, Object b) {
        if (isNumber(a) && isNumber(b)) {
            return Double.compare(number(a), number(b));
        }
        if (a instanceof String x && b instanceof String y) {
            // Python orders by code point, Java by UTF-16 unit.
            return compareCodePoints(x.codePoints().toArray(), y.codePoints().toArray());
        }
        throw new RenderFailure("a " + typeName(a) + " cannot be compared with a " + typeName(b));
    }

    private static int compareCodePoints(int[] a, int[] b) {
        return Arrays.compare(a, b);
    }

    static boolean contains(Object container, Object item) {
        return switch (container) {
            case String s when item instanceof String part -> s.contains(part);
            case List<?> list -> list.stream().anyMatch(x -> equal(x, item));
            case Map<?, ?> map -> map.containsKey(item);
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
        return value instanceof Long || value instanceof Double || value instanceof Boolean;
    }

    static double number(Object value) {
        return switch (value) {
            case Long n -> n;
            case Double d -> d;
            case Boolean b -> b ? 1 : 0;
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
            case Collection<?> c -> List.copyOf(c);
            case Map<?, ?> m -> List.copyOf(m.keySet());
            case String s -> s.codePoints().<Object>mapToObj(Character::toString).toList();
            case Undefined u -> List.of();
            default -> throw new RenderFailure("a " + typeName(value) + " has no elements");
        };
    }

    static long length(Object value) {
        return switch (value) {
            case String s -> s.codePointCount(0, s.length());
            case Map<?, ?> m -> m.size();
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
            case List<?> list when !(key instanceof String) -> at(List.copyOf(list), index(key));
            case String text when !(key instanceof String) -> at(items(text), index(key));
            case List<?> list -> new Undefined(string(key));
            case String text -> new Undefined(string(key));
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
