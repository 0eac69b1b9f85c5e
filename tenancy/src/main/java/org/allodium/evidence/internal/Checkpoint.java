package org.allodium.evidence.internal;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;
import org.allodium.evidence.Bytes;

/// The log at one size (C2SP tlog-checkpoint), as a note that the log alone has signed (C2SP
/// signed-note). Written in one form, and read in no other: lines of witnesses come beside it in a
/// text of their own.
public record Checkpoint(String origin, long size, Bytes root) {
    private static final Pattern SIGNED =
            Pattern.compile(
                    "(([^\\s+]{1,200})\\n(0|[1-9][0-9]{0,17})\\n([A-Za-z0-9+/]{43}=)\\n)\\n"
                            + "— ([^\\s+]{1,200}) ([A-Za-z0-9+/]{91}=)\\n",
                    Pattern.UNICODE_CHARACTER_CLASS);

    /// A checkpoint with its one signature, unverified.
    /// @param body what is signed
    /// @param signature four bytes of the key's id, and the signature
    public record Signed(Checkpoint checkpoint, String body, Bytes signature) {
        public boolean isSignedBy(NoteKey key) {
            byte[] bytes = signature.toArray();
            return key.name().equals(checkpoint.origin)
                    && Arrays.equals(Arrays.copyOf(bytes, NoteKey.ID_LENGTH), key.id())
                    && Ed25519.verifies(
                            body.getBytes(StandardCharsets.UTF_8),
                            Arrays.copyOfRange(bytes, NoteKey.ID_LENGTH, bytes.length),
                            key.publicKey().toArray());
        }
    }

    /// The whole note.
    String signedWith(CheckpointKey key) {
        byte[] signature = key.sign(body().getBytes(StandardCharsets.UTF_8));
        byte[] id = key.named(origin).id();
        byte[] all = Arrays.copyOf(id, id.length + signature.length);
        System.arraycopy(signature, 0, all, id.length, signature.length);
        return body() + "\n— " + origin + " " + Bytes.of(all).base64() + "\n";
    }

    private String body() {
        return origin + "\n" + size + "\n" + root.base64() + "\n";
    }

    /// Empty where it is not exactly what [#signedWith] writes.
    public static Optional<Signed> read(String note) {
        var parts = SIGNED.matcher(note);
        if (!parts.matches() || !parts.group(2).equals(parts.group(5))) {
            return Optional.empty();
        }
        var root = canonical(parts.group(4));
        var signature = canonical(parts.group(6));
        if (root.isEmpty() || signature.isEmpty()) {
            return Optional.empty();
        }
        var checkpoint = new Checkpoint(parts.group(2), Long.parseLong(parts.group(3)), root.get());
        return Optional.of(new Signed(checkpoint, parts.group(1), signature.get()));
    }

    /// The bytes of a base64 text, if it is the one text that encodes them.
    public static Optional<Bytes> canonical(String text) {
        try {
            return Optional.of(Bytes.of(Base64.getDecoder().decode(text)))
                    .filter(bytes -> bytes.base64().equals(text));
        } catch (IllegalArgumentException odd) {
            return Optional.empty();
        }
    }
}
