package org.allodium.evidence.internal;

import java.util.ArrayList;
import java.util.List;
import org.allodium.evidence.Bytes;

/// A tree that grows at its right edge, held as the roots of the full subtrees of which it
/// consists: as many as there are ones in its size.
final class Frontier {
    /// A full subtree of so many levels of nodes is kept for proofs: 256 of what is below it.
    static final int KEPT_HEIGHT = 8;

    private final List<byte[]> roots;
    private long size;

    /// @param index among those of its level, from 0
    record Subtree(int level, long index, Bytes hash) {}

    private Frontier(long size, List<byte[]> roots) {
        this.size = size;
        this.roots = roots;
    }

    /// @param roots largest first, 32 bytes each
    static Frontier of(long size, byte[] roots) {
        var list = new ArrayList<byte[]>();
        for (int at = 0; at < roots.length; at += Hashes.LENGTH) {
            list.add(java.util.Arrays.copyOfRange(roots, at, at + Hashes.LENGTH));
        }
        if (list.size() != Long.bitCount(size)) {
            throw new IllegalStateException("A tree of " + size + " has other roots");
        }
        return new Frontier(size, list);
    }

    Frontier copy() {
        return new Frontier(size, new ArrayList<>(roots));
    }

    /// What became full is added to `full`.
    void append(byte[] leaf, List<Subtree> full) {
        byte[] hash = leaf;
        long index = size;
        for (int height = 1; (index & 1) == 1; height++) {
            hash = Hashes.node(roots.removeLast(), hash);
            index >>= 1;
            if (height % KEPT_HEIGHT == 0) {
                full.add(new Subtree(height / KEPT_HEIGHT, index, Bytes.of(hash)));
            }
        }
        roots.add(hash);
        size++;
    }

    long size() {
        return size;
    }

    byte[] root() {
        if (roots.isEmpty()) {
            return Hashes.sha256().digest();
        }
        byte[] hash = roots.getLast();
        for (int at = roots.size() - 2; at >= 0; at--) {
            hash = Hashes.node(roots.get(at), hash);
        }
        return hash;
    }

    byte[] toBytes() {
        byte[] all = new byte[roots.size() * Hashes.LENGTH];
        for (int at = 0; at < roots.size(); at++) {
            System.arraycopy(roots.get(at), 0, all, at * Hashes.LENGTH, Hashes.LENGTH);
        }
        return all;
    }
}
