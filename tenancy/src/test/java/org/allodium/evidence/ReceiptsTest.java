package org.allodium.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.allodium.evidence.internal.SigningKey;
import org.allodium.tenancy.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReceiptsTest {
    private static final UUID ONE = UUID.randomUUID();
    private static final UUID OTHER = UUID.randomUUID();
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00.123456Z");

    @TempDir static Path home;
    private static TestDatabase database;
    private static SigningKey key;
    private static Receipts receipts;

    @BeforeAll
    static void start() {
        database = TestDatabase.fresh();
        key = SigningKey.open(home.resolve("secrets/key.json"));
        receipts = new Receipts(key, database.app(), Clock.fixed(NOW, ZoneOffset.UTC));
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @Test
    void findsTheOwnReceiptAndNoOther() {
        var receipt = sign("rcpt_1", ONE);
        OldReceipts.append(database, List.of(receipt, sign("rcpt_2", OTHER)));
        assertThat(receipts.find(ONE, "rcpt_1")).contains(ProvenReceipt.of(receipt));
        assertThat(receipts.find(OTHER, "rcpt_1")).isEmpty();
        assertThat(receipts.find(ONE, "rcpt_2")).isEmpty();
        assertThat(receipts.find(ONE, "rcpt_unknown")).isEmpty();
    }

    @Test
    void nobodyChangesOrRemovesAReceipt() throws SQLException {
        for (var source : List.of(database.app(), database.platform())) {
            for (String sql :
                    List.of(
                            "update evidence.receipt set jws = 'x'",
                            "delete from evidence.receipt",
                            "truncate evidence.receipt",
                            "delete from evidence.receipt_2026_11")) {
                try (var connection = source.getConnection();
                        var statement = connection.createStatement()) {
                    assertThatThrownBy(() -> statement.execute(sql))
                            .isInstanceOf(SQLException.class)
                            .hasMessageContaining("permission denied");
                }
            }
        }
    }

    private static SignedReceipt sign(String id, UUID tenant) {
        return OldReceipts.sign(key, SampleReceipts.receipt(id, tenant), NOW);
    }
}
