package org.allodium.engine.internal.template;

import java.math.BigInteger;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.allodium.engine.internal.template.Values.Markup;
import org.allodium.engine.internal.template.Values.None;
import org.jspecify.annotations.Nullable;

/// JSON as Python's `json.dumps` writes it, on which chat templates were trained.
final class PythonJson {
    private static final int MAX_INDENT = 100;

    private final StringBuilder out = new StringBuilder();
    private final Form form;

    /// @param indent blanks per level; null for one line
    /// @param between two elements
    /// @param behindKey what stands behind a key
    record Form(
            @Nullable Integer indent,
            String between,
            String behindKey,
            boolean ascii,
            boolean sorted) {}

    private PythonJson(Form form) {
        this.form = form;
    }

    static String write(Object value, Form form) {
        var json = new PythonJson(form);
        json.value(value, 0);
        return json.out.toString();
    }

    private void value(Object value, int depth) {
        Work.on(1);
        switch (value) {
            case String s -> text(s);
            case Markup m -> text(m.text());
            case Long n -> out.append(n);
            case BigInteger n -> out.append(n);
            case Double d -> out.append(Python.repr(d));
            case Boolean b -> out.append(b);
            case None n -> out.append("null");
            case Row row when !row.isTuple() ->
                    throw new RenderFailure(
                            "a " + Values.typeName(row) + " cannot be written as JSON");
            case Collection<?> list -> {
                opening('[');
                int i = 0;
                for (var element : list) {
                    separator(i++, depth + 1);
                    value(element, depth + 1);
                }
                closing(']', i, depth);
            }
            case Map<?, ?> map -> {
                opening('{');
                int i = 0;
                for (var key : keys(map)) {
                    separator(i++, depth + 1);
                    text(key);
                    out.append(Work.on(form.behindKey()));
                    value(Objects.requireNonNull(map.get(key)), depth + 1);
                }
                closing('}', i, depth);
            }
            default ->
                    throw new RenderFailure(
                            "a " + Values.typeName(value) + " cannot be written as JSON");
        }
    }

    private List<String> keys(Map<?, ?> map) {
        var keys = map.keySet().stream().map(Values::string);
        return (form.sorted() ? keys.sorted(Values::compare) : keys).toList();
    }

    private void opening(char bracket) {
        out.append(bracket);
    }

    private void separator(int index, int depth) {
        if (index > 0) {
            out.append(Work.on(form.between()));
        }
        newLine(depth);
    }

    private void closing(char bracket, int elements, int depth) {
        if (elements > 0) {
            newLine(depth);
        }
        out.append(bracket);
    }

    private void newLine(int depth) {
        var indent = form.indent();
        if (indent != null) {
            int blanks = Math.clamp(indent, 0, MAX_INDENT) * depth;
            Work.on(blanks);
            out.append('\n').repeat(" ", blanks);
        }
    }

    private void text(String s) {
        Work.on(s.length());
        out.append('"');
        for (int i = 0; i < s.length(); i++) {
            char c = s.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                default -> {
                    if (c < 0x20 || form.ascii() && c > 0x7e && !covers(s, i)) {
                        out.append("\\u%04x".formatted((int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    private static boolean covers(String s, int at) {
        char c = s.charAt(at);
        int from = Character.isLowSurrogate(c) && at > 0 ? at - 1 : at;
        return Repr.isCover(s.codePointAt(from));
    }
}
