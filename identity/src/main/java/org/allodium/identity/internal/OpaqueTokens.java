package org.allodium.identity.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.regex.Pattern;
import org.allodium.kernel.Ids;

/// Makes, recognises and hashes opaque tokens: random text that only its holder may know, such as a
/// key or the code of an invitation. The hash is a plain SHA-256 on purpose: a slow, salted hash
/// makes guessing a password dear, but 256 random bits cannot be guessed at any speed, and every
/// request would pay for it.
public final class OpaqueTokens {
    static final String KEY_MARK = "sk-alo-";
    private static final int RANDOM_BYTES = 32;
    private static final int SHOWN = 11;
    private static final Pattern KEY = Pattern.compile(KEY_MARK + "[A-Za-z0-9_-]{43}");

    private OpaqueTokens() {}

    public static String newKey() {
        return KEY_MARK + Ids.secret(RANDOM_BYTES);
    }

    public static String newCode() {
        return Ids.secret(RANDOM_BYTES);
    }

    public static boolean looksLikeKey(String text) {
        return KEY.matcher(text).matches();
    }

    /// What lists may show of a key, so that its owner knows it again.
    public static String prefix(String key) {
        return key.substring(0, SHOWN);
    }

    public static byte[] hash(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    /// In a time that tells nothing about where the two differ.
    static boolean same(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(US_ASCII), other.getBytes(US_ASCII));
    }
}
