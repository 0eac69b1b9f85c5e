package org.allodium.evidence.internal;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The log's hashes: RFC 6962, section 2.1, over entries that commit to a receipt and tell nothing
/// of it. These bytes never change; see decision 0162.
public final class Hashes {
    public static final int LENGTH = 32;
    public static final int SALT_LENGTH = 16;

    private static final byte RECEIPT = 1;
    private static final byte FORMAT = 1;
    private static final byte LEAF = 0;
    private static final byte NODE = 1;

    private Hashes() {}

    /// Of the receipt's leaf. The salt hides the receipt from whoever guesses its text, and its
    /// length is fixed, so that no other pair of salt and text has the same commitment.
    public static byte[] leaf(byte[] salt, byte[] payload) {
        if (salt.length != SALT_LENGTH) {
            throw new IllegalArgumentException("A salt has 16 bytes");
        }
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(salt, "HmacSHA256"));
            var digest = sha256();
            digest.update(LEAF);
            digest.update(RECEIPT);
            digest.update(FORMAT);
            return digest.digest(mac.doFinal(payload));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has HMAC with SHA-256", e);
        }
    }

    public static byte[] node(byte[] left, byte[] right) {
        var digest = sha256();
        digest.update(NODE);
        digest.update(left);
        return digest.digest(right);
    }

    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
