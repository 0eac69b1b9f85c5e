package org.allodium.evidence;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.allodium.evidence.internal.SigningKey;
import org.jdbi.v3.core.Handle;

/// Receipts as releases before the log signed and kept them.
final class OldReceipts {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private OldReceipts() {}

    static SignedReceipt sign(SigningKey key, Receipt receipt, Instant at) {
        var request = receipt.request();
        var header = "{\"alg\":\"ES256\",\"kid\":\"" + key.id() + "\",\"typ\":\"JWS\"}";
        var payload = receipt.as(ReceiptSchema.LAST_SIGNED).toJson();
        var signed = base64(header) + "." + base64(payload);
        var signature = BASE64.encodeToString(key.sign(signed.getBytes(StandardCharsets.US_ASCII)));
        return new SignedReceipt(
                request.id(), request.caller().tenant(), at, signed + "." + signature);
    }

    static void append(Handle handle, List<SignedReceipt> receipts) {
        for (var receipt : receipts) {
            handle.createUpdate(
                            "insert into evidence.receipt (id, tenant_id, at, leaf_hash, jws)"
                                    + " values (:id, :tenant, :at, :hash, :jws)")
                    .bind("id", receipt.id())
                    .bind("tenant", receipt.tenant())
                    .bind("at", receipt.at())
                    .bind("hash", hash(receipt.jws()))
                    .bind("jws", receipt.jws())
                    .execute();
        }
    }

    private static byte[] hash(String jws) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update((byte) 0);
            return digest.digest(jws.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String base64(String text) {
        return BASE64.encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
