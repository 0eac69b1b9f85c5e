package org.allodium.tenancy.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.reflect.Proxy;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;
import org.allodium.kernel.Database;
import org.allodium.kernel.Refused;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class NewsLineTest {
    @Test
    @Timeout(60)
    void aDatabaseThatStandsStillHoldsNobodyUpForLong() {
        var thaw = new CountDownLatch(1);
        try (var line = new NewsLine(Database.over(frozen(thaw)), Duration.ofMillis(50))) {
            line.start();
            var failure = catchThrowableOfType(Refused.class, line::demandFresh);
            // By which the API knows that it was the database.
            assertThat(failure).hasCauseInstanceOf(SQLTransientConnectionException.class);
            line.awaitPresent();
            assertThat(line.isFresh()).isFalse();
            thaw.countDown();
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
