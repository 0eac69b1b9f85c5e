package org.allodium.billing.internal;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One file of an export while it is written, row by row. The same texts go into every form of it.
interface ExportFile {
    /// @param fields as CSV writes them; absent ones are null
    void row(List<? extends @Nullable String> fields) throws IOException;

    /// No row comes any more; the stream stays open.
    Written end() throws IOException;

    /// What a manifest says of a file.
    /// @param rows without a head
    record Written(String name, long rows, String sha256) {}
}
