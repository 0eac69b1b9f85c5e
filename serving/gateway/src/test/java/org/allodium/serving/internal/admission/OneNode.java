package org.allodium.serving.internal.admission;

import java.time.Clock;
import java.util.function.LongSupplier;
import org.allodium.serving.NoDatabase;

/// A node that is alone, and asks nobody.
public final class OneNode {
    private OneNode() {}

    public static AdmissionDesk desk(Clock clock, long mostBytesAtOnce) {
        return desk(clock, AdmissionDesk.nanos(clock), mostBytesAtOnce);
    }

    static AdmissionDesk desk(Clock clock, LongSupplier nanos, long mostBytesAtOnce) {
        var line = new AllotmentLine(NoDatabase.away(), () -> 0, nanos);
        line.beAlone(Long.MIN_VALUE);
        return new AdmissionDesk(clock, nanos, mostBytesAtOnce, line);
    }
}
