package org.allodium.serving.internal.admission;

import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.allodium.tenancy.TenantId;

/// Minutes of an organisation, counted from its founding on: the same on all nodes, and not all
/// organisations' at once. Times are nanoseconds since 1970.
final class Minutes {
    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

    private Minutes() {}

    static long of(TenantId tenant, long nanos) {
        return Math.floorDiv(nanos - phase(tenant), MINUTE);
    }

    static Instant start(TenantId tenant, long minute) {
        return instant(nanos(tenant, minute));
    }

    /// Of its start.
    static long nanos(TenantId tenant, long minute) {
        return minute * MINUTE + phase(tenant);
    }

    static long untilNext(TenantId tenant, long nanos) {
        return MINUTE - Math.floorMod(nanos - phase(tenant), MINUTE);
    }

    static Instant instant(long nanos) {
        return Instant.ofEpochSecond(0, nanos);
    }

    /// Ids of organisations begin with the millisecond in which they were founded.
    private static long phase(TenantId tenant) {
        long millis = tenant.value().getMostSignificantBits() >>> 16;
        return TimeUnit.MILLISECONDS.toNanos(millis) % MINUTE;
    }
}
