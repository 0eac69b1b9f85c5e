package org.allodium.evidence;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/// The one form in which a receipt is handed out: `id`, `object`, `receipt`, the `proof` of those
/// that are in the log, and `jws` in this order, without spaces, `receipt` being the payload byte
/// by byte. Because everything in it is proven, the verifier renders it again and compares.
final class ReceiptDocument {
    private static final JsonMapper JSON = JsonMapper.shared();

    private static final String PROOF = ",\"proof\":{\"salt\":\"";
    private static final int EVERYTHING_ELSE = 2_048;

    private ReceiptDocument() {}

    static String render(
            String id, String payload, Optional<LogProof> proof, Optional<String> jws) {
        var text = new StringBuilder(2 * payload.length() + EVERYTHING_ELSE);
        text.append(start(id)).append(payload);
        proof.ifPresent(
                known -> {
                    text.append(PROOF).append(known.salt().base64()).append("\",\"index\":");
                    text.append(known.index()).append(",\"path\":[");
                    text.append(
                            known.path().stream()
                                    .map(hash -> "\"" + hash.base64() + "\"")
                                    .collect(Collectors.joining(",")));
                    text.append("],\"checkpoint\":");
                    text.append(JSON.writeValueAsString(known.checkpoint())).append('}');
                });
        jws.ifPresent(signed -> text.append(",\"jws\":").append(JSON.writeValueAsString(signed)));
        return text.append('}').toString();
    }

    /// What is between a document's head and its proof, if it is a document with both.
    static Optional<String> provenPayload(String id, String document) {
        int from = start(id).length();
        // Nothing after it can hold these characters: what follows is numbers, base64 and strings,
        // in which a quotation mark has a backslash before it.
        int until = document.lastIndexOf(PROOF);
        return from <= until ? Optional.of(document.substring(from, until)) : Optional.empty();
    }

    private static String start(String id) {
        return "{\"id\":" + JSON.writeValueAsString(id) + ",\"object\":\"receipt\",\"receipt\":";
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
