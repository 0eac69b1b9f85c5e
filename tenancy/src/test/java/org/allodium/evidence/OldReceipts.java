package org.allodium.evidence;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.allodium.evidence.internal.SigningKey;
import org.allodium.tenancy.TestDatabase;
import tools.jackson.databind.json.JsonMapper;

/// Receipts as releases before the log signed and kept them.
final class OldReceipts {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private static final AtomicLong POSITION = new AtomicLong();

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

    /// None of the product's roles may do it any more.
    static void append(TestDatabase database, List<SignedReceipt> receipts) {
        var rows = receipts.stream().map(OldReceipts::row).toList();
        database.load("evidence.receipt\t" + JsonMapper.shared().writeValueAsString(rows));
    }

    private static Map<String, Object> row(SignedReceipt receipt) {
        return Map.of(
                "id", receipt.id(),
                "tenant_id", receipt.tenant(),
                "at", receipt.at().toString(),
                "position", POSITION.incrementAndGet(),
                "leaf_hash", "\\x" + HexFormat.of().formatHex(hash(receipt.jws())),
                "jws", receipt.jws());
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
