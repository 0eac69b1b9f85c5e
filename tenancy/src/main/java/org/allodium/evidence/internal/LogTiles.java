package org.allodium.evidence.internal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.allodium.evidence.Bytes;
import org.jdbi.v3.core.Handle;

/// Reads the tree by 256 neighbours, of which a path needs few at any size of the log. Holds the
/// last ones, which the next leaf's path needs too.
final class LogTiles implements Inclusion.Nodes {
    private static final int NEIGHBOURS = 1 << Frontier.KEPT_HEIGHT;
    // Some 20 MB: many times what one path needs.
    private static final int HELD = 1_024;

    private final Handle handle;
    private final Map<Where, List<Bytes>> read =
            new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<Where, List<Bytes>> eldest) {
                    return size() > HELD;
                }
            };

    private record Where(int level, long tile) {}

    LogTiles(Handle handle) {
        this.handle = handle;
    }

    @Override
    public byte[] hash(int level, long index) {
        var neighbours =
                read.computeIfAbsent(new Where(level, index / NEIGHBOURS), this::neighbours);
        return neighbours.get((int) (index % NEIGHBOURS)).toArray();
    }

    private List<Bytes> neighbours(Where where) {
        return LogTable.neighbours(handle, where.level(), where.tile() * NEIGHBOURS, NEIGHBOURS)
                .stream()
                .map(Bytes::of)
                .toList();
    }
}
