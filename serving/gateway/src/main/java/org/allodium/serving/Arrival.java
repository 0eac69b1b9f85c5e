package org.allodium.serving;

import java.util.Optional;
import org.allodium.billing.Once;
import org.allodium.identity.Caller;
import org.allodium.serving.internal.admission.AdmissionDesk;
import org.allodium.tenancy.Limits;

/// A request that was counted and let in, and the limits that it was counted under. It has its
/// place until its answer is settled, and at the latest until it is closed.
/// @param id what its intent and receipt will be called
/// @param once the key under which it runs, if it names one
public record Arrival(
        Caller caller, Limits limits, AdmissionDesk.Permit permit, String id, Optional<Once> once)
        implements AutoCloseable {
    /// The same request, which runs under this key.
    public Arrival under(Once key) {
        return new Arrival(caller, limits, permit, id, Optional.of(key));
    }

    /// So many more bytes of it are about to be parsed.
    public void reads(long bytes) {
        permit.read(bytes)
                .ifPresent(
                        refusal -> {
                            throw refusal;
                        });
    }

    public void isParsed() {
        permit.parsed();
    }

    /// Whether it was settled: it cost something, or left something, and has a receipt.
    public boolean isSettled() {
        return permit.isSettled();
    }

    @Override
    public void close() {
        permit.close();
    }
}
