package org.allodium.evidence.internal;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.allodium.evidence.Bytes;
import org.allodium.evidence.Receipt;
import org.allodium.evidence.SealedReceipt;
import org.jdbi.v3.core.Handle;

/// Makes receipts ready for the log and writes them, in whatever transaction the money is in.
public final class Sealing {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Forms forms = new Forms();

    /// Writes nothing.
    public SealedReceipt seal(Receipt receipt) {
        var payload = receipt.toJson();
        byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
        byte[] salt = new byte[Hashes.SALT_LENGTH];
        RANDOM.nextBytes(salt);
        var id = receipt.request().id();
        var tenant = receipt.request().caller().tenant();
        // As precise as the column, whose text the reader has for unpacking.
        Instant at = receipt.bill().settledAt().truncatedTo(ChronoUnit.MICROS);
        var beside = new Packing.Beside(RowKey.of(id).key(), tenant, at);
        return new SealedReceipt(
                id,
                tenant,
                at,
                payload,
                Bytes.of(salt),
                Bytes.of(Hashes.leaf(salt, bytes)),
                Packing.pack(bytes, forms.of(receipt), beside));
    }

    /// A form goes in with the first receipts that need it, so that none is ever without.
    public void keep(Handle handle, long run, long first, List<SealedReceipt> receipts) {
        if (receipts.isEmpty()) {
            return;
        }
        if (first == 0) {
            SealedReceiptTable.begin(handle, run);
        }
        forms.unstored(used(receipts)).forEach(form -> SealedReceiptTable.addForm(handle, form));
        SealedReceiptTable.append(handle, run, first, receipts);
    }

    /// After the commit.
    public void kept(List<SealedReceipt> receipts) {
        forms.stored(used(receipts));
    }

    private static Set<ReceiptForm> used(List<SealedReceipt> receipts) {
        return receipts.stream()
                .map(receipt -> receipt.packed().form())
                .flatMap(Optional::stream)
                .collect(Collectors.toSet());
    }
}
