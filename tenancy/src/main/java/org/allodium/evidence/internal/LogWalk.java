package org.allodium.evidence.internal;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import org.allodium.evidence.ExportedReceipt;
import org.allodium.evidence.LogProof;
import org.allodium.evidence.ReceiptExport.Sink;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// Many receipts, each with its path to the newest checkpoint.
public final class LogWalk {
    private final Handle handle;
    private final String note;
    private final Checkpoint checkpoint;
    private final LogTiles tiles;
    private LogTable.@Nullable Group group;
    private long run;

    private LogWalk(Handle handle, String note) {
        this.handle = handle;
        this.note = note;
        this.checkpoint = Checkpoint.read(note).orElseThrow().checkpoint();
        this.tiles = new LogTiles(handle);
    }

    /// Empty where nothing is in the log.
    public static Optional<LogWalk> over(Handle handle) {
        return LogTable.newest(handle).map(note -> new LogWalk(handle, note));
    }

    public String checkpoint() {
        return note;
    }

    public void each(Instant from, Instant until, Sink<ExportedReceipt> sink) throws IOException {
        try (var rows = SealedReceiptTable.between(handle, from, until)) {
            for (var each = rows.iterator(); each.hasNext(); ) {
                var row = each.next();
                sink.take(
                        new ExportedReceipt(
                                row.tenant(), row.at(), row.text(), proof(row, index(row))));
            }
        }
    }

    /// Rows of one group follow each other, so it is sought once.
    private long index(SealedReceiptTable.Row row) {
        var known = group;
        if (known == null || run != row.run() || row.seq() >= known.firstSeq() + known.count()) {
            known =
                    LogTable.group(handle, row.run(), row.seq())
                            .filter(found -> found.size() <= checkpoint.size())
                            .orElseThrow(
                                    () ->
                                            Refused.of(
                                                    ErrorCode.OVERLOADED,
                                                    "evidence.not-in-the-log-yet"));
            group = known;
            run = row.run();
        }
        return known.index(row.seq());
    }

    private LogProof proof(SealedReceiptTable.Row row, long index) {
        var path = Inclusion.path(index, checkpoint.size(), tiles);
        var root = Inclusion.root(index, checkpoint.size(), row.leaf(), path);
        if (!root.equals(Optional.of(checkpoint.root()))) {
            throw Refused.of(ErrorCode.SERVER_ERROR, "evidence.receipt-unreadable");
        }
        return new LogProof(row.salt(), index, path, note);
    }
}
