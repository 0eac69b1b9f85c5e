package org.allodium.billing.internal;

import java.io.PrintWriter;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Logger;
import javax.sql.DataSource;

/// A database whose connections break on demand, at once or after the next commit went through and
/// before its answer arrives, or which freezes.
final class CutDatabase implements DataSource {
    final AtomicBoolean away = new AtomicBoolean();
    private final AtomicReference<CountDownLatch> ice =
            new AtomicReference<>(new CountDownLatch(0));
    final CountDownLatch stuck = new CountDownLatch(1);
    final AtomicBoolean afterNextCommit = new AtomicBoolean();
    final CountDownLatch refused = new CountDownLatch(2);
    private final DataSource real;

    CutDatabase(DataSource real) {
        this.real = real;
    }

    /// As by SIGSTOP: nothing is refused, and nothing is answered.
    void freeze() {
        ice.set(new CountDownLatch(1));
    }

    void thaw() {
        ice.get().countDown();
    }

    private void waitForThaw() {
        try {
            if (ice.get().getCount() > 0) {
                stuck.countDown();
            }
            ice.get().await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public Connection getConnection() throws SQLException {
        waitForThaw();
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
                            waitForThaw();
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
