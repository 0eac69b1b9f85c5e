package org.allodium.evidence;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.allodium.evidence.ReceiptVerifier.SignedBy;
import org.allodium.evidence.internal.Checkpoint;
import org.allodium.evidence.internal.Hashes;
import org.allodium.evidence.internal.Inclusion;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// That exported receipts are in the log of one checkpoint, which a published key signed.
final class LeafCheck {
    private final Optional<MonthManifest.Log> said;
    private final @Nullable Checkpoint checkpoint;
    private final @Nullable SignedBy key;
    private final BitSet seen = new BitSet();

    LeafCheck(Optional<MonthManifest.Log> said, String jwks) {
        var signed = said.flatMap(log -> Checkpoint.read(log.checkpoint()));
        this.said = said;
        this.checkpoint = signed.map(Checkpoint.Signed::checkpoint).orElse(null);
        this.key =
                signed.flatMap(note -> ProofCheck.signer(jwks, note))
                        .map(SignedBy::of)
                        .orElse(null);
    }

    /// What does not hold of the log itself.
    /// @param receipts how many should be in it
    Optional<String> wrong(long receipts) {
        if (said.isEmpty()) {
            return receipts == 0
                    ? Optional.empty()
                    : Optional.of("The export has receipts, and no checkpoint of the log.");
        }
        if (checkpoint == null) {
            return Optional.of("The checkpoint is not in its form.");
        }
        if (key == null) {
            return Optional.of("No published key signed the checkpoint.");
        }
        return checkpoint.origin().equals(said.get().origin())
                        && checkpoint.size() == said.get().size()
                ? Optional.empty()
                : Optional.of("The manifest says something else of the log than the checkpoint.");
    }

    /// Where there is one and it is signed.
    Optional<MonthVerifier.Log> log() {
        return checkpoint == null || key == null
                ? Optional.empty()
                : Optional.of(new MonthVerifier.Log(checkpoint.origin(), checkpoint.size(), key));
    }

    /// Refuses a receipt that the checkpoint does not prove.
    void check(MonthCsv.Row row) {
        var id = row.text("id");
        if (checkpoint == null) {
            return;
        }
        var payload = row.text("payload");
        long index = Long.parseLong(row.text("leaf_index"));
        var salt = decoded(row.text("salt"));
        var claims = ReceiptVerifier.parse(payload).filter(JsonNode::isObject);
        if (salt.length() != Hashes.SALT_LENGTH
                || claims.isEmpty()
                || !id.equals(claims.get().path("id").stringValue(null))
                || !row.text("tenant_id").equals(claims.get().path("tenant").stringValue(null))) {
            throw new IllegalArgumentException("receipt " + id + " is not in its form");
        }
        byte[] leaf = Hashes.leaf(salt.toArray(), payload.getBytes(StandardCharsets.UTF_8));
        var root = Inclusion.root(index, checkpoint.size(), leaf, path(row));
        if (!root.equals(Optional.of(checkpoint.root()))) {
            throw new IllegalArgumentException(
                    "receipt " + id + " is not in the log of the checkpoint");
        }
        checkOnce(id, index);
        checkInTime(id, claims.get());
    }

    private void checkInTime(String id, JsonNode claims) {
        var signer = key;
        if (signer != null
                && ReceiptVerifier.time(claims, "settled_at")
                        .filter(time -> !signer.signedAt(time))
                        .isPresent()) {
            throw new IllegalArgumentException(
                    "receipt %s is dated after the end of key %s".formatted(id, signer.kid()));
        }
    }

    private void checkOnce(String id, long index) {
        // A bit for each leaf: a log of two thousand millions has a quarter of a gigabyte of them.
        if (index >= Integer.MAX_VALUE) {
            return;
        }
        if (seen.get((int) index)) {
            throw new IllegalArgumentException("receipt " + id + " is there twice");
        }
        seen.set((int) index);
    }

    private static List<Bytes> path(MonthCsv.Row row) {
        // A log of one receipt has no path.
        String path = row.maybe("path");
        return path == null || path.isEmpty()
                ? List.of()
                : Arrays.stream(path.split(" ", -1)).map(LeafCheck::decoded).toList();
    }

    private static Bytes decoded(String text) {
        return Checkpoint.canonical(text)
                .orElseThrow(() -> new IllegalArgumentException("a hash is not in its form"));
    }
}
