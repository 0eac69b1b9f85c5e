package org.allodium.evidence;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.text.ParseException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import org.allodium.evidence.internal.Es256;
import tools.jackson.databind.JsonNode;

/// A compact JWS that verifies. It alone would leave room: base64url ignores the low bits of its
/// last character, and ECDSA has a twin signature. Both are refused: each part must be what its
/// bytes encode to, and [Es256] admits the low signature only.
/// @param at when it was made, where its header says so
record Jws(String payload, ECKey key, Optional<Instant> at) {
    private static final int PARTS = 3;

    static Optional<Jws> verified(String jws, String jwks) {
        String[] parts = jws.split("\\.", -1);
        if (parts.length != PARTS) {
            return Optional.empty();
        }
        var header = canonical(parts[0]);
        var payload = canonical(parts[1]);
        var signature = canonical(parts[2]);
        if (header.isEmpty() || payload.isEmpty() || signature.isEmpty()) {
            return Optional.empty();
        }
        byte[] signed = (parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII);
        try {
            var fields = ReceiptDocument.utf8(header.get()).flatMap(ReceiptVerifier::parse);
            var key = key(fields, jwks);
            return key.isPresent()
                            && Es256.verifies(signed, signature.get(), key.get().toECPublicKey())
                    ? ReceiptDocument.utf8(payload.get())
                            .map(text -> new Jws(text, key.get(), at(fields.orElseThrow())))
                    : Optional.empty();
        } catch (GeneralSecurityException | JOSEException | ParseException e) {
            return Optional.empty();
        }
    }

    /// The bytes of a base64url text, if it is the one text that encodes them.
    private static Optional<byte[]> canonical(String part) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(part);
            String again = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
            return again.equals(part) ? Optional.of(bytes) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<Instant> at(JsonNode header) {
        var seconds = header.path("iat");
        try {
            return seconds.isIntegralNumber() && seconds.canConvertToLong()
                    ? Optional.of(Instant.ofEpochSecond(seconds.longValue()))
                    : Optional.empty();
        } catch (DateTimeException neverAgain) {
            return Optional.empty();
        }
    }

    /// Only a P-256 key that the set names; the header chooses among them, and nothing else.
    private static Optional<ECKey> key(Optional<JsonNode> header, String jwks)
            throws ParseException {
        if (header.isEmpty() || !"ES256".equals(header.get().path("alg").stringValue(null))) {
            return Optional.empty();
        }
        var named = JWKSet.parse(jwks).getKeyByKeyId(header.get().path("kid").stringValue(""));
        return named instanceof ECKey ec && Curve.P_256.equals(ec.getCurve())
                ? Optional.of(ec)
                : Optional.empty();
    }
}
