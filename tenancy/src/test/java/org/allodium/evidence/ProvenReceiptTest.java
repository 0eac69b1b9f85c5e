package org.allodium.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.allodium.evidence.ReceiptVerifier.Outcome;
import org.allodium.evidence.internal.CheckpointKey;
import org.allodium.kernel.Database;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.tenancy.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// Receipts from their writing to the check of the document that somebody was given.
class ProvenReceiptTest {
    private static final Clock CLOCK = Clock.systemUTC();
    private static final long RUN = 42;

    @TempDir static Path home;
    private static TestDatabase database;
    private static RunningLog log;
    private static List<SealedReceipt> sealed;

    @BeforeAll
    static void start() {
        database = TestDatabase.fresh();
        log = RunningLog.over(database, keyFile(), CLOCK);
        var random = new RandomReceipts(7);
        sealed = IntStream.range(0, 600).mapToObj(_ -> log.receipts().seal(random.next())).toList();
        keep(log, RUN, sealed.subList(0, 300));
        keep(log, RUN, sealed.subList(300, 600));
    }

    @AfterAll
    static void close() {
        log.close();
        database.close();
    }

    @Test
    void everyReceiptIsFoundAndVerifiesOffline() throws Exception {
        for (int at = 0; at < sealed.size(); at += 7) {
            var receipt = find(sealed.get(at));
            assertThat(receipt.payload()).isEqualTo(sealed.get(at).payload());
            var place = at;
            assertThat(verify(receipt.document()))
                    .isInstanceOfSatisfying(
                            Outcome.Valid.class,
                            valid -> {
                                assertThat(valid.receiptId()).isEqualTo(receipt.id());
                                var found = valid.place().orElseThrow();
                                assertThat(found.origin()).isEqualTo(RunningLog.ORIGIN);
                                assertThat(found.index()).isEqualTo(place);
                                assertThat(found.size()).isGreaterThan(place);
                                assertThat(found.reading()).isPresent();
                                assertThat(valid.key().kid()).isEqualTo(checkpointKey().id());
                            });
        }
    }

    @Test
    void theDocumentHasReceiptSaltPathAndCheckpoint() {
        var receipt = find(sealed.get(3));
        var document = JsonMapper.shared().readTree(receipt.document());
        assertThat(document.propertyNames())
                .containsExactly("id", "object", "receipt", "proof", "jws");
        assertThat(document.required("proof").propertyNames())
                .containsExactly("salt", "index", "path", "checkpoint");
        assertThat(document.required("receipt").required("version").intValue()).isEqualTo(3);
        assertThat(document.at("/proof/checkpoint").stringValue())
                .startsWith(RunningLog.ORIGIN + "\n" + receipt.place().orElseThrow().size());
    }

    @Test
    void anyChangedByteMakesItInvalid() throws Exception {
        byte[] file = find(sealed.get(5)).document().getBytes(StandardCharsets.UTF_8);
        var keys = log.receipts().jwks();
        assertThat(ReceiptVerifier.verify(file, keys)).isInstanceOf(Outcome.Valid.class);
        for (int position = 0; position < file.length; position++) {
            byte right = file[position];
            int flip = position % 2 == 0 ? 1 : 32;
            file[position] = (byte) (right ^ flip);
            assertThat(ReceiptVerifier.verify(file, keys))
                    .as("byte %d xor %d", position, flip)
                    .isInstanceOf(Outcome.Invalid.class);
            file[position] = right;
        }
    }

