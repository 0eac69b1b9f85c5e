package org.allodium.evidence.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.allodium.evidence.RandomReceipts;
import org.allodium.kernel.Database;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Ids;
import org.allodium.kernel.Refused;
import org.allodium.tenancy.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a reading costs the database.
class ReadingsTest {
    private static final UUID TENANT = UUID.randomUUID();

    @TempDir static Path home;
    private static TestDatabase database;
    private static Readings readings;

    @BeforeAll
    static void open() {
        database = TestDatabase.fresh();
        var key = SigningKey.open(home.resolve("key.json"));
        readings = new Readings(database.counted(database.app()), () -> key, Clock.systemUTC());
    }

    @AfterAll
    static void close() {
        database.close();
    }

    /// Many readers may wait at once for a log that is behind.
    @Test
    void whoeverWaitsAsksMoreAndMoreSeldom() {
        var sealing = new Sealing();
        var receipt = sealing.seal(new RandomReceipts(1, Instant.now()).next());
        Database.over(database.platform())
                .useTransaction(handle -> sealing.keep(handle, 1, 0, List.of(receipt)));
        int before = database.statements();
        assertThatThrownBy(() -> readings.find(receipt.tenant(), receipt.id()))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.OVERLOADED));
        assertThat(database.statements() - before).isBetween(20, 70);
    }

    @Test
    void anUnknownIdIsLookedForOnceInEachTableAndAmongThoseAway() {
        int before = database.statements();
        assertThat(readings.find(TENANT, id(Clock.systemUTC()))).isEmpty();
        assertThat(database.statements() - before).isEqualTo(6);
    }

    @Test
    void anIdIsLookedForInTheMonthsAfterIt() {
        var id = id(Clock.systemUTC());
        var key = RowKey.of(id);
        var months =
                Database.over(database.app())
                        .inTransactionOf(
                                TENANT,
                                handle -> {
                                    for (var window : key.windows(Instant.now())) {
                                        SealedReceiptTable.find(handle, key, id, window);
                                        ReceiptTable.find(handle, TENANT, id, window);
                                    }
                                    return handle.createQuery(
                                                    "select c.relname from pg_locks l join pg_class c"
                                                            + " on c.oid = l.relation"
                                                            + " where l.pid = pg_backend_pid()"
                                                            + " and c.relname ~ 'receipt_20.._..$'")
                                            .mapTo(String.class)
                                            .list();
                                });
        assertThat(months).hasSizeBetween(2, 6);
    }

    @Test
    void noTimeIsLookedAtTwiceAndNoneAfterTheRequestLeftOut() {
        var now = Instant.parse("2027-03-01T00:00:00Z");
        var begun = Instant.parse("2026-12-01T00:00:00Z");
        assertThat(RowKey.of(id(Clock.fixed(begun, java.time.ZoneOffset.UTC))).windows(now))
                .containsExactly(
                        new RowKey.Window(
                                begun.minus(Duration.ofDays(1)), begun.plus(Duration.ofDays(31))),
                        new RowKey.Window(
                                begun.plus(Duration.ofDays(31)), now.plus(Duration.ofDays(1))));
        assertThat(RowKey.of(id(Clock.fixed(now, java.time.ZoneOffset.UTC))).windows(now))
                .hasSize(1);
        assertThat(RowKey.of("rcpt_1").windows(now))
                .singleElement()
                .satisfies(always -> assertThat(always.from()).isEqualTo(Instant.EPOCH));
    }

    private static String id(Clock clock) {
        return "chatcmpl-" + Ids.timeOrdered(clock).toString().replace("-", "");
    }
}
