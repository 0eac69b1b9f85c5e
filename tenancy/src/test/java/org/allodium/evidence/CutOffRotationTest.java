package org.allodium.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import org.allodium.evidence.internal.KeyPlace;
import org.allodium.evidence.internal.SigningKey;
import org.allodium.tenancy.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A rotation that was committed, and whose new key was not yet put in the old one's place.
class CutOffRotationTest {
    @TempDir Path home;
    private TestDatabase database;
    private Path file;
    private Path next;
    private KeyRegister register;
    private String inUse;

    @BeforeEach
    void cutOff() throws Exception {
        database = TestDatabase.fresh();
        file = home.resolve("secrets/receipt-signing-key.json");
        next = file.resolveSibling(file.getFileName() + ".next");
        register = new KeyRegister(file, Clock.systemUTC());
        on(register::open);
        var old = Files.readString(file);
        inUse = on(c -> register.rotate(c, KeyUse.RECEIPTS, "root", "yearly"));
        Files.move(file, next);
        Files.writeString(file, old);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void declaringALossFinishesItAndDeletesNoKeyInUse() throws Exception {
        assertThatThrownBy(() -> on(c -> register.declareLost(c, KeyUse.RECEIPTS, "root", "x")))
                .hasMessageContaining("is not lost");
        assertThat(SigningKey.open(file).id()).isEqualTo(inUse);
        assertThat(next).doesNotExist();
        assertThat(list()).hasSize(2);
    }

    @Test
    void theNextRotationFinishesItFirst() throws Exception {
        var third = on(c -> register.rotate(c, KeyUse.RECEIPTS, "root", "again"));
        assertThat(SigningKey.open(file).id()).isEqualTo(third);
        assertThat(list()).extracting(KeyRecord::kid).startsWith(third, inUse);
    }

    /// The key that would be put in place meanwhile waits for a commit that may never come.
    @Test
    void aKeyWhoseRotationIsNotCommittedIsPutNowhere() throws Exception {
        on(register::open);
        SigningKey.open(next);
        on(
                c -> {
                    register.follow(c, KeyUse.RECEIPTS);
                    return true;
                });
        assertThat(SigningKey.open(file).id()).isEqualTo(inUse);
    }

    @Test
    void itMayHaveBeenFinishedBySomebodyElse() throws Exception {
        on(register::open);
        new KeyPlace(KeyUse.RECEIPTS, file).takeNext();
        assertThat(SigningKey.open(file).id()).isEqualTo(inUse);
    }

    private interface Work<T> {
        T in(Connection connection) throws SQLException;
    }

    private <T> T on(Work<T> work) throws SQLException {
        try (var connection = database.platform().getConnection()) {
            return work.in(connection);
        }
    }

    private List<KeyRecord> list() throws SQLException {
        return on(KeyRegister::list).stream().filter(key -> key.use() == KeyUse.RECEIPTS).toList();
    }
}
