package org.allodium.engine.internal.grammar;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads the regular expressions of JSON Schema: characters, `.`, classes, `\d \w \s` and their
/// opposites, groups, alternatives, `* + ? {n} {n,} {n,m}`, and `^` and `$` at the ends. The rest
/// is refused: look-around, references back, word borders, properties of Unicode. Where dialects
/// differ on a class of characters, the part that all agree on is taken.
final class PatternReader {
    private static final int MOST_CHARACTERS = 16_384;
    private static final int MOST_REPEATS = 1_000;
    private static final int DEEPEST = 50;
    private static final Characters DIGITS = Characters.of('0', '9');
    private static final Characters WORD =
            DIGITS.with(Characters.of('a', 'z'))
                    .with(Characters.of('A', 'Z'))
                    .with(Characters.one('_'));
    private static final Characters SPACE = Characters.among(" \t\n\r\f\u000b");
    private static final Characters ANY_SPACE =
            SPACE.with(Characters.among("\u0085\u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff"))
                    .with(Characters.of(0x2000, 0x200a));
    private static final Characters NO_LINE_END =
            Characters.among("\n\r\u0085\u2028\u2029").complement();
    private static final Regular ANYTHING =
            new Regular.Repeat(Characters.ALL.inString(), 0, Regular.UNLIMITED);

    private final String pattern;
    private int at;
    private int depth;
    // A class that occurs again is not taken apart again.
    private final Map<Characters, Regular> classes = new HashMap<>();
    // Inside a class that is turned around, what is left out must be left out in every dialect.
    private boolean turned;

    private PatternReader(String pattern) {
        this.pattern = pattern;
    }

    /// What it does not know; the message says it in words.
    static final class Unknown extends RuntimeException {
        Unknown(String what) {
            super(what, null, false, false);
        }
    }

    /// The insides of JSON strings in which the pattern occurs.
    /// @throws Unknown for what is not supported
    static Regular read(String pattern) {
        if (pattern.length() > MOST_CHARACTERS) {
            throw new Unknown("more than " + MOST_CHARACTERS + " characters");
        }
        var reader = new PatternReader(pattern);
        var options = new ArrayList<Regular>();
        do {
            options.add(reader.anchored());
        } while (reader.skip('|'));
        if (reader.at < pattern.length()) {
            throw new Unknown("a bracket that closes nothing");
        }
        return new Regular.Either(options);
    }

    private Regular anchored() {
        boolean begins = skip('^');
        var parts = new ArrayList<Regular>();
        if (!begins) {
            parts.add(ANYTHING);
        }
        parts.add(sequence());
        if (!skip('$')) {
            parts.add(ANYTHING);
        } else if (at < pattern.length() && peek() != '|') {
            throw new Unknown("$ before the end");
        }
        return new Regular.Chain(parts);
    }

    private Regular alternatives() {
        if (++depth > DEEPEST) {
            throw new Unknown("groups nested more than " + DEEPEST + " deep");
        }
        var options = new ArrayList<Regular>();
        do {
            options.add(sequence());
        } while (skip('|'));
        depth--;
        return new Regular.Either(options);
    }

    private Regular sequence() {
        var parts = new ArrayList<Regular>();
        while (at < pattern.length() && "|)$".indexOf(peek()) < 0) {
            parts.add(repeated(atom()));
        }
        return new Regular.Chain(parts);
    }

    private Regular repeated(Regular part) {
        if (at == pattern.length()) {
            return part;
        }
        var result =
                switch (peek()) {
                    case '*' -> counted(part, 0, Regular.UNLIMITED);
                    case '+' -> counted(part, 1, Regular.UNLIMITED);
                    case '?' -> counted(part, 0, 1);
                    case '{' -> braces(part);
                    default -> null;
                };
        if (result == null) {
            return part;
        }
        skip('?');
        if (at < pattern.length() && "*+?{".indexOf(peek()) >= 0) {
            throw new Unknown("a repeated repetition");
        }
        return result;
    }

    private Regular counted(Regular part, int min, int max) {
        at++;
        return new Regular.Repeat(part, min, max);
    }

    private Regular braces(Regular part) {
        at++;
        int min = number();
        int max = min;
        if (skip(',')) {
            max = at < pattern.length() && peek() != '}' ? number() : Regular.UNLIMITED;
        }
        if (!skip('}') || (max != Regular.UNLIMITED && max < min)) {
            throw new Unknown("a brace that is no repetition");
        }
        return new Regular.Repeat(part, min, max);
    }

