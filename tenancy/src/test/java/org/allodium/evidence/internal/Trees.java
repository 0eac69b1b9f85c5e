package org.allodium.evidence.internal;

import java.util.ArrayList;
import java.util.List;

/// Trees as RFC 6962 defines them, word by word and slowly.
final class Trees {
    private Trees() {}

    static byte[] root(List<byte[]> leaves) {
        if (leaves.isEmpty()) {
            return Hashes.sha256().digest();
        }
        if (leaves.size() == 1) {
            return leaves.getFirst();
        }
        int k = Integer.highestOneBit(leaves.size() - 1);
        return Hashes.node(root(leaves.subList(0, k)), root(leaves.subList(k, leaves.size())));
    }

    /// PATH(m, D[n]) of section 2.1.1.
    static List<byte[]> path(int m, List<byte[]> leaves) {
        if (leaves.size() == 1) {
            return new ArrayList<>();
        }
        int k = Integer.highestOneBit(leaves.size() - 1);
        boolean left = m < k;
        var inner = leaves.subList(left ? 0 : k, left ? k : leaves.size());
        var other = leaves.subList(left ? k : 0, left ? leaves.size() : k);
        var path = path(left ? m : m - k, inner);
        path.add(root(other));
        return path;
    }
}
