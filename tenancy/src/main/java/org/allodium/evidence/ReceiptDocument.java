package org.allodium.evidence;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/// The one form in which a receipt is handed out: `id`, `object`, `receipt` and `jws` in this
/// order, without spaces, `receipt` being the signed payload byte by byte. Because everything in it
/// follows from the JWS, the verifier renders it again and compares.
final class ReceiptDocument {
    private static final JsonMapper JSON = JsonMapper.shared();

    private ReceiptDocument() {}

    static String render(String id, String payload, String jws) {
        return "{\"id\":"
                + JSON.writeValueAsString(id)
                + ",\"object\":\"receipt\",\"receipt\":"
                + payload
                + ",\"jws\":"
                + JSON.writeValueAsString(jws)
                + "}";
    }

    /// The payload of a compact JWS as text, unverified.
    static String payload(String jws) {
        return utf8(Base64.getUrlDecoder().decode(jws.split("\\.", -1)[1])).orElseThrow();
    }

    static Optional<String> utf8(byte[] bytes) {
        try {
            return Optional.of(
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
