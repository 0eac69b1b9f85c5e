package org.allodium.engine.internal.template;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.allodium.engine.internal.template.Values.Markup;
import org.allodium.engine.internal.template.Values.Undefined;

/// Lists and maps as Python prints them: some templates print tools so, and were trained on it.
final class Repr {
    // Stand for what users wrote, until the prompt is encoded; see the shield of the text room.
    private static final int FIRST_COVER = 0xF0000;
    private static final int LAST_COVER = 0xFFFFD;

    private Repr() {}

    static String of(Object value) {
        return Work.on(written(value));
    }

    private static String written(Object value) {
        return switch (value) {
            case String s -> quoted(s);
            case Row row when row.isTuple() -> "(" + joined(row) + (row.size() == 1 ? ",)" : ")");
            case Row row -> throw unprintable(row);
            case List<?> list -> "[" + joined(list) + "]";
            case Map<?, ?> map ->
                    map.entrySet().stream()
                            .map(e -> of(e.getKey()) + ": " + of(e.getValue()))
                            .collect(Collectors.joining(", ", "{", "}"));
            case Undefined u -> throw unprintable(u);
            case Markup m -> throw unprintable(m);
            default -> Values.text(value);
        };
    }

    private static RenderFailure unprintable(Object value) {
        return new RenderFailure("a " + Values.typeName(value) + " cannot be written as text");
    }

    private static String joined(List<?> list) {
        return list.stream().map(Repr::of).collect(Collectors.joining(", "));
    }

    private static String quoted(String text) {
        char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        var out = new StringBuilder().append(quote);
        text.codePoints().forEach(c -> append(out, c, quote));
        return out.append(quote).toString();
    }

    private static void append(StringBuilder out, int c, char quote) {
        switch (c) {
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            case '\\' -> out.append("\\\\");
            default -> {
                if (c == quote) {
                    out.append('\\').append(quote);
                } else if (isPrinted(c)) {
                    out.appendCodePoint(c);
                } else {
                    var form = c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x";
                    out.append(form.formatted(c));
                }
            }
        }
    }

    static boolean isCover(int c) {
        return c >= FIRST_COVER && c <= LAST_COVER;
    }

    private static boolean isPrinted(int c) {
        if (c == ' ' || isCover(c)) {
            return true;
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SPACE_SEPARATOR ->
                    false;
            default -> true;
        };
    }
}
