package org.allodium.evidence.internal;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import org.allodium.evidence.Bytes;

/// Ed25519 (RFC 8032) over keys of 32 bytes, as checkpoints and JWKs have them; Java wants them
/// wrapped (RFC 8410).
final class Ed25519 {
    static final int KEY_LENGTH = 32;

    private static final byte[] PUBLIC = HexFormat.of().parseHex("302a300506032b6570032100");
    private static final byte[] PRIVATE =
            HexFormat.of().parseHex("302e020100300506032b657004220420");

    private Ed25519() {}

    record Pair(Bytes seed, Bytes publicKey) {}

    static Pair generate() throws GeneralSecurityException {
        var pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        return new Pair(last(pair.getPrivate().getEncoded()), last(pair.getPublic().getEncoded()));
    }

    private static Bytes last(byte[] encoded) {
        return Bytes.of(Arrays.copyOfRange(encoded, encoded.length - KEY_LENGTH, encoded.length));
    }

    static PrivateKey privateKey(byte[] seed) throws GeneralSecurityException {
        return KeyFactory.getInstance("Ed25519")
                .generatePrivate(new PKCS8EncodedKeySpec(wrapped(PRIVATE, seed)));
    }

    static byte[] sign(byte[] text, PrivateKey key) throws GeneralSecurityException {
        var signing = Signature.getInstance("Ed25519");
        signing.initSign(key);
        signing.update(text);
        return signing.sign();
    }

    static boolean verifies(byte[] text, byte[] signature, byte[] publicKey) {
        try {
            PublicKey key =
                    KeyFactory.getInstance("Ed25519")
                            .generatePublic(new X509EncodedKeySpec(wrapped(PUBLIC, publicKey)));
            var verifying = Signature.getInstance("Ed25519");
            verifying.initVerify(key);
            verifying.update(text);
            return verifying.verify(signature);
        } catch (GeneralSecurityException malformed) {
            return false;
        }
    }

    private static byte[] wrapped(byte[] head, byte[] key) throws GeneralSecurityException {
        if (key.length != KEY_LENGTH) {
            throw new GeneralSecurityException("A key has 32 bytes");
        }
        byte[] all = Arrays.copyOf(head, head.length + KEY_LENGTH);
        System.arraycopy(key, 0, all, head.length, KEY_LENGTH);
        return all;
    }
}
