package org.allodium.engine.internal.template;

import java.util.List;
import java.util.Set;
import org.allodium.engine.internal.template.Token.Kind;

/// A reader's place in the tokens of a template.
final class Cursor {
    private static final Set<String> BEHIND_A_TEST =
            Set.of("else", "or", "and", "if", "is", "in", "not");

    private final List<Token> tokens;
    private int at;

    Cursor(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token peek() {
        return tokens.get(at);
    }

    Token next() {
        var token = tokens.get(at);
        if (token.kind() != Kind.END) {
            at++;
        }
        return token;
    }

    boolean sees(Kind kind, String text) {
        return peek().is(kind, text);
    }

    boolean seesWord(String word) {
        return sees(Kind.NAME, word);
    }

    /// Whether what comes can be the argument of a test that is written without brackets.
    boolean seesArgument() {
        return switch (peek().kind()) {
            case STRING, INTEGER, FLOAT -> true;
            case OPERATOR -> sees(Kind.OPERATOR, "[") || sees(Kind.OPERATOR, "{");
            case NAME -> !BEHIND_A_TEST.contains(peek().text());
            default -> false;
        };
    }

    boolean seesAhead(Kind kind, String text) {
        return at + 1 < tokens.size() && tokens.get(at + 1).is(kind, text);
    }

    boolean skip(Kind kind, String text) {
        if (!sees(kind, text)) {
            return false;
        }
        at++;
        return true;
    }

    boolean skipWord(String word) {
        return skip(Kind.NAME, word);
    }

    boolean skipOperator(String operator) {
        return skip(Kind.OPERATOR, operator);
    }

    void expectOperator(String operator) {
        if (!skipOperator(operator)) {
            throw refused("expected " + operator);
        }
    }

    void expectWord(String word) {
        if (!skipWord(word)) {
            throw refused("expected " + word);
        }
    }

    void expect(Kind kind) {
        if (peek().kind() != kind) {
            throw refused("a tag does not end where it should");
        }
        at++;
    }

    String name() {
        if (peek().kind() != Kind.NAME) {
            throw refused("expected a name");
        }
        return next().text();
    }

    TemplateRefused refused(String why) {
        var seen = peek().text();
        return new TemplateRefused(
                peek().line(), seen.isBlank() || seen.length() > 40 ? why : why + " at " + seen);
    }
}
