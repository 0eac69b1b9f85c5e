package org.allodium.identity.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.reflect.Proxy;
import java.sql.SQLTransientConnectionException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;
import org.allodium.kernel.Refused;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class KeyLookupTest {
    @Test
    @Timeout(60)
    void aDatabaseThatStandsStillHoldsNobodyUpForLong() {
        var thaw = new CountDownLatch(1);
        var keys =
                new KeyLookup(
                        frozen(thaw), Runnable::run, Clock.systemUTC(), Duration.ofMillis(50));
        var failure = catchThrowableOfType(Refused.class, () -> keys.find("sk-alo-any"));
        // By which the API knows that it was the database.
        assertThat(failure).hasCauseInstanceOf(SQLTransientConnectionException.class);
        thaw.countDown();
    }

    private static DataSource frozen(CountDownLatch thaw) {
        return (DataSource)
                Proxy.newProxyInstance(
                        KeyLookupTest.class.getClassLoader(),
                        new Class<?>[] {DataSource.class},
                        (proxy, method, arguments) -> {
                            thaw.await();
                            throw new IllegalStateException("The test is over");
                        });
    }
}
