package org.allodium.evidence;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.Optional;
import org.allodium.evidence.internal.Es256;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Checks a receipt offline, with nothing but the public keys. There is one accepted text per
/// receipt. A JWS alone would leave room: base64url ignores the low bits of its last character, and
/// ECDSA has a twin signature. Both are refused (each part must be what its bytes encode to, and
/// [Es256] admits the low signature only), and the document around the JWS is rendered anew and
/// compared byte by byte.
public final class ReceiptVerifier {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration FOLLOWING = Duration.ofMinutes(1);

    private ReceiptVerifier() {}

    /// What the check found. `reason` is one sentence.
    public sealed interface Outcome {
        record Valid(String receiptId, SignedBy key) implements Outcome {}

        record Invalid(String reason) implements Outcome {}
    }

    /// The key behind a signature, as the set publishes it.
    /// @param since absent where the set does not say
    /// @param until when it was rotated or declared lost; absent while it is in use
    public record SignedBy(
            String kid, Optional<Instant> since, Optional<Instant> until, boolean lost) {

        static SignedBy of(ECKey key) {
            return new SignedBy(
                    key.getKeyID(),
                    Optional.ofNullable(key.getNotBeforeTime()).map(Date::toInstant),
                    Optional.ofNullable(key.getExpirationTime()).map(Date::toInstant),
                    key.getKeyRevocation() != null);
        }

        /// A key that ended signs nothing more; the server follows a rotation within a second.
        boolean signedAt(Instant time) {
            return until.isEmpty() || !time.isAfter(until.get().plus(FOLLOWING));
        }
    }

    /// `file`: the body of GET /v1/receipts/{id}, or a bare compact JWS. Any changed byte makes it
    /// invalid.
    public static Outcome verify(byte[] file, String jwks) {
        var text = ReceiptDocument.utf8(file);
        if (text.isEmpty()) {
            return new Outcome.Invalid("The file is not text in UTF-8.");
        }
        boolean document = text.get().startsWith("{");
        Optional<String> jws = document ? jws(text.get()) : text;
        if (jws.isEmpty()) {
            return new Outcome.Invalid("The file is not a receipt.");
        }
        var signed = verified(jws.get(), jwks);
        if (signed.isEmpty()) {
            return new Outcome.Invalid("The signature does not belong to this text.");
        }
        return parse(signed.get().payload())
                .map(claims -> judge(claims, signed.get(), document, file, jws.get()))
                .orElseGet(() -> new Outcome.Invalid("The signed text is not a receipt."));
    }

    private static Outcome judge(
            JsonNode claims, Signed signed, boolean document, byte[] file, String jws) {
        String id = claims.path("id").stringValue(null);
        if (id == null) {
            return new Outcome.Invalid("The signed text is not a receipt.");
        }
        if (document && !sameBytes(file, id, signed.payload(), jws)) {
            return new Outcome.Invalid("The file differs from what was signed.");
        }
        var key = SignedBy.of(signed.key());
        if (time(claims).filter(time -> !key.signedAt(time)).isPresent()) {
            return new Outcome.Invalid(
                    "It is dated after its key %s was %s."
                            .formatted(key.kid(), key.lost() ? "declared lost" : "rotated"));
        }
        return new Outcome.Valid(id, key);
    }

    private static Optional<Instant> time(JsonNode claims) {
        try {
            return Optional.ofNullable(claims.path("time").stringValue(null)).map(Instant::parse);
        } catch (DateTimeParseException odd) {
            return Optional.empty();
        }
    }

    private record Signed(String payload, ECKey key) {}

    private static boolean sameBytes(byte[] file, String id, String payload, String jws) {
        return Arrays.equals(
                file, ReceiptDocument.render(id, payload, jws).getBytes(StandardCharsets.UTF_8));
    }

    private static Optional<String> jws(String document) {
        return parse(document)
                .flatMap(node -> Optional.ofNullable(node.path("jws").stringValue(null)));
    }

    private static Optional<JsonNode> parse(String text) {
        try {
            return Optional.of(JSON.readTree(text));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    private static Optional<Signed> verified(String jws, String jwks) {
        String[] parts = jws.split("\\.", -1);
        if (parts.length != 3) {
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
            var key = key(header.get(), jwks);
            return key.isPresent()
                            && Es256.verifies(signed, signature.get(), key.get().toECPublicKey())
                    ? ReceiptDocument.utf8(payload.get()).map(text -> new Signed(text, key.get()))
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

    /// Only a P-256 key that the set names; the header chooses among them, and nothing else.
    private static Optional<ECKey> key(byte[] header, String jwks) throws ParseException {
        var fields = ReceiptDocument.utf8(header).flatMap(ReceiptVerifier::parse);
        if (fields.isEmpty() || !"ES256".equals(fields.get().path("alg").stringValue(null))) {
            return Optional.empty();
        }
        var named = JWKSet.parse(jwks).getKeyByKeyId(fields.get().path("kid").stringValue(""));
        return named instanceof ECKey ec && Curve.P_256.equals(ec.getCurve())
                ? Optional.of(ec)
                : Optional.empty();
    }
}
