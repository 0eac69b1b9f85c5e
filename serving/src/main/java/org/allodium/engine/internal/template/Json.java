package org.allodium.engine.internal.template;

import java.util.Collection;
import java.util.Map;
import org.allodium.engine.internal.template.Values.None;
import org.jspecify.annotations.Nullable;

/// JSON as Python's `json.dumps(…, ensure_ascii=False)` writes it, on which chat templates were
/// trained.
final class Json {
    private final StringBuilder out = new StringBuilder();
    private final @Nullable Integer indent;

    private Json(@Nullable Integer indent) {
        this.indent = indent;
    }

    /// @param indent blanks per level; null for one line
    static String write(Object value, @Nullable Integer indent) {
        var json = new Json(indent);
        json.value(value, 0);
        return json.out.toString();
    }

    private void value(Object value, int depth) {
        switch (value) {
            case String s -> text(s);
            case Long n -> out.append(n);
            case Double d -> out.append(Python.repr(d));
            case Boolean b -> out.append(b);
            case None n -> out.append("null");
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
                for (var entry : map.entrySet()) {
                    separator(i++, depth + 1);
                    text(Values.string(entry.getKey()));
                    out.append(": ");
                    value(entry.getValue(), depth + 1);
                }
                closing('}', i, depth);
            }
            default ->
                    throw new RenderFailure(
                            "a " + Values.typeName(value) + " cannot be written as JSON");
        }
    }

    private void opening(char bracket) {
        out.append(bracket);
    }

    private void separator(int index, int depth) {
        if (index > 0) {
            out.append(indent == null ? ", " : ",");
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
        if (indent != null) {
            out.append('\n').repeat(" ", indent * depth);
        }
    }

    private void text(String s) {
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
                    if (c < 0x20) {
                        out.append("\\u%04x".formatted((int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
