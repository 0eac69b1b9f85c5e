package org.allodium.tenancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.allodium.kernel.Database;
import org.allodium.kernel.Refused;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.ds.PGSimpleDataSource;

/// A node whose connections, threads or pictures break: when it stops answering, and that it comes
/// back by itself.
@Timeout(30)
class DeafNodeTest {
    private static final Duration A_LITTLE_MORE_THAN_A_SECOND = Duration.ofMillis(1_300);

    private TenancyFixture rooms;
    private Tenant tenant;
    private StallingProxy proxy;
    private News far;
    private Roster there;

    @BeforeEach
    void aNodeBehindAProxy() throws IOException {
        rooms = TenancyFixture.fresh();
        tenant = rooms.organisation("Lab");
        var direct = (PGSimpleDataSource) rooms.database.platform();
        proxy = new StallingProxy(direct.getPortNumbers()[0]);
        var source =
                TestServer.dataSource(proxy.port(), rooms.database.name(), "allodium_platform");
        source.setSocketTimeout(1);
        far = new News(source, Clock.systemUTC(), Runnable::run);
        there = new Roster(far);
        far.demandFresh();
    }

    @AfterEach
    void close() {
        far.stop();
        proxy.close();
        rooms.close();
    }

    @Test
    void whoseConnectionsDiedSilentlyRefusesInASecondAndNoticesIt() {
        allow(7);
        await(() -> allowed() == 7);
        proxy.stall();
        long since = System.nanoTime();
        allow(8);
        // Whatever it says while it is fresh may be a second old, and not more.
        while (far.isFresh()) {
            assertThat(Duration.ofNanos(System.nanoTime() - since))
                    .isLessThan(A_LITTLE_MORE_THAN_A_SECOND);
        }
        var late =
                catchThrowableOfType(
                        Refused.class,
                        () -> {
                            int seen = allowed();
                            assertThat(seen).isEqualTo(8);
                        });
        System.out.printf(
                "  Asked while deaf: %s; after %s%n",
                late == null ? "answered when it heard again" : "refused",
                Duration.ofNanos(System.nanoTime() - since));
        await(far::isFresh);
        assertThat(allowed()).isEqualTo(8);
    }

    @Test
    void theLossOfWhatSendsTheBeatsRefusesNobody() {
        for (int i = 0; i < 5; i++) {
            Database.over(rooms.database.platform())
                    .useHandle(
                            handle ->
                                    handle.execute(
                                            "select pg_terminate_backend(pid) from pg_stat_activity"
                                                    + " where datname = current_database()"
                                                    + " and pid <> pg_backend_pid()"
                                                    + " and query like '%pg_notify%'"
                                                    + " and usename = current_user"));
            long until = System.nanoTime() + Duration.ofMillis(700).toNanos();
            while (System.nanoTime() < until) {
                far.demandFresh();
            }
        }
    }

    @Test
    void anErrorWhileAPictureIsReadEndsNoThread() {
        var broken = new Picture(1, new StackOverflowError("as deep as it gets"));
        far.keep("organisation", broken);
        await(far::isFresh);
        assertThat(broken.whole.get()).isEqualTo(2);
        broken.left.set(1);
        allow(9);
        await(() -> broken.whole.get() == 3 && far.isFresh());
        assertThat(allowed()).isEqualTo(9);
    }

    @Test
    void aPictureThatCannotBeReadLetsNobodyThroughAndIsTriedMoreAndMoreSeldom() {
        var broken = new Picture(5, new IllegalStateException("not readable yet"));
        long begun = System.nanoTime();
        far.keep("organisation", broken);
        while (broken.left.get() > 0) {
            assertThat(far.isFresh()).isFalse();
        }
        // 200, 400, 800 and 1600 milliseconds lie between five attempts.
        assertThat(Duration.ofNanos(System.nanoTime() - begun))
                .isGreaterThan(Duration.ofSeconds(3));
        assertThat(far.isFresh()).isFalse();
        await(far::isFresh);
        assertThat(broken.whole.get()).isEqualTo(6);
        // What cannot be read by its name is read as a whole, at once.
        broken.unnamed = true;
        allow(9);
        await(() -> broken.whole.get() == 7 && far.isFresh());
        assertThat(allowed()).isEqualTo(9);
    }

    /// Fails for a while.
    private static final class Picture implements News.Picture {
        private final AtomicInteger left;
        private final AtomicInteger whole = new AtomicInteger();
        private final Throwable failure;
        private volatile boolean unnamed;

        Picture(int failures, Throwable failure) {
            this.left = new AtomicInteger(failures);
            this.failure = failure;
        }

        @Override
        public void readAll(Handle handle) {
            whole.incrementAndGet();
            failWhile(left.get() > 0);
        }

        @Override
        public void read(Handle handle, Set<String> names) {
            failWhile(unnamed || left.get() > 0);
        }

        private void failWhile(boolean broken) {
            if (broken) {
                left.decrementAndGet();
                if (failure instanceof Error error) {
                    throw error;
                }
                throw (RuntimeException) failure;
            }
        }
    }

    private void allow(int requests) {
        rooms.database.runInTransaction(
                TenancyFixture.platform(Role.ADMINISTRATOR),
                () -> {
                    var seen = rooms.tenants.require(tenant.id()).limits();
                    rooms.tenants.changeLimits(
                            tenant.id(), new Limits(requests, seen.tokensPerMinute(), 20), seen);
                });
    }

    private int allowed() {
        return there.limits(tenant.id()).requestsPerMinute();
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            assertThat(Thread.interrupted()).as("out of time").isFalse();
            Thread.onSpinWait();
        }
    }
}
