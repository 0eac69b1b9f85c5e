package org.allodium.evidence.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.allodium.kernel.Database;
import org.allodium.tenancy.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LogNameTest {
    private TestDatabase database;

    @BeforeEach
    void open() {
        database = TestDatabase.fresh();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void isGivenOnceAndStays() {
        assertThat(establish(Optional.of("log.example/one"))).isEqualTo("log.example/one");
        assertThat(establish(Optional.empty())).isEqualTo("log.example/one");
        assertThat(establish(Optional.of("log.example/one"))).isEqualTo("log.example/one");
        assertThatThrownBy(() -> establish(Optional.of("log.example/two")))
                .hasMessageContaining("is called log.example/one for good");
    }

    @Test
    void isMadeUpWhereNobodyGaveOne() {
        assertThat(establish(Optional.empty())).matches("allodium/[\\w-]{11}");
    }

    @Test
    void isOneThatKeysCanHave() {
        for (var name : new String[] {"a b", "a+b", "", "a\nb", "a\u00a0b", "a".repeat(201)}) {
            assertThatThrownBy(() -> establish(Optional.of(name)))
                    .as(name)
                    .hasMessageContaining("cannot be the log's name");
        }
    }

    private String establish(Optional<String> configured) {
        return Database.over(database.platform())
                .inTransaction(
                        handle -> {
                            LogName.establish(handle, configured);
                            return LogTable.origin(handle).orElseThrow();
                        });
    }
}
