package org.allodium.evidence;

import com.nimbusds.jose.jwk.JWK;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Date;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Checks a receipt offline, with nothing but the public keys. Up to version 2 a receipt is proven
/// by its signature, since then by its place in the log. There is one accepted text per receipt:
/// the document is rendered anew from what was proven, and compared byte by byte.
public final class ReceiptVerifier {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration FOLLOWING = Duration.ofMinutes(1);

    private ReceiptVerifier() {}

    /// What the check found. `reason` is one sentence.
    public sealed interface Outcome {
        /// @param key behind the signature that proves it: over the receipt, or over the log
        /// @param place in the log; absent where the receipt's own signature proves it
        record Valid(String receiptId, SignedBy key, Optional<Place> place) implements Outcome {}

        record Invalid(String reason) implements Outcome {}
    }

    /// The key behind a signature, as the set publishes it.
    /// @param since absent where the set does not say
    /// @param until when it was rotated or declared lost; absent while it is in use
    public record SignedBy(
            String kid, Optional<Instant> since, Optional<Instant> until, boolean lost) {

        static SignedBy of(JWK key) {
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

        Outcome.Invalid tooLate(String what) {
            return new Outcome.Invalid(
                    "%s is dated after its key %s was %s."
                            .formatted(what, kid, lost ? "declared lost" : "rotated"));
        }
    }

    /// @param origin the log's name
    /// @param index the receipt's in it, from 0
    /// @param size the log's in the checkpoint
    /// @param reading the signature over this receipt alone, where the document has it
    public record Place(String origin, long index, long size, Optional<Reading> reading) {}

    /// @param at when the receipt was read for the first time
    public record Reading(SignedBy key, Instant at) {}

    /// `file`: the body of GET /v1/receipts/{id}, or, up to version 2, a bare compact JWS. Any
    /// changed byte makes it invalid.
    public static Outcome verify(byte[] file, String jwks) {
        var text = ReceiptDocument.utf8(file);
        if (text.isEmpty()) {
            return new Outcome.Invalid("The file is not text in UTF-8.");
        }
        if (!text.get().startsWith("{")) {
            return signed(Optional.empty(), text.get(), jwks);
        }
        var document = parse(text.get()).filter(JsonNode::isObject);
        if (document.isEmpty()) {
            return new Outcome.Invalid("The file is not a receipt.");
        }
        if (document.get().has("proof")) {
            return ProofCheck.verify(text.get(), document.get(), jwks);
        }
        return Optional.ofNullable(document.get().path("jws").stringValue(null))
                .map(jws -> signed(Optional.of(file), jws, jwks))
                .orElseGet(() -> new Outcome.Invalid("The file is not a receipt."));
    }

    /// @param document around the JWS, where there is one
    private static Outcome signed(Optional<byte[]> document, String jws, String jwks) {
        var signed = Jws.verified(jws, jwks);
        if (signed.isEmpty()) {
            return new Outcome.Invalid("The signature does not belong to this text.");
        }
        return parse(signed.get().payload())
                .map(claims -> judge(claims, signed.get(), document, jws))
                .orElseGet(() -> new Outcome.Invalid("The signed text is not a receipt."));
    }

    private static Outcome judge(
            JsonNode claims, Jws signed, Optional<byte[]> document, String jws) {
        String id = claims.path("id").stringValue(null);
        if (id == null) {
            return new Outcome.Invalid("The signed text is not a receipt.");
        }
        int version = claims.path("version").intValue(0);
        if (version > ReceiptSchema.LAST_SIGNED) {
            return new Outcome.Invalid(
                    "A receipt of version %d is proven by the log alone, and its proof is missing: fetch the whole document."
                            .formatted(version));
        }
        if (document.isPresent() && !sameBytes(document.get(), id, signed.payload(), jws)) {
            return new Outcome.Invalid("The file differs from what was signed.");
        }
        var key = SignedBy.of(signed.key());
        if (time(claims, "time").filter(time -> !key.signedAt(time)).isPresent()) {
            return key.tooLate("It");
        }
        return new Outcome.Valid(id, key, Optional.empty());
    }

    static Optional<Instant> time(JsonNode claims, String name) {
        try {
            return Optional.ofNullable(claims.path(name).stringValue(null)).map(Instant::parse);
        } catch (DateTimeParseException odd) {
            return Optional.empty();
        }
    }

    private static boolean sameBytes(byte[] file, String id, String payload, String jws) {
        var rendered = ReceiptDocument.render(id, payload, Optional.empty(), Optional.of(jws));
        return Arrays.equals(file, rendered.getBytes(StandardCharsets.UTF_8));
    }

    static Optional<JsonNode> parse(String text) {
        try {
            return Optional.of(JSON.readTree(text));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }
}
