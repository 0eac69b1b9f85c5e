package org.allodium.engine.internal.template;

/// A quoted text in a template, with the escapes of Python.
/// @param end the position behind the closing quote
record StringLiteral(String value, int end) {
    private static final String ESCAPES = "n\nt\tr\r\\\\''\"\"b\bf\fa\u0007v\u000b";

    static StringLiteral read(String source, int from, int line) {
        char quote = source.charAt(from);
        var value = new StringBuilder();
        int at = from + 1;
        while (at < source.length()) {
            char c = source.charAt(at++);
            if (c == quote) {
                return new StringLiteral(value.toString(), at);
            }
            if (c != '\\') {
                value.append(c);
            } else if (at < source.length()) {
                char escape = source.charAt(at++);
                int digits = escape == 'x' ? 2 : escape == 'u' ? 4 : escape == 'U' ? 8 : 0;
                if (digits > 0) {
                    value.appendCodePoint(codePoint(source, at, digits, line));
                    at += digits;
                } else {
                    value.append(simple(escape, line));
                }
            }
        }
        throw new TemplateRefused(line, "a quoted text does not end");
    }

    private static char simple(char escape, int line) {
        for (int i = 0; i < ESCAPES.length(); i += 2) {
            if (ESCAPES.charAt(i) == escape) {
                return ESCAPES.charAt(i + 1);
            }
        }
        throw new TemplateRefused(line, "the escape \\" + escape + " is not known");
    }

    private static int codePoint(String source, int from, int digits, int line) {
        try {
            int value = Integer.parseInt(source.substring(from, from + digits), 16);
            if (Character.isValidCodePoint(value)) {
                return value;
            }
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            throw new TemplateRefused(line, "an escape of a quoted text is incomplete");
        }
        throw new TemplateRefused(line, "an escape of a quoted text is no character");
    }
}
