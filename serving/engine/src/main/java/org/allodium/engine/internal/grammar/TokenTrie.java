package org.allodium.engine.internal.grammar;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// Tokens by their bytes, as a tree written in the order in which it is walked: the children of a
/// node follow it, and each node says where its subtree ends.
final class TokenTrie {
    private static final int NONE = -1;

    private byte[] label = new byte[1024];
    private int[] end = new int[1024];
    private int[] firstToken = new int[1024];
    private final int[] nextToken;
    private int size;

    /// @param bytes of each token; a token without any is left out
    /// @param tokens ids of those that belong in the tree
    TokenTrie(byte[][] bytes, List<Integer> tokens) {
        nextToken = new int[bytes.length];
        Arrays.fill(nextToken, NONE);
        int longest = tokens.stream().mapToInt(t -> bytes[t].length).max().orElse(0);
        int[] path = new int[longest + 1];
        path[0] = append((byte) 0);
        int depth = 0;
        byte[] last = {};
        var ordered =
                tokens.stream()
                        .filter(t -> bytes[t].length > 0)
                        .sorted(Comparator.comparing(t -> bytes[t], Arrays::compareUnsigned))
                        .toList();
        for (int token : ordered) {
            var now = bytes[token];
            int shared = Arrays.mismatch(last, now);
            shared = shared < 0 ? now.length : shared;
            for (; depth > shared; depth--) {
                end[path[depth]] = size;
            }
            for (; depth < now.length; depth++) {
                path[depth + 1] = append(now[depth]);
            }
            int node = path[depth];
            nextToken[token] = firstToken[node];
            firstToken[node] = token;
            last = now;
        }
        for (; depth >= 0; depth--) {
            end[path[depth]] = size;
        }
    }

    private int append(byte value) {
        if (size == label.length) {
            label = Arrays.copyOf(label, 2 * size);
            end = Arrays.copyOf(end, 2 * size);
            firstToken = Arrays.copyOf(firstToken, 2 * size);
        }
        label[size] = value;
        firstToken[size] = NONE;
        return size++;
    }

    int root() {
        return 0;
    }

    /// The first child of a node, if it is before [#end].
    int firstChild(int node) {
        return node + 1;
    }

    /// The node behind the subtree: the next sibling, if the parent's subtree goes on.
    int end(int node) {
        return end[node];
    }

    int label(int node) {
        return label[node] & 0xff;
    }

    /// Marks the tokens that end at a node.
    void mark(int node, long[] bits) {
        for (int token = firstToken[node]; token != NONE; token = nextToken[token]) {
            bits[token >> 6] |= 1L << token;
        }
    }

    int size() {
        return size;
    }
}
