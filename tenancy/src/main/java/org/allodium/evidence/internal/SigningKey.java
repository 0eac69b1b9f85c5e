package org.allodium.evidence.internal;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.text.ParseException;
import java.util.Objects;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.kernel.SecretFile;

/// The key that signs receipts: a JWK in a file that only the server's user may read.
/// Its id is the RFC 7638 thumbprint, so that a key can be told by its content alone.
public final class SigningKey {
    private final ECKey key;
    private final PrivateKey secret;

    /// INVARIANT: whatever it signs, the public half under its id verifies. A key that would not
    /// is refused here, and not by whoever checks a receipt years later.
    private SigningKey(ECKey key) throws JOSEException, GeneralSecurityException {
        if (!Curve.P_256.equals(key.getCurve())
                || !key.isPrivate()
                || !key.computeThumbprint().toString().equals(key.getKeyID())) {
            throw new GeneralSecurityException("It is no P-256 key pair by its thumbprint");
        }
        this.key = key;
        this.secret = key.toECPrivateKey();
        byte[] probe = key.getKeyID().getBytes(StandardCharsets.US_ASCII);
        if (!Es256.verifies(probe, Es256.sign(probe, secret), key.toECPublicKey())) {
            throw new GeneralSecurityException("Its halves belong to two keys");
        }
    }

    /// Reads the key, or makes it where there is none. Whether one may be made, the register says.
    public static SigningKey open(Path file) {
        try {
            if (!Files.exists(file)) {
                create(file);
            }
            return new SigningKey(ECKey.parse(Files.readString(file)));
        } catch (IOException | ParseException | JOSEException | GeneralSecurityException e) {
            throw Refused.of(ErrorCode.SERVER_ERROR, "evidence.key-unusable", file).because(e);
        }
    }

    /// Where all public keys lie for checks without a server: beside the secrets' folder.
    public static Path published(Path file) {
        Path secrets = Objects.requireNonNull(file.toAbsolutePath().normalize().getParent());
        return secrets.resolveSibling("evidence").resolve("jwks.json");
    }

    public String id() {
        return key.getKeyID();
    }

    public String jwks() {
        return new JWKSet(key.toPublicJWK()).toString(true);
    }

    public String publicJwk() {
        return key.toPublicJWK().toJSONString();
    }

    public byte[] sign(byte[] text) {
        try {
            return Es256.sign(text, secret);
        } catch (GeneralSecurityException e) {
            throw Refused.of(ErrorCode.SERVER_ERROR, "evidence.receipt-unsigned").because(e);
        }
    }

    private static void create(Path file) throws IOException, JOSEException {
        var key =
                new ECKeyGenerator(Curve.P_256)
                        .keyUse(KeyUse.SIGNATURE)
                        .algorithm(JWSAlgorithm.ES256)
                        .keyIDFromThumbprint(true)
                        .generate();
        SecretFile.make(file, key.toJSONString().getBytes(StandardCharsets.UTF_8));
    }
}
