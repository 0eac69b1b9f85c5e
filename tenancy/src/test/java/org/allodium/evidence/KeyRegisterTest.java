package org.allodium.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.JWKSet;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.allodium.evidence.ReceiptVerifier.Outcome;
import org.allodium.evidence.internal.CheckpointKey;
import org.allodium.evidence.internal.KeyRing;
import org.allodium.evidence.internal.LogName;
import org.allodium.evidence.internal.SigningKey;
import org.allodium.kernel.Database;
import org.allodium.kernel.Refused;
import org.allodium.tenancy.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyRegisterTest {
    private static final Instant START = Instant.parse("2026-11-28T12:00:00Z");

    @TempDir Path home;
    private final SettableClock clock = new SettableClock();
    private TestDatabase database;
    private Path file;
    private KeyRegister register;

    @BeforeEach
    void open() {
        database = TestDatabase.fresh();
        file = home.resolve("secrets/receipt-signing-key.json");
        register = new KeyRegister(file, clock);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aLostKeyIsNeverReplacedInSilence() throws Exception {
        var receipt = receipt(opened());
        Files.delete(file);
        assertThatThrownBy(this::opened)
                .isInstanceOf(Refused.class)
                .hasMessageContaining("is missing although receipts were signed with it")
                .hasMessageContaining("./allodium keys declare-lost");
        assertThatThrownBy(() -> on(c -> required(c))).hasMessageContaining("is missing");
        assertThat(file).doesNotExist();
        assertThat(verify(receipt)).isInstanceOf(Outcome.Valid.class);
    }

    @Test
    void anotherKeyInItsPlaceIsNoticedToo() throws Exception {
        opened();
        Files.delete(file);
        SigningKey.open(file);
        assertThatThrownBy(this::opened).hasMessageContaining("but the key in use is");
    }

    @Test
    void afterALossOldReceiptsVerifyAndSayThatTheirKeyWasLost() throws Exception {
        var old = receipt(opened());
        Files.delete(file);
        clock.now = START.plusSeconds(3600);
        on(c -> register.declareLost(c, KeyUse.RECEIPTS, "root", "the disk of node-1 burned"));
        var ring = opened();
        assertThat(verify(old))
                .isInstanceOfSatisfying(
                        Outcome.Valid.class,
                        valid -> {
                            assertThat(valid.key().lost()).isTrue();
                            assertThat(valid.key().until()).contains(clock.now);
                        });
        assertThat(verify(receipt(ring)))
                .isInstanceOfSatisfying(
                        Outcome.Valid.class,
                        valid -> {
                            assertThat(valid.key().kid()).isEqualTo(ring.current().id());
                            assertThat(valid.key().until()).isEmpty();
                        });
        assertThat(audited())
                .anyMatch(
                        line ->
                                line.contains("evidence.signing-key-declared-lost root")
                                        && line.contains("the disk of node-1 burned"));
    }

    /// Whoever finds a lost key could sign with it.
    @Test
    void aReceiptDatedAfterItsKeyWasLostIsNotValid() throws Exception {
        var ring = opened();
        var stolen = ring.current();
        Files.delete(file);
        on(c -> register.declareLost(c, KeyUse.RECEIPTS, "root", "stolen"));
        clock.now = START.plusSeconds(600);
        assertThat(verify(OldReceipts.sign(stolen, claims(clock.now), clock.now).jws()))
                .isInstanceOfSatisfying(
                        Outcome.Invalid.class,
                        invalid -> assertThat(invalid.reason()).contains("declared lost"));
    }

    @Test
    void rotationLetsTheNewKeySignAndKeepsTheOldOnePublished() throws Exception {
        var ring = opened();
        var receipts = new Receipts(ring, database.app(), clock);
        var old = receipt(ring);
        var oldId = ring.current().id();
        clock.now = START.plusSeconds(60);
        var newId = on(c -> register.rotate(c, KeyUse.RECEIPTS, "root", "yearly"));
        assertThat(receipts.jwks()).contains(oldId).contains(newId).doesNotContain("\"d\"");
        assertThat(ring.current().id()).isEqualTo(newId);
        assertThat(verify(old))
                .isInstanceOfSatisfying(
                        Outcome.Valid.class,
                        valid -> {
                            assertThat(valid.key().kid()).isEqualTo(oldId);
                            assertThat(valid.key().lost()).isFalse();
                        });
        assertThat(list()).extracting(KeyRecord::kid).containsExactly(newId, oldId);
        assertThat(opened().current().id()).isEqualTo(newId);
        assertThat(audited())
                .anyMatch(line -> line.startsWith("evidence.signing-key-rotated root"));
    }

    /// Killed between the database's commit and the file's replacement, or before both.
    @Test
    void aRotationThatWasCutOffIsFinishedOrForgotten() throws Exception {
        opened();
        var next = file.resolveSibling(file.getFileName() + ".next");
        var old = Files.readString(file);
        var newId = on(c -> register.rotate(c, KeyUse.RECEIPTS, "root", "yearly"));
        Files.move(file, next);
        Files.writeString(file, old);
        on(c -> required(c));
        assertThat(opened().current().id()).isEqualTo(newId);
        SigningKey.open(next);
        assertThat(opened().current().id()).isEqualTo(newId);
        assertThat(next).doesNotExist();
    }

    @Test
    void aKeyThatIsThereCannotBeDeclaredLost() throws Exception {
        opened();
        assertThatThrownBy(() -> on(c -> register.declareLost(c, KeyUse.RECEIPTS, "root", "x")))
                .hasMessageContaining("is not lost")
                .hasMessageContaining("keys rotate");
        assertThat(list()).hasSize(1);
    }

    /// Data folders from before there was a register.
    @Test
    void theKeyOfAnOlderFolderIsEnteredWithTheTimeOfItsFirstReceipt() throws Exception {
        var key = SigningKey.open(file);
        append(OldReceipts.sign(key, claims(START), START));
        clock.now = START.plus(30, ChronoUnit.DAYS);
        assertThat(opened().current().id()).isEqualTo(key.id());
        assertThat(list().getFirst().since()).isEqualTo(START);
    }

    @Test
    void anOlderFolderWhoseKeyIsLostIsRefusedAndDeclared() throws Exception {
        var key = SigningKey.open(file);
        var receipt = OldReceipts.sign(key, claims(START), START);
        append(receipt);
        Files.createDirectories(SigningKey.published(file).getParent());
        Files.writeString(SigningKey.published(file), key.jwks());
        Files.delete(file);
        assertThatThrownBy(() -> on(c -> required(c))).hasMessageContaining("is missing");
        assertThatThrownBy(this::opened).hasMessageContaining("is missing");
        assertThat(file).doesNotExist();
        on(c -> register.declareLost(c, KeyUse.RECEIPTS, "root", "no backup"));
        opened();
        assertThat(verify(receipt.jws())).isInstanceOf(Outcome.Valid.class);
        assertThat(JWKSet.parse(Files.readString(SigningKey.published(file))).size())
                .as("with that of the checkpoints")
                .isEqualTo(3);
    }

    @Test
    void theCheckpointsHaveAKeyOfTheirOwnThatIsNeverReplacedInSilence() throws Exception {
        opened();
        var checkpoints = KeyUse.CHECKPOINTS.file(file);
        assertThat(list(KeyUse.CHECKPOINTS))
                .singleElement()
                .satisfies(key -> assertThat(key.jwk()).get().asString().contains("Ed25519"));
        Files.delete(checkpoints);
        assertThatThrownBy(this::opened)
                .hasMessageContaining("checkpoint-signing-key.json is missing")
                .hasMessageContaining("./allodium keys declare-lost --key checkpoints");
        assertThatThrownBy(() -> on(c -> required(c))).hasMessageContaining("is missing");
        assertThat(checkpoints).doesNotExist();
        var lost = list(KeyUse.CHECKPOINTS).getFirst().kid();
        var found = on(c -> register.declareLost(c, KeyUse.CHECKPOINTS, "root", "the disk burned"));
        opened();
        assertThat(list(KeyUse.CHECKPOINTS))
                .extracting(KeyRecord::kid)
                .containsExactly(found, lost);
        assertThat(CheckpointKey.open(checkpoints).id()).isEqualTo(found);
        assertThat(list()).as("the receipts' key stays").hasSize(1);
        var published = JWKSet.parse(Files.readString(SigningKey.published(file)));
        assertThat(published.getKeyByKeyId(lost).getKeyRevocation()).isNotNull();
    }

    @Test
    void theCheckpointsKeyRotatesAndIsFinishedWhenCutOff() throws Exception {
        opened();
        var checkpoints = KeyUse.CHECKPOINTS.file(file);
        var old = Files.readString(checkpoints);
        var oldId = CheckpointKey.open(checkpoints).id();
        var newId = on(c -> register.rotate(c, KeyUse.CHECKPOINTS, "root", "yearly"));
        assertThat(CheckpointKey.open(checkpoints).id()).isEqualTo(newId);
        Files.move(checkpoints, checkpoints.resolveSibling(checkpoints.getFileName() + ".next"));
        Files.writeString(checkpoints, old);
        on(c -> required(c));
        opened();
        assertThat(CheckpointKey.open(checkpoints).id()).isEqualTo(newId);
        assertThat(list(KeyUse.CHECKPOINTS))
                .extracting(KeyRecord::kid)
                .containsExactly(newId, oldId);
        assertThat(audited())
                .anyMatch(
                        line ->
                                line.startsWith("evidence.signing-key-rotated root")
                                        && line.contains(oldId));
    }

    /// From before there was a log, with receipts and a register.
    @Test
    void anInstallationThatUpgradesGetsItsCheckpointKeyAtTheFirstStart() throws Exception {
        receipt(opened());
        Files.delete(KeyUse.CHECKPOINTS.file(file));
        asOwner(
                "delete from evidence.signing_key_act a using evidence.signing_key k"
                        + " where a.kid = k.kid and k.purpose = 'CHECKPOINTS'",
                "delete from evidence.signing_key where purpose = 'CHECKPOINTS'",
                "alter table evidence.signing_key drop column purpose",
                "drop table evidence.log_head");
        on(c -> required(c));
        assertThat(list()).as("an older form can be read").hasSize(1);
        asOwner(
                "alter table evidence.signing_key add column purpose text not null"
                        + " default 'RECEIPTS'");
        opened();
        assertThat(KeyUse.CHECKPOINTS.file(file)).exists();
        assertThat(list(KeyUse.CHECKPOINTS)).hasSize(1);
        assertThat(list()).hasSize(1);
    }

    /// Whoever checks the log with a tool of C2SP gives it this text.
    @Test
    void theCheckpointsKeyIsPublishedUnderTheLogsNameToo() throws Exception {
        on(
                c -> {
                    LogName.establish(Database.on(c), Optional.of("log.example/one"));
                    return true;
                });
        var ring = opened();
        assertThat(ring.jwks())
                .contains("\"c2sp_verifier_key\":\"log.example/one+")
                .contains("\"crv\":\"Ed25519\"")
                .doesNotContain("\"d\"");
    }

    private void asOwner(String... statements) throws SQLException {
        try (var connection = database.owner().getConnection();
                var statement = connection.createStatement()) {
            for (var sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @Test
    void nobodyChangesWhatBecameOfAKey() throws Exception {
        opened();
        for (String sql :
                List.of(
                        "update evidence.signing_key_act set reason = 'x'",
                        "delete from evidence.signing_key_act",
                        "update evidence.signing_key set jwk = null",
                        "delete from evidence.signing_key")) {
            assertThatThrownBy(
                            () ->
                                    on(
                                            c -> {
                                                try (var statement = c.createStatement()) {
                                                    return statement.execute(sql);
                                                }
                                            }))
                    .hasMessageContaining("permission denied");
        }
    }

    private interface Work<T> {
        T in(Connection connection) throws SQLException;
    }

    private <T> T on(Work<T> work) throws SQLException {
        try (var connection = database.platform().getConnection()) {
            return work.in(connection);
        }
    }

    private boolean required(Connection connection) throws SQLException {
        register.requirePresent(connection);
        return true;
    }

    private KeyRing opened() throws SQLException {
        return on(c -> new KeyRing(register.open(c), file));
    }

    private List<KeyRecord> list() throws SQLException {
        return list(KeyUse.RECEIPTS);
    }

    private List<KeyRecord> list(KeyUse use) throws SQLException {
        return on(KeyRegister::list).stream().filter(key -> key.use() == use).toList();
    }

    private String receipt(KeyRing ring) {
        var receipt = OldReceipts.sign(ring.current(), claims(clock.now), clock.now);
        append(receipt);
        return receipt.jws();
    }

    private void append(SignedReceipt receipt) {
        OldReceipts.append(database, List.of(receipt));
    }

    private static Receipt claims(Instant time) {
        return SampleReceipts.receipt("rcpt_" + UUID.randomUUID(), UUID.randomUUID(), time);
    }

    private Outcome verify(String jws) throws Exception {
        return ReceiptVerifier.verify(
                jws.getBytes(StandardCharsets.UTF_8), Files.readString(SigningKey.published(file)));
    }

    private List<String> audited() throws SQLException {
        return on(
                c -> {
                    try (var statement = c.createStatement();
                            var rows =
                                    statement.executeQuery(
                                            "select act || ' ' || actor || ' ' || details from tenancy.audit_entry")) {
                        var lines = new java.util.ArrayList<String>();
                        while (rows.next()) {
                            lines.add(rows.getString(1));
                        }
                        return lines;
                    }
                });
    }

    private static final class SettableClock extends Clock {
        Instant now = START;

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
