package org.allodium.evidence.internal;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.allodium.evidence.Bytes;

/// Paths from a leaf to the root (RFC 6962, section 2.1.1).
public final class Inclusion {
    private Inclusion() {}

    /// Hashes of full subtrees: of single leaves at level 0, of 256 of the level below above it.
    interface Nodes {
        byte[] hash(int level, long index);
    }

    static List<Bytes> path(long index, long size, Nodes nodes) {
        if (index < 0 || index >= size) {
            throw new IllegalArgumentException("No leaf " + index + " in a tree of " + size);
        }
        var path = new ArrayList<Bytes>();
        long from = 0;
        long until = size;
        while (until - from > 1) {
            long middle = from + Long.highestOneBit(until - from - 1);
            if (index < middle) {
                path.add(Bytes.of(root(middle, until, nodes)));
                until = middle;
            } else {
                path.add(Bytes.of(root(from, middle, nodes)));
                from = middle;
            }
        }
        Collections.reverse(path);
        return path;
    }

    /// Of the leaves from `from` to before `until`, which is a subtree of some tree.
    private static byte[] root(long from, long until, Nodes nodes) {
        long size = until - from;
        if (Long.bitCount(size) == 1) {
            int height = Long.numberOfTrailingZeros(size);
            if (height % Frontier.KEPT_HEIGHT == 0) {
                return nodes.hash(height / Frontier.KEPT_HEIGHT, from >> height);
            }
        }
        long middle = from + Long.highestOneBit(size - 1);
        return Hashes.node(root(from, middle, nodes), root(middle, until, nodes));
    }

    /// The root to which this path leads (RFC 9162, section 2.1.3.2); empty where the path is not
    /// one of that leaf in a tree of that size.
    public static Optional<Bytes> root(long index, long size, byte[] leaf, List<Bytes> path) {
        if (index < 0 || index >= size) {
            return Optional.empty();
        }
        long at = index;
        long last = size - 1;
        byte[] hash = leaf;
        for (var step : path) {
            if (last == 0 || step.length() != Hashes.LENGTH) {
                return Optional.empty();
            }
            if ((at & 1) == 1 || at == last) {
                hash = Hashes.node(step.toArray(), hash);
                while ((at & 1) == 0 && at != 0) {
                    at >>= 1;
                    last >>= 1;
                }
            } else {
                hash = Hashes.node(hash, step.toArray());
            }
            at >>= 1;
            last >>= 1;
        }
        return last == 0 ? Optional.of(Bytes.of(hash)) : Optional.empty();
    }
}
