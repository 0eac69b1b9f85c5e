package org.allodium.evidence;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import org.allodium.evidence.internal.LogWalk;
import org.allodium.evidence.internal.ReceiptTable;
import org.jdbi.v3.core.Handle;

/// All receipts of a time, of all organisations, proven against the log as it is now: the whole of
/// it in one transaction of role `allodium_platform`, since it is read bit by bit.
public final class ReceiptExport {
    private final Handle handle;
    private final Optional<LogWalk> walk;

    private ReceiptExport(Handle handle) {
        this.handle = handle;
        this.walk = LogWalk.over(handle);
    }

    public static ReceiptExport in(Handle handle) {
        return new ReceiptExport(handle);
    }

    /// Takes one after the other.
    public interface Sink<T> {
        void take(T one) throws IOException;
    }

    /// The log's newest note; absent where the log is empty.
    public Optional<String> checkpoint() {
        return walk.map(LogWalk::checkpoint);
    }

    /// In the order of runs. Refuses where the log does not have one of them, or another text.
    public void each(Instant from, Instant until, Sink<ExportedReceipt> sink) throws IOException {
        if (walk.isPresent()) {
            walk.get().each(from, until, sink);
        }
    }

    /// Those of the releases before the log, each proven by its signature.
    public void eachSigned(Instant from, Instant until, Sink<SignedReceipt> sink)
            throws IOException {
        try (var rows = ReceiptTable.between(handle, from, until)) {
            for (var each = rows.iterator(); each.hasNext(); ) {
                sink.take(each.next());
            }
        }
    }
}
