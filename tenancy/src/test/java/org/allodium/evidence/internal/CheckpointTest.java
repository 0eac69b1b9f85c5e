package org.allodium.evidence.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import org.allodium.evidence.Bytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {
    private static final String SEED = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    private static final String VERIFIER =
            "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

    /// Key and note with which Go's package for notes tests itself.
    @Test
    void keysAndSignaturesAreThoseOfOtherImplementations() throws Exception {
        byte[] publicKey = untyped(VERIFIER.substring(VERIFIER.lastIndexOf('+') + 1));
        var key = new NoteKey("PeterNeumann", Bytes.of(publicKey));
        assertThat(key.text()).isEqualTo(VERIFIER);
        byte[] text =
                """
                If you think cryptography is the answer to your problem,
                then you don't know what your problem is.
                """
                        .getBytes(StandardCharsets.UTF_8);
        byte[] signature = Ed25519.sign(text, Ed25519.privateKey(untyped(SEED)));
        byte[] line = Arrays.copyOf(key.id(), 68);
        System.arraycopy(signature, 0, line, 4, 64);
        assertThat(Base64.getEncoder().encodeToString(line))
                .isEqualTo(
                        "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=");
        assertThat(Ed25519.verifies(text, signature, publicKey)).isTrue();
        text[0]++;
        assertThat(Ed25519.verifies(text, signature, publicKey)).isFalse();
    }

    /// The one in the specification.
    @Test
    void readsACheckpointOfAnotherLog() {
        var signed =
                Checkpoint.read(
                                """
                                example.com/behind-the-sofa
                                20852163
                                CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

                                — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
                                """)
                        .orElseThrow();
        assertThat(signed.checkpoint().origin()).isEqualTo("example.com/behind-the-sofa");
        assertThat(signed.checkpoint().size()).isEqualTo(20_852_163);
    }

    @Test
    void whatIsSignedIsReadAndVerifiesWithItsKeyAlone(@TempDir Path home) {
        var key = CheckpointKey.open(home.resolve("one.json"));
        var another = CheckpointKey.open(home.resolve("another.json"));
        var checkpoint = new Checkpoint("log.example/ä", 7, Bytes.of(new byte[32]));
        var signed = Checkpoint.read(checkpoint.signedWith(key)).orElseThrow();
        assertThat(signed.checkpoint()).isEqualTo(checkpoint);
        assertThat(signed.isSignedBy(key.named("log.example/ä"))).isTrue();
        assertThat(signed.isSignedBy(key.named("log.example/a"))).isFalse();
        assertThat(signed.isSignedBy(another.named("log.example/ä"))).isFalse();
        assertThat(CheckpointKey.open(home.resolve("one.json")).id()).isEqualTo(key.id());
    }

    @Test
    void anyOtherFormIsRefused(@TempDir Path home) {
        var note =
                new Checkpoint("log.example", 10, Bytes.of(new byte[32]))
                        .signedWith(CheckpointKey.open(home.resolve("one.json")));
        assertThat(Checkpoint.read(note)).isPresent();
        for (var changed :
                new String[] {
                    note.substring(0, note.length() - 1),
                    note + "\n",
                    note.replace("\n10\n", "\n010\n"),
                    note.replace("\n10\n", "\n-10\n"),
                    note.replace("\n10\n", "\n99999999999999999999\n"),
                    note.replace("A=\n", "B=\n"),
                    note.replace("— log.example", "— log.example2"),
                    note.replace("— ", "- "),
                    note.replace("\n\n", "\nan extension\n\n"),
                    note.replace("\n", "\r\n"),
                    ""
                }) {
            assertThat(Checkpoint.read(changed)).as(changed).isEmpty();
        }
    }

    private static byte[] untyped(String base64) {
        byte[] typed = Base64.getDecoder().decode(base64);
        return Arrays.copyOfRange(typed, 1, typed.length);
    }
}
