package org.allodium.serving.internal.answers;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.kernel.SecretFile;

/// Encrypts what is kept of answers, with AES-256 in GCM by a key of the installation. The key lies
/// in a file beside the other secrets and is made where there is none: whoever loses it loses
/// answers of one day, which their receipts outlive.
public final class AnswerSeal {
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecureRandom random = new SecureRandom();
    private final SecretKeySpec key;

    private AnswerSeal(byte[] key) {
        this.key = new SecretKeySpec(key, "AES");
    }

    public static AnswerSeal open(Path file) {
        try {
            if (!Files.exists(file)) {
                make(file);
            }
            var bytes = Files.readAllBytes(file);
            if (bytes.length != KEY_BYTES) {
                throw Refused.of(ErrorCode.SERVER_ERROR, "serving.seal-damaged", file);
            }
            return new AnswerSeal(bytes);
        } catch (IOException e) {
            throw Refused.of(ErrorCode.SERVER_ERROR, "serving.seal-unusable").because(e);
        }
    }

    private static void make(Path file) throws IOException {
        var key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        SecretFile.make(file, key);
    }

    /// `place` says where the text belongs: elsewhere it does not open.
    public byte[] seal(byte[] text, String place) {
        var nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            var sealed = cipher(Cipher.ENCRYPT_MODE, nonce, place).doFinal(text);
            return ByteBuffer.allocate(NONCE_BYTES + sealed.length).put(nonce).put(sealed).array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has AES in GCM", e);
        }
    }

    /// Empty when it was sealed by another key or for another place, or changed since.
    public Optional<byte[]> open(byte[] sealed, String place) {
        var nonce = new byte[NONCE_BYTES];
        try {
            var in = ByteBuffer.wrap(sealed).get(nonce);
            var rest = new byte[in.remaining()];
            in.get(rest);
            return Optional.of(cipher(Cipher.DECRYPT_MODE, nonce, place).doFinal(rest));
        } catch (GeneralSecurityException | BufferUnderflowException e) {
            return Optional.empty();
        }
    }

    private Cipher cipher(int mode, byte[] nonce, String place) throws GeneralSecurityException {
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(place.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
