package org.allodium.engine.internal.template;

import java.util.ArrayList;
import java.util.List;
import org.allodium.engine.internal.template.Token.Kind;

/// Cuts a template into tokens, with the white-space rules that chat templates are written for:
/// `trim_blocks` (a block or comment swallows the newline after it), `lstrip_blocks` (and the
/// blanks before it on its line), the `-` and `+` signs, and no newline at the very end.
final class Lexer {
    private static final String[] OPERATORS = {
        "==", "!=", "<=", ">=", "//", "**", "+", "-", "*", "/", "%", "~", "<", ">", "(", ")", "[",
        "]", "{", "}", ",", ".", ":", "|", "="
    };

    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int line = 1;
    private boolean lineStart = true;
    private boolean stripNext;

    private Lexer(String source) {
        this.source = source;
    }

    static List<Token> tokens(String template) {
        var source = template.replace("\r\n", "\n").replace('\r', '\n');
        if (source.endsWith("\n")) {
            source = source.substring(0, source.length() - 1);
        }
        var lexer = new Lexer(source);
        lexer.run();
        return lexer.tokens;
    }

    private void run() {
        while (at < source.length()) {
            int open = nextOpening();
            char kind = open < 0 ? 0 : source.charAt(open + 1);
            data(open < 0 ? source.length() : open, kind, open < 0 ? 0 : sign(open + 2));
            if (open < 0) {
                break;
            }
            at = open + 2 + (sign(open + 2) == 0 ? 0 : 1);
            switch (kind) {
                case '{' -> tag(Kind.VARIABLE_BEGIN, Kind.VARIABLE_END, "}}");
                case '%' -> tag(Kind.BLOCK_BEGIN, Kind.BLOCK_END, "%}");
                default -> comment();
            }
        }
        add(Kind.END, "");
    }

    private int nextOpening() {
        for (int i = source.indexOf('{', at); i >= 0 && i + 1 < source.length(); ) {
            if ("{%#".indexOf(source.charAt(i + 1)) >= 0) {
                return i;
            }
            i = source.indexOf('{', i + 1);
        }
        return -1;
    }

    private char sign(int position) {
        char c = position < source.length() ? source.charAt(position) : 0;
        return c == '-' || c == '+' ? c : 0;
    }

    /// Plain text up to an opening, shortened as that opening and the closing before it ask for.
    private void data(int end, char opening, char sign) {
        var text = source.substring(at, end);
        var written = text;
        if (stripNext) {
            text = text.stripLeading();
        }
        if (sign == '-') {
            text = text.stripTrailing();
        } else if (sign != '+' && (opening == '%' || opening == '#')) {
            int from = text.lastIndexOf('\n') + 1;
            if ((from > 0 || (lineStart && !stripNext)) && text.substring(from).isBlank()) {
                text = text.substring(0, from);
            }
        }
        stripNext = false;
        if (!text.isEmpty()) {
            add(Kind.DATA, text);
        }
        line += (int) written.chars().filter(c -> c == '\n').count();
        at = end;
    }

    private void comment() {
        int end = source.indexOf("#}", at);
        if (end < 0) {
            throw new TemplateRefused(line, "a comment does not end");
        }
        line += (int) source.substring(at, end).chars().filter(c -> c == '\n').count();
        char sign = source.charAt(end - 1);
        at = end + 2;
        afterTag(sign == '-' || sign == '+' ? sign : 0, true);
    }

    private void tag(Kind begin, Kind end, String closing) {
        add(begin, "");
        // Inside brackets, what looks like the end is none: {{ {'a': {}} }}.
        int open = 0;
        while (true) {
            skipBlanks();
            char sign = sign(at);
            int close = sign == 0 ? at : at + 1;
            if (open == 0
                    && source.startsWith(closing, close)
                    && !(sign == '+' && begin == Kind.VARIABLE_BEGIN)) {
                at = close + 2;
                add(end, "");
                afterTag(sign, begin == Kind.BLOCK_BEGIN);
                return;
            }
            token();
            open += bracket(tokens.getLast());
        }
    }

    private static int bracket(Token token) {
        if (token.kind() != Kind.OPERATOR) {
            return 0;
        }
        return switch (token.text()) {
            case "(", "[", "{" -> 1;
            case ")", "]", "}" -> -1;
            default -> 0;
        };
    }

    private void afterTag(char sign, boolean trimsNewline) {
        stripNext = sign == '-';
        lineStart = false;
        if (trimsNewline && sign == 0 && at < source.length() && source.charAt(at) == '\n') {
            at++;
            line++;
            lineStart = true;
        }
    }

    private void skipBlanks() {
        while (at < source.length() && Character.isWhitespace(source.charAt(at))) {
            line += source.charAt(at++) == '\n' ? 1 : 0;
        }
        if (at >= source.length()) {
            throw new TemplateRefused(line, "a tag does not end");
        }
    }

    private void token() {
        char c = source.charAt(at);
        if (c == '\'' || c == '"') {
            var literal = StringLiteral.read(source, at, line);
            add(Kind.STRING, literal.value());
            line +=
                    (int)
                            source.substring(at, literal.end())
                                    .chars()
                                    .filter(x -> x == '\n')
                                    .count();
            at = literal.end();
        } else if (Character.isDigit(c)) {
            number();
        } else if (c == '_' || Character.isLetter(c)) {
            int from = at;
            while (at < source.length()
                    && (source.charAt(at) == '_' || Character.isLetterOrDigit(source.charAt(at)))) {
                at++;
            }
            add(Kind.NAME, source.substring(from, at));
        } else {
            operator();
        }
    }

    private void number() {
        int from = at;
        while (at < source.length() && Character.isDigit(source.charAt(at))) {
            at++;
        }
        boolean fraction =
                at + 1 < source.length()
                        && source.charAt(at) == '.'
                        && Character.isDigit(source.charAt(at + 1));
        if (fraction) {
            at++;
            while (at < source.length() && Character.isDigit(source.charAt(at))) {
                at++;
            }
        }
        if (at < source.length()
                && (Character.isLetter(source.charAt(at)) || source.charAt(at) == '_')) {
            throw new TemplateRefused(line, "a number is written in a way that is not known");
        }
        if (at - from > 18) {
            throw new TemplateRefused(line, "a number is too long");
        }
        add(fraction ? Kind.FLOAT : Kind.INTEGER, source.substring(from, at));
    }

    private void operator() {
        for (var operator : OPERATORS) {
            if (source.startsWith(operator, at)) {
                add(Kind.OPERATOR, operator);
                at += operator.length();
                return;
            }
        }
        throw new TemplateRefused(
                line, "the character " + source.charAt(at) + " is not known in a tag");
    }

    private void add(Kind kind, String text) {
        tokens.add(new Token(kind, text, line));
    }
}
