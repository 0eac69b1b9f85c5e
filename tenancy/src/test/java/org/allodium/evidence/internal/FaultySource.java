package org.allodium.evidence.internal;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// A database as a node sees it that dies, or whose network does, around a commit.
final class FaultySource {
    private final DataSource real;
    volatile Fault fault = Fault.NONE;
    volatile boolean hasStruck;
    private final CountDownLatch struck = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);

    enum Fault {
        NONE,
        /// The transaction is lost.
        BEFORE_COMMIT,
        /// It is there, and its writer does not learn of it.
        AFTER_COMMIT,
        /// The process stands still in mid-transaction.
        HALT_BEFORE_COMMIT,
        HALT_AFTER_COMMIT,
        /// Nothing is answered any more.
        GONE
    }

    FaultySource(DataSource real) {
        this.real = real;
    }

    DataSource source() {
        return (DataSource)
                Proxy.newProxyInstance(
                        FaultySource.class.getClassLoader(),
                        new Class<?>[] {DataSource.class},
                        (proxy, method, arguments) -> {
                            if (fault == Fault.GONE) {
                                throw new SQLException("gone");
                            }
                            var result = invoke(real, method, arguments);
                            return result instanceof Connection connection
                                    ? faulty(connection)
                                    : result;
                        });
    }

    boolean awaitStrike() throws InterruptedException {
        return struck.await(20, TimeUnit.SECONDS);
    }

    void goOn() {
        goOn.countDown();
    }

    /// Strikes transactions that make the log grow.
    private Connection faulty(Connection connection) {
        var grows = new AtomicBoolean();
        return (Connection)
                Proxy.newProxyInstance(
                        FaultySource.class.getClassLoader(),
                        new Class<?>[] {Connection.class},
                        (proxy, method, arguments) -> {
                            if (fault == Fault.GONE) {
                                connection.close();
                                throw new SQLException("gone");
                            }
                            if (method.getName().equals("prepareStatement")
                                    && ((String) arguments[0])
                                            .contains("into evidence.log_group")) {
                                grows.set(true);
                            }
                            return method.getName().equals("commit") && grows.getAndSet(false)
                                    ? commit(connection)
                                    : invoke(connection, method, arguments);
                        });
    }

    private @Nullable Object commit(Connection connection) throws Exception {
        var now = fault;
        hasStruck |= now != Fault.NONE;
        switch (now) {
            case NONE -> connection.commit();
            case BEFORE_COMMIT, GONE -> {
                connection.close();
                throw new SQLException("lost before its commit");
            }
            case AFTER_COMMIT -> {
                connection.commit();
                connection.close();
                throw new SQLException("lost after its commit");
            }
            case HALT_BEFORE_COMMIT -> {
                halt();
                connection.commit();
            }
            case HALT_AFTER_COMMIT -> {
                connection.commit();
                halt();
                throw new SQLException("lost after its commit");
            }
        }
        return null;
    }

    private void halt() throws InterruptedException {
        fault = Fault.NONE;
        struck.countDown();
        goOn.await();
    }

    private static @Nullable Object invoke(
            Object target, java.lang.reflect.Method method, @Nullable Object[] arguments)
            throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
