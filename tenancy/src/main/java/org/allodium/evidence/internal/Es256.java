package org.allodium.evidence.internal;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Arrays;

/// ES256 (RFC 7518): ECDSA on P-256 with SHA-256, the signature being r and s, 32 bytes each.
///
/// INVARIANT: s is at most half the group's order. Of every signature (r, s) the twin (r, n − s)
/// would verify as well; by admitting the low one alone, one signature has one form, and a signed
/// text cannot be changed into another that still verifies.
public final class Es256 {
    private static final String ALGORITHM = "SHA256withECDSAinP1363Format";
    private static final BigInteger ORDER =
            new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);
    private static final BigInteger HALF = ORDER.shiftRight(1);
    private static final int HALF_LENGTH = 32;

    private Es256() {}

    public static byte[] sign(byte[] text, PrivateKey key) throws GeneralSecurityException {
        var signing = Signature.getInstance(ALGORITHM);
        signing.initSign(key);
        signing.update(text);
        byte[] signature = signing.sign();
        var s = s(signature);
        if (s.compareTo(HALF) > 0) {
            byte[] low = ORDER.subtract(s).toByteArray();
            Arrays.fill(signature, HALF_LENGTH, 2 * HALF_LENGTH, (byte) 0);
            // The number's bytes are right-aligned; a leading zero byte of the sign is left out.
            int from = Math.max(0, low.length - HALF_LENGTH);
            int length = low.length - from;
            System.arraycopy(low, from, signature, 2 * HALF_LENGTH - length, length);
        }
        return signature;
    }

    public static boolean verifies(byte[] text, byte[] signature, PublicKey key)
            throws GeneralSecurityException {
        if (signature.length != 2 * HALF_LENGTH || s(signature).compareTo(HALF) > 0) {
            return false;
        }
        var verifying = Signature.getInstance(ALGORITHM);
        verifying.initVerify(key);
        verifying.update(text);
        return verifying.verify(signature);
    }

    private static BigInteger s(byte[] signature) {
        return new BigInteger(1, signature, HALF_LENGTH, HALF_LENGTH);
    }
}