    private int number() {
        int from = at;
        while (at < pattern.length() && Character.digit(peek(), 10) >= 0 && at - from < 5) {
            at++;
        }
        int value = at == from ? -1 : Integer.parseInt(pattern.substring(from, at));
        if (value < 0 || value > MOST_REPEATS) {
            throw new Unknown("a repetition that is no number up to " + MOST_REPEATS);
        }
        return value;
    }

    private Regular atom() {
        int c = next();
        return switch (c) {
            case '(' -> group();
            case '[' -> charactersOf(set());
            case '.' -> charactersOf(NO_LINE_END);
            case '\\' -> charactersOf(escape(false));
            case '^' -> throw new Unknown("^ behind the beginning");
            case '*', '+', '?', '{' -> throw new Unknown("a repetition of nothing");
            default -> charactersOf(Characters.one(c));
        };
    }

    private Regular group() {
        if (skip('?')) {
            if (!skip(':')) {
                throw new Unknown("a group that begins with (? and something other than :");
            }
        }
        var inner = alternatives();
        if (!skip(')')) {
            throw new Unknown(
                    at < pattern.length() ? "$ inside a group" : "a group that does not end");
        }
        return inner;
    }

    private Regular charactersOf(Characters set) {
        if (set.isEmpty()) {
            throw new Unknown("a class without characters");
        }
        return classes.computeIfAbsent(set, Characters::inString);
    }

    private Characters set() {
        turned = skip('^');
        var spans = new ArrayList<Characters.Span>();
        while (!skip(']')) {
            int from = next();
            var one = from == '\\' ? escape(true) : Characters.one(from);
            var only = single(one);
            if (only != null
                    && at + 1 < pattern.length()
                    && peek() == '-'
                    && pattern.charAt(at + 1) != ']') {
                at++;
                int to = next();
                var last = single(to == '\\' ? escape(true) : Characters.one(to));
                if (last == null || last < only) {
                    throw new Unknown("a range of characters that is none");
                }
                one = Characters.of(only, last);
            }
            Effort.spend(one.spans().size());
            spans.addAll(one.spans());
        }
        var all = new Characters(spans);
        var result = turned ? all.complement() : all;
        turned = false;
        return result;
    }

    private static @Nullable Integer single(Characters set) {
        if (set.spans().size() != 1) {
            return null;
        }
        var span = set.spans().getFirst();
        return span.low() == span.high() ? span.low() : null;
    }

    private Characters escape(boolean inSet) {
        int c = next();
        return switch (c) {
            case 'd' -> DIGITS;
            case 'D' -> DIGITS.complement();
            case 'w' -> WORD;
            case 'W' -> WORD.complement();
            case 's' -> turned ? ANY_SPACE : SPACE;
            case 'S' -> (turned ? SPACE : ANY_SPACE).complement();
            case 't' -> Characters.one('\t');
            case 'n' -> Characters.one('\n');
            case 'r' -> Characters.one('\r');
            case 'f' -> Characters.one('\f');
            case 'x' -> Characters.one(hex(2));
            case 'u' -> Characters.one(hex(4));
            default -> {
                if (Character.isLetterOrDigit(c) || c > 0x7f || inSet && c == 'b') {
                    throw new Unknown("the escape \\" + Character.toString(c));
                }
                yield Characters.one(c);
            }
        };
    }

    private int hex(int digits) {
        if (at + digits > pattern.length()) {
            throw new Unknown("an escape that does not end");
        }
        int value = 0;
        for (int i = 0; i < digits; i++) {
            int digit = Character.digit(pattern.charAt(at++), 16);
            if (digit < 0) {
                throw new Unknown("an escape that is no number");
            }
            value = 16 * value + digit;
        }
        return value;
    }

    private char peek() {
        return pattern.charAt(at);
    }

    private int next() {
        if (at == pattern.length()) {
            throw new Unknown("an expression that does not end");
        }
        int c = pattern.codePointAt(at);
        at += Character.charCount(c);
        return c;
    }

    private boolean skip(char c) {
        if (at < pattern.length() && peek() == c) {
            at++;
            return true;
        }
        return false;
    }
}
