package org.allodium.engine.internal.grammar;

import java.util.ArrayList;
import java.util.Set;
import java.util.stream.IntStream;

/// A model's tokens for a grammar: bytes in a tree, and those that are plain in any JSON string.
final class Vocabulary {
    // Longer ones may follow only where there is room for the longest of all.
    private static final int LONGEST_COUNTED = 32;
    private static final Dfa PLAIN =
            Dfa.of(new Regular.Repeat(Characters.PLAIN.inString(), 0, Regular.UNLIMITED));

    private final byte[][] bytes;
    private final Set<Long> endTokens;
    private final TokenTrie all;
    private final TokenTrie notPlain;
    // plain[n]: tokens of at most n plain characters; the last one: of any number.
    private final long[][] plain = new long[LONGEST_COUNTED + 2][];
    private final int longestPlain;
    // Of the set of all ids, an end token's included that has no text.
    private final int size;

    /// @param bytes of each token; empty for those that are no text, as control tokens
    /// @param endTokens those after which an answer ends
    Vocabulary(byte[][] bytes, Set<Long> endTokens) {
        this.bytes = bytes.clone();
        this.endTokens = Set.copyOf(endTokens);
        for (long end : endTokens) {
            if (end < bytes.length) {
                this.bytes[(int) end] = new byte[0];
            }
        }
        this.size =
                (int)
                        Math.max(
                                bytes.length,
                                1 + endTokens.stream().mapToLong(e -> e).max().orElse(-1));
        var tokens = IntStream.range(0, bytes.length).boxed().toList();
        this.all = new TokenTrie(this.bytes, tokens);
        var others = new ArrayList<Integer>();
        for (int i = 0; i < plain.length; i++) {
            plain[i] = new long[words()];
        }
        int longest = 0;
        for (int token : tokens) {
            int length = plainCharacters(this.bytes[token]);
            longest = Math.max(longest, length);
            if (length < 0) {
                others.add(token);
            }
            if (length > 0) {
                for (int n = length; n <= LONGEST_COUNTED; n++) {
                    add(token, plain[n]);
                }
                add(token, plain[plain.length - 1]);
            }
        }
        this.longestPlain = longest;
        this.notPlain = new TokenTrie(this.bytes, others);
    }

    private static void add(int token, long[] set) {
        set[token >> 6] |= 1L << token;
    }

    /// Their number, or -1 if not all are plain and whole.
    private static int plainCharacters(byte[] text) {
        int state = PLAIN.start();
        int count = 0;
        for (byte b : text) {
            state = PLAIN.next(state, b & 0xff);
            if (state == Automaton.DEAD) {
                return -1;
            }
            count += (b & 0xc0) == 0x80 ? 0 : 1;
        }
        return PLAIN.accepts(state) ? count : -1;
    }

    /// The first byte that no token spells alone and that a JSON text may need, or -1: without it a
    /// grammar might lead where no token fits.
    int missingByte() {
        var known = new boolean[256];
        for (var token : bytes) {
            if (token.length == 1) {
                known[token[0] & 0xff] = true;
            }
        }
        for (int b = 0x20; b < 0xf5; b++) {
            // 0x7f is seldom in a vocabulary and never needed; 0xc0 and 0xc1 begin no character.
            if (!known[b] && b != 0x7f && b != 0xc0 && b != 0xc1) {
                return b;
            }
        }
        return -1;
    }

    byte[] bytes(int token) {
        return bytes[token];
    }

    int size() {
        return bytes.length;
    }

    /// A token that is a letter alone.
    int anchor() {
        for (int token = 0; token < bytes.length; token++) {
            if (bytes[token].length == 1 && bytes[token][0] == 'a') {
                return token;
            }
        }
        throw new IllegalStateException("No token is the letter a");
    }

    boolean isEnd(long token) {
        return endTokens.contains(token);
    }

    void markEnds(long[] set) {
        for (long end : endTokens) {
            set[(int) (end >> 6)] |= 1L << end;
        }
    }

    /// Length of a set of tokens in 64-bit words.
    int words() {
        return (size + 63) / 64;
    }

    TokenTrie all() {
        return all;
    }

    TokenTrie notPlain() {
        return notPlain;
    }

    /// The tokens that hold at most so many characters, all of them plain.
    long[] plain(int room) {
        if (room >= longestPlain) {
            return plain[plain.length - 1];
        }
        return plain[Math.min(room, LONGEST_COUNTED)];
    }
}
