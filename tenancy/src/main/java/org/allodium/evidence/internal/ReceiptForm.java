package org.allodium.evidence.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// What many receipts have in common, as the text of a receipt with all that is one request's own
/// blanked. Forms stay for good, so none holds anything of a person or a request.
/// @param id the first eight bytes of the text's SHA-256
public record ReceiptForm(long id, String text) {
    static ReceiptForm of(String text) {
        byte[] digest = Hashes.sha256().digest(text.getBytes(StandardCharsets.UTF_8));
        return new ReceiptForm(ByteBuffer.wrap(digest).getLong(), text);
    }
}
