package org.allodium.evidence.internal;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.allodium.evidence.KeyUse;
import org.allodium.evidence.LogProof;
import org.allodium.evidence.ProvenReceipt;
import org.allodium.evidence.ProvenReceipt.Place;
import org.allodium.kernel.Database;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.jdbi.v3.core.Handle;

/// Receipts as readers get them: one tenant's. Those of the log come with the proof, and are signed
/// at the first reading.
public final class Readings {
    // A group closes within a fraction of a second; a database that comes back takes longer.
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final long FIRST_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long LAST_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final Database app;
    private final Supplier<SigningKey> key;
    private final Clock clock;

    /// @param app of role `allodium_app`
    public Readings(DataSource app, Supplier<SigningKey> key, Clock clock) {
        this.app = Database.over(app);
        this.key = key;
        this.clock = clock;
    }

    /// Waits until the log has it, if it is one of the log. Refuses where it may be one of those of
    /// this tenant that are put away.
    public Optional<ProvenReceipt> find(UUID tenant, String id) {
        var found =
                RowKey.of(id).windows(clock.instant()).stream()
                        .flatMap(
                                window ->
                                        sealed(tenant, id, window)
                                                .or(() -> signed(tenant, id, window))
                                                .stream())
                        .findFirst();
        if (found.isEmpty()) {
            app.inTransactionOf(tenant, handle -> ArchivedTable.month(handle, RowKey.of(id)))
                    .ifPresent(
                            month -> {
                                throw Refused.of(
                                        ErrorCode.ARCHIVED,
                                        "evidence.receipt-archived",
                                        month.toString());
                            });
        }
        return found;
    }

    private Optional<ProvenReceipt> sealed(UUID tenant, String id, RowKey.Window window) {
        var key = RowKey.of(id);
        return app.inTransactionOf(
                        tenant, handle -> SealedReceiptTable.find(handle, key, id, window))
                .map(row -> awaited(row, id));
    }

    private Optional<ProvenReceipt> signed(UUID tenant, String id, RowKey.Window window) {
        return app.inTransactionOf(tenant, handle -> ReceiptTable.find(handle, tenant, id, window))
                .map(ProvenReceipt::of);
    }

    private ProvenReceipt awaited(SealedReceiptTable.Row row, String id) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        Refused late =
                Refused.of(ErrorCode.OVERLOADED, "evidence.not-in-the-log-yet")
                        .retryAfter(Duration.ofSeconds(1));
        long pause = FIRST_LOOK_NANOS;
        do {
            try {
                var found = app.inTransactionOf(row.tenant(), handle -> proven(handle, row, id));
                if (found.isPresent()) {
                    return found.get();
                }
            } catch (KeyNotInUse ended) {
                late =
                        Refused.of(ErrorCode.SERVER_ERROR, "evidence.receipt-key-ended")
                                .because(ended);
            }
            LockSupport.parkNanos(pause);
            pause = Math.min(2 * pause, LAST_LOOK_NANOS);
        } while (System.nanoTime() < end && !Thread.currentThread().isInterrupted());
        throw late;
    }

    private Optional<ProvenReceipt> proven(Handle handle, SealedReceiptTable.Row row, String id) {
        return LogTable.group(handle, row.run(), row.seq())
                .map(
                        group -> {
                            var proof = proof(handle, row, group);
                            var reading = reading(handle, row, id);
                            return new ProvenReceipt(
                                    id,
                                    row.tenant(),
                                    row.at(),
                                    row.text(),
                                    reading.jws(row.text()),
                                    Optional.of(
                                            new Place(
                                                    proof,
                                                    group.size(),
                                                    group.at(),
                                                    reading.at())));
                        });
    }

    private FirstReading reading(Handle handle, SealedReceiptTable.Row row, String id) {
        var place = RowKey.of(id);
        return FirstReading.find(handle, place, id)
                .orElseGet(
                        () -> {
                            sign(handle, row).add(handle, place, row.tenant(), id);
                            return FirstReading.find(handle, place, id).orElseThrow();
                        });
    }

    /// With a key that is in use when it says that it signs.
    private FirstReading sign(Handle handle, SealedReceiptTable.Row row) {
        var register = new SigningKeyTable(handle);
        register.hold();
        var now = clock.instant();
        var signer = key.get();
        if (!register.isInUse(signer.id(), KeyUse.RECEIPTS)) {
            throw new KeyNotInUse(signer.id());
        }
        return FirstReading.sign(row.text(), signer, now);
    }

    /// A row whose content is no longer what the log has proves nothing, and is not given out.
    private static LogProof proof(Handle handle, SealedReceiptTable.Row row, LogTable.Group group) {
        long index = group.index(row.seq());
        var path = Inclusion.path(index, group.size(), new LogTiles(handle));
        var root = Inclusion.root(index, group.size(), row.leaf(), path);
        var checkpoint = Checkpoint.read(group.checkpoint()).orElseThrow().checkpoint();
        if (!root.equals(Optional.of(checkpoint.root()))) {
            throw Refused.of(ErrorCode.SERVER_ERROR, "evidence.receipt-unreadable");
        }
        return new LogProof(row.salt(), index, path, group.checkpoint());
    }
}
