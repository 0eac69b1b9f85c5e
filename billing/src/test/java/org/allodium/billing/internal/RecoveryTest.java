package org.allodium.billing.internal;

import static org.allodium.billing.internal.Bank.aTenant;
import static org.allodium.billing.internal.Bank.used;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.allodium.billing.ReserveOutcome.Reserved;
import org.allodium.billing.ReserveRequest;
import org.allodium.kernel.CloudException;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Money;
import org.allodium.tenancy.TenantId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What is left when a process dies or the database goes away.
class RecoveryTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private Bank bank;

    @BeforeEach
    void open() {
        bank = new Bank();
    }

    @AfterEach
    void close() {
        Invariants.hold(bank);
        bank.close();
    }

    @Test
    void chargesInputAndWhatIsKnownToHaveLeft() throws Exception {
        var tenant = aTenant();
        bank.grant(tenant, "1");
        var request = reserved(tenant, 10, 100);
        bank.desk.progress(request.requestId(), 7);
        awaitDurableProgress(request, 7);
        bank.crash();
        var settled = bank.desk.awaitSettled(tenant, request.requestId(), SOON).orElseThrow();
        assertThat(settled.cost()).isEqualTo(Money.euro("0.000017"));
        assertThat(bank.receipt(request.requestId()).path("outcome").asString())
                .isEqualTo("interrupted");
        assertThat(bank.number("select sum(reserved) from billing.grant_balance")).isZero();
    }

    @Test
    void chargesNothingWhereNothingIsKnownToHaveLeftButWritesAReceipt() throws Exception {
        var tenant = aTenant();
        bank.grant(tenant, "1");
        var request = reserved(tenant, 10, 100);
        bank.crash();
        var settled = bank.desk.awaitSettled(tenant, request.requestId(), SOON).orElseThrow();
        assertThat(settled.cost().isZero()).isTrue();
        assertThat(settled.inputTokens()).isZero();
        assertThat(bank.receipt(request.requestId()).path("outcome").asString())
                .isEqualTo("interrupted");
    }

    @Test
    void recoversOnceHoweverOftenItStarts() throws Exception {
        var tenant = aTenant();
        bank.grant(tenant, "1");
        for (int i = 0; i < 30; i++) {
            reserved(tenant, 10, 100);
        }
        bank.crash();
        bank.crash();
        assertThat(bank.number("select count(*) from billing.usage_event"))
                .isEqualByComparingTo("30");
    }

    @Test
    void releasesWhatAnotherConnectionReservedWithoutAnAnswer() throws Exception {
        var tenant = aTenant();
        var grant = bank.grant(tenant, "1");
        var cut = new CutDatabase(bank.database.platform());
        try (var desk = new BudgetDesk(cut, bank.receipts, bank.clock)) {
            desk.start();
            cut.afterNextCommit.set(true);
            var request = bank.request(tenant, 10, 10);
            assertThatThrownBy(() -> desk.reserve(request).get())
                    .cause()
                    .isInstanceOfSatisfying(
                            CloudException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.OVERLOADED));
            desk.release(request.requestId()).get();
            assertThat(
                            bank.number(
                                    "select reserved from billing.grant_balance where grant_id = '"
                                            + grant
                                            + "'"))
                    .isZero();
        }
    }

    @Test
    void refusesToReserveAndKeepsSettlingWhileTheDatabaseIsAway() throws Exception {
        var tenant = aTenant();
        bank.grant(tenant, "1");
        var cut = new CutDatabase(bank.database.platform());
        try (var desk = new BudgetDesk(cut, bank.receipts, bank.clock)) {
            desk.start();
            var request = bank.request(tenant, 10, 10);
            assertThat(desk.reserve(request).get()).isInstanceOf(Reserved.class);
            cut.away.set(true);
            var settling = desk.settle(used(request.requestId(), 10, 10));
            assertThatThrownBy(() -> desk.reserve(bank.request(tenant, 1, 1)).get())
                    .hasCauseInstanceOf(CloudException.class);
            assertThat(cut.refused.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(settling).isNotDone();
            cut.away.set(false);
            assertThat(settling.get(20, TimeUnit.SECONDS).cost()).isEqualTo(Money.euro("0.00002"));
        }
    }

    @Test
    void settlesOnceWhenTheCommitsAnswerIsLost() throws Exception {
        var tenant = aTenant();
        bank.grant(tenant, "1");
        var cut = new CutDatabase(bank.database.platform());
        try (var desk = new BudgetDesk(cut, bank.receipts, bank.clock)) {
            desk.start();
            var request = bank.request(tenant, 10, 10);
            desk.reserve(request).get();
            cut.afterNextCommit.set(true);
            assertThat(desk.settle(used(request.requestId(), 10, 5)).get().cost())
                    .isEqualTo(Money.euro("0.000015"));
            assertThat(bank.number("select count(*) from evidence.receipt"))
                    .isEqualByComparingTo("1");
        }
    }

    private ReserveRequest reserved(TenantId tenant, long input, long output) throws Exception {
        var request = bank.request(tenant, input, output);
        assertThat(bank.desk.reserve(request).get()).isInstanceOf(Reserved.class);
        return request;
    }

    /// A note goes into the writer's queue before a later command, so that command's end proves it.
    private void awaitDurableProgress(ReserveRequest request, long tokens) throws Exception {
        bank.desk.release("r-unknown").get();
        assertThat(
                        bank.number(
                                "select released_tokens from billing.open_reservation"
                                        + " where request_id = '"
                                        + request.requestId()
                                        + "'"))
                .isEqualByComparingTo(String.valueOf(tokens));
    }

    /// A database whose connections break on demand: at once, or after the next commit went
    /// through and before its answer arrives.
    private static final class CutDatabase implements DataSource {
        final AtomicBoolean away = new AtomicBoolean();
        final AtomicBoolean afterNextCommit = new AtomicBoolean();
        final CountDownLatch refused = new CountDownLatch(2);
        private final DataSource real;

        CutDatabase(DataSource real) {
            this.real = real;
        }

        @Override
        public Connection getConnection() throws SQLException {
            if (away.get()) {
                refused.countDown();
                throw new SQLException("gone", "08001");
            }
            var connection = real.getConnection();
            return (Connection)
                    Proxy.newProxyInstance(
                            CutDatabase.class.getClassLoader(),
                            new Class<?>[] {Connection.class},
                            (proxy, method, arguments) -> {
                                if (away.get() && !"close".equals(method.getName())) {
                                    connection.close();
                                    throw new SQLException("gone", "08006");
                                }
                                try {
                                    var result = method.invoke(connection, arguments);
                                    if ("commit".equals(method.getName())
                                            && afterNextCommit.compareAndSet(true, false)) {
                                        connection.close();
                                        throw new SQLException("answer lost", "08006");
                                    }
                                    return result;
                                } catch (java.lang.reflect.InvocationTargetException e) {
                                    throw e.getCause();
                                }
                            });
        }

        @Override
        public Connection getConnection(String user, String password) throws SQLException {
            return getConnection();
        }

        @Override
        public PrintWriter getLogWriter() throws SQLException {
            return real.getLogWriter();
        }

        @Override
        public void setLogWriter(PrintWriter out) throws SQLException {
            real.setLogWriter(out);
        }

        @Override
        public void setLoginTimeout(int seconds) throws SQLException {
            real.setLoginTimeout(seconds);
        }

        @Override
        public int getLoginTimeout() throws SQLException {
            return real.getLoginTimeout();
        }

        @Override
        public Logger getParentLogger() {
            return Logger.getGlobal();
        }

        @Override
        public <T> T unwrap(Class<T> type) throws SQLException {
            return real.unwrap(type);
        }

        @Override
        public boolean isWrapperFor(Class<?> type) throws SQLException {
            return real.isWrapperFor(type);
        }
    }
}