    @Test
    void addedMissingAndRearrangedPartsMakeItInvalid() {
        var document = find(sealed.get(5)).document();
        for (var changed :
                List.of(
                        document + "\n",
                        " " + document,
                        document.replace(",\"proof\":", ", \"proof\":"),
                        document.replace("\"index\":5", "\"index\":5.0"),
                        document.replace("\"index\":5", "\"index\":05"),
                        document.replace("\"index\":5", "\"x\":0,\"index\":5"),
                        document.replace("\"path\":[", "\"path\":[\"" + "A".repeat(43) + "=\","),
                        document.replaceFirst("\"path\":\\[\"[^\"]*\",", "\"path\":["),
                        document.replace("\\n\"}", "\\n\\n\"}"),
                        document.replaceFirst("\"salt\":\"[^\"]*\"", "\"salt\":\"\""),
                        document.replaceFirst("\"proof\":\\{.*\\}", "\"proof\":{}"))) {
            assertThat(changed).isNotEqualTo(document);
            assertThat(verify(changed)).as(changed).isInstanceOf(Outcome.Invalid.class);
        }
    }

    @Test
    void theSignatureAloneProvesNothing() {
        var receipt = find(sealed.get(9));
        for (var text :
                List.of(
                        receipt.jws(),
                        ReceiptDocument.render(
                                receipt.id(),
                                receipt.payload(),
                                Optional.empty(),
                                Optional.of(receipt.jws())))) {
            assertThat(verify(text))
                    .isInstanceOfSatisfying(
                            Outcome.Invalid.class,
                            invalid -> assertThat(invalid.reason()).contains("proof is missing"));
        }
    }

    /// Or a receipt would have two texts.
    @Test
    void theProofAloneIsNotTheWholeReceipt() {
        var receipt = find(sealed.get(9));
        for (var part : List.of("", ",\"jws\":null", ",\"jws\":\"\"", ",\"jws\":\"..\"")) {
            var without = receipt.document().replaceFirst(",\"jws\":\"[^\"]*\"", part);
            assertThat(without).isNotEqualTo(receipt.document());
            assertThat(verify(without)).as(part).isInstanceOf(Outcome.Invalid.class);
        }
        var without = receipt.document().replaceFirst(",\"jws\":\"[^\"]*\"", "");
        assertThat(verify(without))
                .isInstanceOfSatisfying(
                        Outcome.Invalid.class,
                        invalid -> assertThat(invalid.reason()).contains("signature is missing"));
    }

    @Test
    void anothersSignatureMakesItInvalid() {
        var one = find(sealed.get(10));
        var other = find(sealed.get(11));
        assertThat(verify(one.document().replace(one.jws(), other.jws())))
                .isInstanceOf(Outcome.Invalid.class);
    }

    @Test
    void itIsSignedWhenItIsFirstReadAndStaysAsItIs() throws Exception {
        var before = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        var first = find(sealed.get(20));
        var header = JWSObject.parse(first.jws()).getHeader();
        long at = (Long) header.getCustomParam("iat");
        assertThat(Instant.ofEpochSecond(at)).isBetween(before, Instant.now());
        assertThat(find(sealed.get(20))).isEqualTo(first);
        assertThat(first.place().orElseThrow().firstRead().getEpochSecond()).isEqualTo(at);
    }

    @Test
    void manyFirstReadersGetOneSignature() {
        var found =
                Stream.generate(() -> sealed.get(21))
                        .limit(40)
                        .parallel()
                        .map(ProvenReceiptTest::find)
                        .distinct()
                        .toList();
        assertThat(found).hasSize(1);
    }

    @Test
    void anothersReceiptDoesNotExist() {
        assertThat(log.receipts().find(UUID.randomUUID(), sealed.get(1).id())).isEmpty();
        var tenant = sealed.get(1).tenant();
        assertThat(log.receipts().find(tenant, sealed.get(1).id() + "0")).isEmpty();
        assertThat(log.receipts().find(tenant, sealed.get(1).id().replace("chatcmpl-", "cmpl-")))
                .isEmpty();
    }

