package org.allodium.engine.internal.grammar;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import org.allodium.engine.OutputFormat;

/// A model that knows nothing: it writes what chance and a constraint allow.
final class ByteWriter {
    private final Vocabulary vocabulary;
    private final Masks masks;
    private final byte[][] tokens;
    private final int end;

    private ByteWriter(byte[][] tokens, int end) {
        this.tokens = tokens;
        this.end = end;
        this.vocabulary = new Vocabulary(tokens, Set.of((long) end));
        this.masks = new Masks(vocabulary);
    }

    static ByteWriter of(byte[][] tokens, int end) {
        return new ByteWriter(tokens, end);
    }

    /// All single bytes, an end token, and longer tokens of the kind that vocabularies have.
    static ByteWriter withTokens(String... longer) {
        var tokens = new byte[257 + longer.length][];
        for (int b = 0; b < 256; b++) {
            tokens[b] = new byte[] {(byte) b};
        }
        tokens[256] = new byte[0];
        for (int i = 0; i < longer.length; i++) {
            tokens[257 + i] = longer[i].getBytes(StandardCharsets.UTF_8);
        }
        return new ByteWriter(tokens, 256);
    }

    Constraint start(OutputFormat format) {
        return start(Constraints.compile(format, null));
    }

    private Constraint start(Node grammar) {
        return new TokenConstraint(grammar, vocabulary, masks);
    }

    /// Whether the text can be written byte by byte and may end there.
    boolean writes(OutputFormat format, String text) {
        return writes(Constraints.compile(format, null), text);
    }

    boolean writes(Node grammar, String text) {
        var constraint = start(grammar);
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (!allowed(constraint, b & 0xff)) {
                return false;
            }
            constraint.accept(b & 0xff);
        }
        return constraint.complete() || allowed(constraint, end);
    }

    private boolean allowed(Constraint constraint, int token) {
        var logits = new float[tokens.length];
        constraint.mask(logits);
        return logits[token] == 0;
    }

    /// @param text what was written
    /// @param whole whether it ended by itself
    record Written(String text, boolean whole) {}

    /// Writes at random; tokens that close something are drawn more often, so that it ends.
    Written write(Constraint constraint, Random random, int maxTokens) {
        var out = new ByteArrayOutputStream();
        for (int n = 0; n < maxTokens; n++) {
            if (constraint.complete()) {
                return new Written(out.toString(StandardCharsets.UTF_8), true);
            }
            int token = draw(constraint, random, n);
            constraint.accept(token);
            if (token == end) {
                return new Written(out.toString(StandardCharsets.UTF_8), true);
            }
            out.writeBytes(tokens[token]);
        }
        return new Written(out.toString(StandardCharsets.UTF_8), constraint.complete());
    }

    private int draw(Constraint constraint, Random random, int written) {
        var logits = new float[tokens.length + 3];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = random.nextFloat();
            if (i < tokens.length && closes(tokens[i]) && random.nextInt(400) < 20 + written) {
                logits[i] += 1;
            }
        }
        constraint.mask(logits);
        int best = 0;
        for (int i = 0; i < logits.length; i++) {
            best = logits[i] > logits[best] ? i : best;
        }
        if (logits[best] == Float.NEGATIVE_INFINITY) {
            throw new AssertionError("No token may follow");
        }
        return best;
    }

    private static boolean closes(byte[] token) {
        return token.length > 0 && "\"]}".indexOf(token[0]) >= 0
                || Arrays.equals(token, new byte[0]);
    }
}
