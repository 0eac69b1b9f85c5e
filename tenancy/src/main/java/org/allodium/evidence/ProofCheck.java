package org.allodium.evidence;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetKeyPair;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;
import org.allodium.evidence.ReceiptVerifier.Outcome;
import org.allodium.evidence.ReceiptVerifier.Outcome.Invalid;
import org.allodium.evidence.ReceiptVerifier.Outcome.Valid;
import org.allodium.evidence.ReceiptVerifier.Place;
import org.allodium.evidence.ReceiptVerifier.Reading;
import org.allodium.evidence.ReceiptVerifier.SignedBy;
import org.allodium.evidence.internal.Checkpoint;
import org.allodium.evidence.internal.Hashes;
import org.allodium.evidence.internal.Inclusion;
import org.allodium.evidence.internal.NoteKey;
import tools.jackson.databind.JsonNode;

/// Checks a receipt of the log: its leaf leads to the root of a checkpoint that a published key
/// signed in its time. A signature over the receipt alone counts only beside that, and has to be
/// there: one receipt has one text.
final class ProofCheck {
    private final String jwks;
    private final String id;
    private final String payload;
    private final JsonNode claims;

    private ProofCheck(String jwks, String id, String payload, JsonNode claims) {
        this.jwks = jwks;
        this.id = id;
        this.payload = payload;
        this.claims = claims;
    }

    static Outcome verify(String text, JsonNode document, String jwks) {
        var id = document.path("id").stringValue("");
        var jws = Optional.ofNullable(document.path("jws").stringValue(null));
        var proof = proof(document.path("proof"));
        var payload = ReceiptDocument.provenPayload(id, text);
        if (proof.isEmpty()
                || payload.isEmpty()
                || !ReceiptDocument.render(id, payload.get(), proof, jws).equals(text)) {
            return new Invalid("The file is not in the form of a receipt.");
        }
        var claims =
                ReceiptVerifier.parse(payload.get())
                        .filter(said -> id.equals(said.path("id").stringValue(null)))
                        .filter(said -> said.path("version").isIntegralNumber());
        if (claims.isEmpty()) {
            return new Invalid("The proven text is not this receipt.");
        }
        if (claims.get().path("version").intValue(0) <= ReceiptSchema.LAST_SIGNED) {
            return new Invalid("A receipt of this version is proven by its signature alone.");
        }
        if (jws.isEmpty()) {
            // It proves nothing more, but without it the receipt would have a second text.
            return new Invalid("The receipt's own signature is missing: fetch the whole document.");
        }
        var check = new ProofCheck(jwks, id, payload.get(), claims.get());
        return check.verify(proof.get(), jws.get());
    }

    private static Optional<LogProof> proof(JsonNode node) {
        var salt = bytes(node.path("salt"), Hashes.SALT_LENGTH);
        var index = node.path("index");
        var path = new ArrayList<Bytes>();
        for (var step : node.path("path")) {
            bytes(step, Hashes.LENGTH).ifPresent(path::add);
        }
        var checkpoint = node.path("checkpoint").stringValue(null);
        // What was left out or is more shows when the document is rendered again.
        return salt.isPresent() && index.isIntegralNumber() && checkpoint != null
                ? Optional.of(new LogProof(salt.get(), index.longValue(0), path, checkpoint))
                : Optional.empty();
    }

    private static Optional<Bytes> bytes(JsonNode node, int length) {
        return Optional.ofNullable(node.stringValue(null))
                .flatMap(Checkpoint::canonical)
                .filter(bytes -> bytes.length() == length);
    }

    private Outcome verify(LogProof proof, String jws) {
        var signed = Checkpoint.read(proof.checkpoint());
        if (signed.isEmpty()) {
            return new Invalid("The checkpoint is not in its form.");
        }
        var checkpoint = signed.get().checkpoint();
        byte[] leaf = Hashes.leaf(proof.salt().toArray(), payload.getBytes(StandardCharsets.UTF_8));
        var root = Inclusion.root(proof.index(), checkpoint.size(), leaf, proof.path());
        if (!root.equals(Optional.of(checkpoint.root()))) {
            return new Invalid("The receipt is not in the log of this checkpoint.");
        }
        var signer = signer(jwks, signed.get());
        if (signer.isEmpty()) {
            return new Invalid("No published key signed this checkpoint.");
        }
        var key = SignedBy.of(signer.get());
        if (written().filter(time -> !key.signedAt(time)).isPresent()) {
            return key.tooLate("It");
        }
        return withReading(jws, checkpoint, proof.index(), key);
    }

    private Outcome withReading(String jws, Checkpoint checkpoint, long index, SignedBy key) {
        var signed = Jws.verified(jws, jwks).filter(found -> found.payload().equals(payload));
        var at = signed.flatMap(Jws::at);
        if (signed.isEmpty() || at.isEmpty()) {
            return new Invalid("The signature does not belong to this receipt.");
        }
        var reading = new Reading(SignedBy.of(signed.get().key()), at.get());
        return reading.key().signedAt(at.get())
                ? new Valid(
                        id,
                        key,
                        Optional.of(
                                new Place(
                                        checkpoint.origin(),
                                        index,
                                        checkpoint.size(),
                                        Optional.of(reading))))
                : reading.key().tooLate("Its signature");
    }

    private Optional<Instant> written() {
        return ReceiptVerifier.time(claims, "settled_at")
                .or(() -> ReceiptVerifier.time(claims, "time"));
    }

    /// The published key that signed this checkpoint.
    static Optional<OctetKeyPair> signer(String jwks, Checkpoint.Signed signed) {
        try {
            for (var key : JWKSet.parse(jwks).getKeys()) {
                if (key instanceof OctetKeyPair pair
                        && Curve.Ed25519.equals(pair.getCurve())
                        && signed.isSignedBy(
                                new NoteKey(
                                        signed.checkpoint().origin(),
                                        Bytes.of(pair.getDecodedX())))) {
                    return Optional.of(pair);
                }
            }
        } catch (ParseException unreadable) {
            return Optional.empty();
        }
        return Optional.empty();
    }
}
