package org.allodium.tenancy.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.reflect.Proxy;
import java.sql.SQLTransientConnectionException;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.allodium.kernel.Database;
import org.allodium.kernel.Refused;
import org.allodium.tenancy.News;
import org.allodium.tenancy.TestDatabase;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class NewsLineTest {
    @Test
    @Timeout(60)
    void aDatabaseThatStandsStillHoldsNobodyUpForLong() {
        var thaw = new CountDownLatch(1);
        try (var line =
                new NewsLine(
                        Database.over(frozen(thaw)), Clock.systemUTC(), Duration.ofMillis(50))) {
            line.start();
            var failure = catchThrowableOfType(Refused.class, line::demandFresh);
            // By which the API knows that it was the database.
            assertThat(failure).hasCauseInstanceOf(SQLTransientConnectionException.class);
            line.awaitPresent();
            assertThat(line.isFresh()).isFalse();
            thaw.countDown();
        }
    }

    @Test
    @Timeout(30)
    void whatIsNamedByTheThousandsIsReadInPieces() {
        var named = ConcurrentHashMap.<String>newKeySet();
        var whole = new AtomicInteger();
        try (var database = TestDatabase.fresh();
                var line = new NewsLine(Database.over(database.platform()), Clock.systemUTC())) {
            line.keep("thing", new Noted(named, whole));
            line.start();
            line.demandFresh();
            Database.over(database.platform())
                    .useTransaction(
                            handle ->
                                    handle.execute(
                                            "select pg_notify('allodium_news', 'thing ' || n)"
                                                    + " from generate_series(1, 5000) n"));
            while (named.size() < 5_000) {
                assertThat(Thread.interrupted()).as("out of time").isFalse();
                Thread.onSpinWait();
            }
            assertThat(whole).hasValue(1);
        }
    }

    private record Noted(Set<String> named, AtomicInteger whole) implements News.Picture {
        @Override
        public void readAll(Handle handle) {
            whole.incrementAndGet();
        }

        @Override
        public void read(Handle handle, Set<String> names) {
            assertThat(names).hasSizeLessThanOrEqualTo(2_000);
            named.addAll(names);
        }
    }

    private static DataSource frozen(CountDownLatch thaw) {
        return (DataSource)
                Proxy.newProxyInstance(
                        NewsLineTest.class.getClassLoader(),
                        new Class<?>[] {DataSource.class},
                        (proxy, method, arguments) -> {
                            thaw.await();
                            throw new IllegalStateException("The test is over");
                        });
    }
}
