package org.allodium.billing.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.UUID;
import org.allodium.kernel.Database;
import org.allodium.kernel.Money;
import org.jdbi.v3.core.HandleConsumer;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LedgerTest {
    private static final String NO_RIGHT = "42501";
    private static final String CHECK_VIOLATION = "23514";
    private static Bank bank;

    @BeforeAll
    static void open() {
        bank = new Bank();
        bank.grant(Bank.aTenant(), "10");
    }

    @AfterAll
    static void close() {
        Invariants.hold(bank);
        bank.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update billing.ledger_entry set amount = 1",
                "delete from billing.ledger_entry",
                "delete from billing.ledger_transaction",
                "truncate billing.ledger_entry",
                "update billing.usage_event set cost = 0",
                "delete from billing.usage_event",
                "update billing.usage_payment set amount = 1",
                "delete from billing.usage_payment",
                "update billing.grant_award set amount = 99",
                "update billing.price set input_per_million = 0",
                "delete from evidence.sealed_receipt"
            })
    void isOnlyEverAddedTo(String sql) {
        for (String role : List.of("platform", "app")) {
            assertThat(state(role, sql)).as(role).isEqualTo(NO_RIGHT);
        }
    }

    @Test
    void isHiddenFromTenants() {
        assertThat(state("app", "select * from billing.ledger_entry")).isEqualTo(NO_RIGHT);
        assertThat(state("app", "select * from billing.slot")).isEqualTo(NO_RIGHT);
    }

    @Test
    void refusesWhatDoesNotAddUp() {
        var id = UUID.randomUUID();
        assertThat(
                        state(
                                "platform",
                                transaction(id),
                                entry(id, 0, "a", "-1.000000000001", "EUR"),
                                entry(id, 1, "b", "1", "EUR")))
                .isEqualTo(CHECK_VIOLATION);
        assertThat(
                        state(
                                "platform",
                                transaction(id),
                                entry(id, 0, "a", "-1", "EUR"),
                                entry(id, 1, "b", "1", "CHF")))
                .as("currencies do not balance each other")
                .isEqualTo(CHECK_VIOLATION);
        assertThat(state("platform", transaction(id))).isEqualTo(CHECK_VIOLATION);
    }

    @Test
    void refusesAnEntryAddedToAnOldTransaction() {
        String old = bank.text("select id from billing.ledger_transaction limit 1");
        assertThat(state("platform", entry(UUID.fromString(old), 9, "a", "5", "EUR")))
                .isEqualTo(CHECK_VIOLATION);
    }

    @Test
    void postsUnderAKeyOnce() {
        var posting =
                new Ledger.Posting(
                        "test",
                        "once",
                        bank.clock.instant(),
                        List.of(new Ledger.Movement("a", "b", Money.euro("2"))));
        var ledger = new Ledger(bank.clock);
        bank.platform.useHandle(handle -> ledger.post(handle, List.of()));
        HandleConsumer<RuntimeException> post = handle -> ledger.post(handle, List.of(posting));
        bank.platform.useTransaction(post);
        assertThatThrownBy(() -> bank.platform.useTransaction(post))
                .isInstanceOf(JdbiException.class);
        assertThat(bank.number("select sum(amount) from billing.ledger_entry where account = 'b'"))
                .isEqualByComparingTo("2");
    }

    @Test
    void neverPaysMoreThanWasGranted() {
        assertThat(state("platform", "update billing.grant_balance set reserved = granted + 1"))
                .isEqualTo(CHECK_VIOLATION);
        assertThat(state("platform", "update billing.grant_balance set spent = -1"))
                .isEqualTo(CHECK_VIOLATION);
    }

    private static String transaction(UUID id) {
        return "insert into billing.ledger_transaction values ('%s', 'test', '%s', now())"
                .formatted(id, id);
    }

    private static String entry(UUID id, int line, String account, String amount, String currency) {
        return "insert into billing.ledger_entry values ('%s', %d, '%s', %s, '%s', now())"
                .formatted(id, line, account, amount, currency);
    }

    /// The SQL state with which the database refuses; empty when it does not.
    private static String state(String role, String... statements) {
        try {
            bank.execute(role, statements);
            return "";
        } catch (JdbiException e) {
            return Database.cause(e).orElseThrow().getSQLState();
        }
    }
}
