package org.allodium.billing;

import java.io.IOException;
import java.io.OutputStream;

/// A month that may be exported, before it is.
public interface MonthArchive {
    /// The ZIP; the stream stays open. It counts as exported when all of it was written.
    void writeTo(OutputStream out) throws IOException;
}
