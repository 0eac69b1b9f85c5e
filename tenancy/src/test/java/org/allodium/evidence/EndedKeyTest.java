package org.allodium.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.allodium.evidence.internal.Readings;
import org.allodium.evidence.internal.SigningKey;
import org.allodium.kernel.Database;
import org.allodium.kernel.Refused;
import org.allodium.tenancy.TestDatabase;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What signs asks the register in its own transaction: a file may hold a key that has ended.
class EndedKeyTest {
    @TempDir Path home;
    private final RandomReceipts random = new RandomReceipts(3, Instant.now());
    private TestDatabase database;
    private Path file;
    private RunningLog log;

    @BeforeEach
    void start() {
        database = TestDatabase.fresh();
        file = home.resolve("secrets/receipt-signing-key.json");
        log = RunningLog.over(database, file, Clock.systemUTC());
    }

    @AfterEach
    void close() {
        log.close();
        database.close();
    }

    /// As when an older backup of the secrets is put back beside a running server.
    @Test
    void noReceiptIsSignedWithAKeyThatHasEnded() throws Exception {
        var receipt = kept();
        var old = Files.readString(file);
        rotate(KeyUse.RECEIPTS);
        var present = Files.readString(file);
        put(file, old);
        assertThatThrownBy(() -> log.receipts().find(receipt.tenant(), receipt.id()))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("no key in use");
        assertThat(rows("evidence.first_reading")).isZero();
        put(file, present);
        assertThat(log.receipts().find(receipt.tenant(), receipt.id())).isPresent();
    }

    @Test
    void noCheckpointIsSignedWithAKeyThatHasEnded() throws Exception {
        var checkpoints = KeyUse.CHECKPOINTS.file(file);
        var old = Files.readString(checkpoints);
        rotate(KeyUse.CHECKPOINTS);
        var present = Files.readString(checkpoints);
        put(checkpoints, old);
        var receipt = kept();
        assertThatThrownBy(() -> log.receipts().find(receipt.tenant(), receipt.id()))
                .hasMessageContaining("not in the log yet");
        assertThat(rows("evidence.log_group")).isZero();
        put(checkpoints, present);
        assertThat(log.receipts().find(receipt.tenant(), receipt.id())).isPresent();
    }

    /// Or the signature could be younger than its key's end.
    @Test
    void aRotationWaitsForWhoeverIsSigning() {
        var receipt = kept();
        var key = SigningKey.open(file);
        var rotation = new CompletableFuture<Void>();
        var waited = new AtomicBoolean();
        var readings =
                new Readings(
                        database.app(),
                        () -> {
                            Thread.startVirtualThread(
                                    () -> {
                                        rotate(KeyUse.RECEIPTS);
                                        rotation.complete(null);
                                    });
                            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500));
                            waited.set(!rotation.isDone());
                            return key;
                        },
                        Clock.systemUTC());
        var found = readings.find(receipt.tenant(), receipt.id()).orElseThrow();
        assertThat(waited).isTrue();
        rotation.join();
        assertThat(found.place().orElseThrow().firstRead()).isBefore(endOf(key.id()));
    }

    /// Whose process stands still; everybody who signs would queue behind the rotation.
    @Test
    void aReaderThatIsHaltedHoldsUpNoRotation() {
        var receipt = kept();
        var key = SigningKey.open(file);
        var readings =
                new Readings(
                        database.app(),
                        () -> {
                            CompletableFuture.runAsync(() -> rotate(KeyUse.RECEIPTS))
                                    .orTimeout(20, TimeUnit.SECONDS)
                                    .join();
                            return key;
                        },
                        Clock.systemUTC());
        assertThatThrownBy(() -> readings.find(receipt.tenant(), receipt.id()))
                .isInstanceOf(JdbiException.class);
        assertThat(endOf(key.id())).isNotNull();
        assertThat(rows("evidence.first_reading")).isZero();
    }

    /// It is the key that is looked up late, not the time.
    @Test
    void theTimeOfAFirstReadingIsThatBeforeItsKeyWasTaken() {
        var receipt = kept();
        var taken = new CompletableFuture<Instant>();
        var readings =
                new Readings(
                        database.app(),
                        () -> {
                            taken.complete(Instant.now());
                            return SigningKey.open(file);
                        },
                        Clock.systemUTC());
        var found = readings.find(receipt.tenant(), receipt.id()).orElseThrow();
        assertThat(found.place().orElseThrow().firstRead().truncatedTo(ChronoUnit.MICROS))
                .isBeforeOrEqualTo(taken.join());
    }

    private SealedReceipt kept() {
        var receipt = log.receipts().seal(random.next());
        long run = Math.abs(receipt.id().hashCode());
        Database.over(database.platform())
                .useTransaction(handle -> log.receipts().keep(handle, run, 0, List.of(receipt)));
        log.receipts().kept(run, 0, List.of(receipt));
        return receipt;
    }

    private void rotate(KeyUse use) {
        Database.over(database.platform())
                .useHandle(
                        handle ->
                                new KeyRegister(file, Clock.systemUTC())
                                        .rotate(handle.getConnection(), use, "root", "yearly"));
    }

    private Instant endOf(String kid) {
        return Database.over(database.platform())
                .withHandle(handle -> KeyRegister.list(handle.getConnection()))
                .stream()
                .filter(key -> key.kid().equals(kid))
                .findFirst()
                .flatMap(KeyRecord::ending)
                .orElseThrow()
                .at();
    }

    private static void put(Path file, String content) throws Exception {
        var draft = file.resolveSibling("put");
        Files.writeString(draft, content);
        Files.move(draft, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }

    private long rows(String table) {
        return Database.over(database.platform())
                .withHandle(
                        handle ->
                                handle.createQuery("select count(*) from " + table)
                                        .mapTo(Long.class)
                                        .one());
    }
}
