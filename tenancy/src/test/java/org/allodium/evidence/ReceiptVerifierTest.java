package org.allodium.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;
import java.util.function.BiPredicate;
import org.allodium.evidence.ReceiptVerifier.Outcome;
import org.allodium.evidence.internal.SigningKey;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

class ReceiptVerifierTest {
    private static final int[] FLIPS = {1, 2, 4, 8, 16, 32, 64, 128, 3, 0x55, 0xff};

    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private static final Instant SETTLED = Instant.parse("2026-11-23T12:00:00Z");

    @TempDir Path home;
    private SigningKey key;
    private Receipts receipts;

    @BeforeEach
    void open() {
        key = SigningKey.open(keyFile());
        receipts = receipts(key);
    }

    @Test
    void acceptsTheDocumentAndTheBareSignature() throws Exception {
        var receipt = sign();
        for (var text : new String[] {ProvenReceipt.of(receipt).document(), receipt.jws()}) {
            assertThat(verify(text))
                    .isInstanceOfSatisfying(
                            Outcome.Valid.class,
                            valid -> {
                                assertThat(valid.receiptId()).isEqualTo("rcpt_ä1");
                                assertThat(valid.key().kid())
                                        .isEqualTo(SigningKey.open(keyFile()).id());
                            });
        }
    }

    @Test
    void rejectsAChangeOfEachSingleByte() throws Exception {
        rejects((position, flip) -> position % FLIPS.length == flip);
    }

    @Test
    @Tag("long")
    void rejectsEveryChangeOfASingleByte() throws Exception {
        rejects((position, flip) -> true);
    }

    private void rejects(BiPredicate<Integer, Integer> tried) throws Exception {
        var receipt = sign();
        for (String text : new String[] {ProvenReceipt.of(receipt).document(), receipt.jws()}) {
            byte[] file = text.getBytes(StandardCharsets.UTF_8);
            for (int position = 0; position < file.length; position++) {
                byte right = file[position];
                for (int flip = 0; flip < FLIPS.length; flip++) {
                    if (tried.test(position, flip)) {
                        file[position] = (byte) (right ^ FLIPS[flip]);
                        assertThat(ReceiptVerifier.verify(file, receipts.jwks()))
                                .as("byte %d xor %d", position, FLIPS[flip])
                                .isInstanceOf(Outcome.Invalid.class);
                    }
                }
                file[position] = right;
            }
        }
    }

    /// All 64 characters in the last place of the signature: two bits of it carry nothing.
    @Test
    void rejectsEveryOtherLastCharacter() throws Exception {
        String jws = sign().jws();
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=";
        long accepted =
                alphabet.chars()
                        .mapToObj(c -> jws.substring(0, jws.length() - 1) + (char) c)
                        .filter(text -> verify(text) instanceof Outcome.Valid)
                        .count();
        assertThat(accepted).isEqualTo(1);
    }

    @Test
    void rejectsAddedAndMissingBytes() throws Exception {
        String document = ProvenReceipt.of(sign()).document();
        for (String changed :
                new String[] {
                    document + "\n",
                    " " + document,
                    document.substring(0, document.length() - 1),
                    document.replace(",\"object\"", ", \"object\""),
                    document.replace("{\"id\"", "{\"x\":1,\"id\""),
                    "",
                    "{}",
                    "null",
                    ".."
                }) {
            assertThat(verify(changed)).isInstanceOf(Outcome.Invalid.class);
        }
    }

    @Test
    void rejectsTheTwinSignature() throws Exception {
        var order =
                new BigInteger(
                        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);
        String jws = sign().jws();
        int dot = jws.lastIndexOf('.');
        byte[] signature = Base64.getUrlDecoder().decode(jws.substring(dot + 1));
        byte[] twin = order.subtract(new BigInteger(1, signature, 32, 32)).toByteArray();
        int length = Math.min(32, twin.length);
        System.arraycopy(twin, twin.length - length, signature, 64 - length, length);
        String changed = jws.substring(0, dot + 1) + BASE64.encodeToString(signature);
        assertThat(verifiesElsewhere(changed)).as("a library that knows no better").isTrue();
        assertThat(verify(changed)).isInstanceOf(Outcome.Invalid.class);
    }

    @Test
    void rejectsAnotherKeyOfTheSameName() throws Exception {
        var receipt = sign();
        var stranger = SigningKey.open(home.resolve("elsewhere/secrets/key.json"));
        String forged = OldReceipts.sign(stranger, claims(), SETTLED).jws();
        assertThat(verify(forged)).isInstanceOf(Outcome.Invalid.class);
        String renamed = stranger.jwks().replace(stranger.id(), SigningKey.open(keyFile()).id());
        assertThat(ReceiptVerifier.verify(bytes(receipt.jws()), renamed))
                .isInstanceOf(Outcome.Invalid.class);
    }

    @Test
    void everySignatureVerifiesWithAnotherLibraryToo() throws Exception {
        for (int i = 0; i < 50; i++) {
            assertThat(verifiesElsewhere(sign().jws())).isTrue();
        }
    }

    @Test
    void keepsTheKeyToItselfAndPublishesThePublicHalf() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keyFile())))
                .isEqualTo("rw-------");
        assertThat(Files.list(keyFile().getParent())).hasSize(1);
        String published = receipts.jwks();
        assertThat(published).doesNotContain("\"d\"");
        var key = JWKSet.parse(published).getKeys().getFirst();
        assertThat(key.getKeyID()).isEqualTo(key.computeThumbprint().toString());
    }

    private boolean verifiesElsewhere(String jws) throws Exception {
        var key = JWKSet.parse(receipts.jwks()).getKeys().getFirst().toECKey();
        return JWSObject.parse(jws).verify(new ECDSAVerifier(key));
    }

    private SignedReceipt sign() {
        return OldReceipts.sign(key, claims(), SETTLED);
    }

    private static Receipt claims() {
        return SampleReceipts.receipt("rcpt_ä1", UUID.randomUUID());
    }

    private Outcome verify(String text) {
        return ReceiptVerifier.verify(bytes(text), receipts.jwks());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Path keyFile() {
        return home.resolve("secrets/receipt-signing-key.json");
    }

    private static Receipts receipts(SigningKey key) {
        return new Receipts(key, new PGSimpleDataSource(), Clock.systemUTC());
    }
}
