package org.allodium.engine.internal.cache;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// Names what a page holds: the salt, all tokens before the page, and its own. It is a SHA-256, so
/// nobody can choose tokens that hit a page of another salt.
public record BlockKey(long a, long b, long c, long d) {
    private static final int BYTES = 32;

    public static BlockKey of(String salt) {
        return of(sha256().digest(salt.getBytes(StandardCharsets.UTF_8)));
    }

    public BlockKey then(long[] ids, int from, int to) {
        var bytes = ByteBuffer.allocate(BYTES + (to - from) * Long.BYTES);
        bytes.putLong(a).putLong(b).putLong(c).putLong(d);
        for (int i = from; i < to; i++) {
            bytes.putLong(ids[i]);
        }
        return of(sha256().digest(bytes.array()));
    }

    private static BlockKey of(byte[] digest) {
        var bytes = ByteBuffer.wrap(digest);
        return new BlockKey(bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
