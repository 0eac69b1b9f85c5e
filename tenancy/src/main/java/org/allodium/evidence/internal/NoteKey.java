package org.allodium.evidence.internal;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.allodium.evidence.Bytes;

/// A public Ed25519 key by the name under which it signs notes (C2SP signed-note).
public record NoteKey(String name, Bytes publicKey) {
    private static final byte ED25519 = 1;
    static final int ID_LENGTH = 4;

    /// The first four bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key).
    byte[] id() {
        var digest = Hashes.sha256();
        digest.update(name.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) '\n');
        digest.update(ED25519);
        return Arrays.copyOf(digest.digest(publicKey.toArray()), ID_LENGTH);
    }

    /// As tools for C2SP take it: `name+id+key`.
    String text() {
        byte[] typed = new byte[1 + publicKey.length()];
        typed[0] = ED25519;
        System.arraycopy(publicKey.toArray(), 0, typed, 1, publicKey.length());
        return name
                + "+"
                + HexFormat.of().formatHex(id())
                + "+"
                + Base64.getEncoder().encodeToString(typed);
    }
}