    /// The tree takes a row for what it was when it was sealed.
    @Test
    void aRowThatWasChangedIsNotGivenOut() throws SQLException {
        var receipt = sealed.get(33);
        var key =
                UUID.fromString(
                        receipt.id()
                                .replaceFirst(
                                        "chatcmpl-(.{8})(.{4})(.{4})(.{4})(.{12})",
                                        "$1-$2-$3-$4-$5"));
        try (var connection = database.owner().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("alter table evidence.sealed_receipt no force row level security");
            assertThat(
                            statement.executeUpdate(
                                    "update evidence.sealed_receipt set salt = decode('"
                                            + "00".repeat(16)
                                            + "', 'hex') where key = '"
                                            + key
                                            + "'"))
                    .isEqualTo(1);
        }
        assertThatThrownBy(() -> find(receipt))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.SERVER_ERROR));
        try (var connection = database.owner().getConnection();
                var statement = connection.createStatement()) {
            statement.execute(
                    "update evidence.sealed_receipt set body = '\\xffff' where key = '"
                            + key
                            + "'");
        }
        assertThatThrownBy(() -> find(receipt)).hasMessageContaining("cannot be read");
    }

    @Test
    void whileTheLogWaitsAReaderIsToldToTryAgain() {
        var waiting = TestDatabase.fresh();
        try (var stopped = RunningLog.stopped(waiting, keyFile(), CLOCK)) {
            var receipt = sealed.getFirst();
            keep(waiting, stopped, RUN, List.of(receipt));
            assertThatThrownBy(() -> stopped.receipts().find(receipt.tenant(), receipt.id()))
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refused -> {
                                assertThat(refused.english()).contains("try again");
                                assertThat(refused.retryAfter()).contains(Duration.ofSeconds(1));
                            });
        } finally {
            waiting.close();
        }
    }

    @Test
    void aCheckpointOfAnUnknownOrEarlierKeyIsRefused() throws Exception {
        var document = find(sealed.get(40)).document();
        var keys = log.receipts().jwks();
        var stranger = CheckpointKey.open(home.resolve("stranger.json")).publicJwk();
        assertThat(ReceiptVerifier.verify(bytes(document), "{\"keys\":[" + stranger + "]}"))
                .isInstanceOfSatisfying(
                        Outcome.Invalid.class,
                        invalid -> assertThat(invalid.reason()).contains("No published key"));
        // Ended long before the receipt was written.
        var ended = keys.replaceAll("\"nbf\":\\d+", "\"exp\":1700000000");
        assertThat(ReceiptVerifier.verify(bytes(document), ended))
                .isInstanceOfSatisfying(
                        Outcome.Invalid.class,
                        invalid -> assertThat(invalid.reason()).contains("dated after its key"));
    }

    /// Ten bytes of one thing for ten of another must not have one leaf.
    @Test
    void theSaltHasOneLength() {
        var receipt = find(sealed.get(50));
        var salt = receipt.place().orElseThrow().proof().salt();
        var longer = new byte[17];
        System.arraycopy(salt.toArray(), 0, longer, 0, 16);
        var changed =
                receipt.document()
                        .replace(salt.base64(), Base64.getEncoder().encodeToString(longer));
        assertThat(verify(changed)).isInstanceOf(Outcome.Invalid.class);
    }

    private static ProvenReceipt find(SealedReceipt receipt) {
        return log.receipts().find(receipt.tenant(), receipt.id()).orElseThrow();
    }

    private static Outcome verify(String text) {
        return ReceiptVerifier.verify(bytes(text), log.receipts().jwks());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static CheckpointKey checkpointKey() {
        assertThat(Files.exists(KeyUse.CHECKPOINTS.file(keyFile()))).isTrue();
        return CheckpointKey.open(KeyUse.CHECKPOINTS.file(keyFile()));
    }

    private static Path keyFile() {
        return home.resolve("secrets/receipt-signing-key.json");
    }

    private static void keep(RunningLog log, long run, List<SealedReceipt> receipts) {
        keep(database, log, run, receipts);
    }

    private static void keep(
            TestDatabase into, RunningLog log, long run, List<SealedReceipt> receipts) {
        long first = sealed.indexOf(receipts.getFirst());
        Database.over(into.platform())
                .useTransaction(handle -> log.receipts().keep(handle, run, first, receipts));
        log.receipts().kept(run, first, receipts);
    }
}
