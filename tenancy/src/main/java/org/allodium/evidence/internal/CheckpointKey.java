package org.allodium.evidence.internal;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.util.Base64URL;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.text.ParseException;
import org.allodium.evidence.Bytes;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.kernel.SecretFile;

/// The key that signs the log's checkpoints: an Ed25519 JWK (RFC 8037) in a file that only the
/// server's user may read. Its id is the RFC 7638 thumbprint.
public final class CheckpointKey {
    private final OctetKeyPair key;
    private final PrivateKey secret;

    /// INVARIANT: as with [SigningKey], what it signs its public half verifies.
    private CheckpointKey(OctetKeyPair key) throws JOSEException, GeneralSecurityException {
        if (!Curve.Ed25519.equals(key.getCurve())
                || !key.isPrivate()
                || !key.computeThumbprint().toString().equals(key.getKeyID())) {
            throw new GeneralSecurityException("It is no Ed25519 key pair by its thumbprint");
        }
        this.key = key;
        this.secret = Ed25519.privateKey(key.getDecodedD());
        byte[] probe = key.getKeyID().getBytes(StandardCharsets.US_ASCII);
        if (!Ed25519.verifies(probe, Ed25519.sign(probe, secret), key.getDecodedX())) {
            throw new GeneralSecurityException("Its halves belong to two keys");
        }
    }

    /// Reads the key, or makes it where there is none. Whether one may be made, the register says.
    public static CheckpointKey open(Path file) {
        try {
            if (!Files.exists(file)) {
                SecretFile.make(file, generate().toJSONString().getBytes(StandardCharsets.UTF_8));
            }
            return new CheckpointKey(OctetKeyPair.parse(Files.readString(file)));
        } catch (IOException | ParseException | JOSEException | GeneralSecurityException e) {
            throw Refused.of(ErrorCode.SERVER_ERROR, "evidence.checkpoint-key-unusable", file)
                    .because(e);
        }
    }

    public String id() {
        return key.getKeyID();
    }

    public String publicJwk() {
        return key.toPublicJWK().toJSONString();
    }

    NoteKey named(String origin) {
        return new NoteKey(origin, Bytes.of(key.getDecodedX()));
    }

    byte[] sign(byte[] text) {
        try {
            return Ed25519.sign(text, secret);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has Ed25519", e);
        }
    }

    private static OctetKeyPair generate() throws GeneralSecurityException, JOSEException {
        var pair = Ed25519.generate();
        return new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(pair.publicKey().toArray()))
                .d(Base64URL.encode(pair.seed().toArray()))
                .keyUse(KeyUse.SIGNATURE)
                .algorithm(JWSAlgorithm.EdDSA)
                .keyIDFromThumbprint()
                .build();
    }
}
