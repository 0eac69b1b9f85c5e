package org.allodium.evidence.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.allodium.evidence.KeyUse;
import org.allodium.evidence.RandomReceipts;
import org.allodium.kernel.Database;
import org.allodium.tenancy.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a sequencer finds that nobody told it of.
class SweepTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir Path home;
    private final Sealing sealing = new Sealing();
    private final RandomReceipts random = new RandomReceipts(5, Instant.now());
    private final AtomicInteger unreadable = new AtomicInteger();
    private final Handler ear = new Ear();
    private TestDatabase database;
    private Sequencer sequencer;

    @BeforeEach
    void open() {
        database = TestDatabase.fresh();
        var key = CheckpointKey.open(home.resolve("checkpoints.json"));
        platform()
                .useHandle(
                        handle -> {
                            LogName.establish(handle, Optional.of("log.example/1"));
                            new SigningKeyTable(handle)
                                    .add(
                                            key.id(),
                                            KeyUse.CHECKPOINTS,
                                            key.publicJwk(),
                                            Instant.now());
                        });
        sequencer = new Sequencer(database.platform(), () -> key, Clock.systemUTC());
        Logger.getLogger(Sequencer.class.getName()).addHandler(ear);
    }

    @AfterEach
    void close() {
        Logger.getLogger(Sequencer.class.getName()).removeHandler(ear);
        sequencer.close();
        database.close();
    }

    /// It is said once, and hinders nobody else.
    @Test
    void aRunThatCannotBeReadIsPutAside() {
        keep(1, 0, 3);
        breakRows(1);
        sequencer.start();
        for (int i = 0; i < 6; i++) {
            keep(2, 2L * i, 2);
            LockSupport.parkNanos(Duration.ofMillis(300).toNanos());
        }
        await(12);
        assertThat(unreadable).hasValue(1);
        assertThat(sequenced(1)).isZero();
        assertThat(sequenced(2)).isEqualTo(12);
    }

    @Test
    void howeverManyRunsAreBehindAllAreTakenIn() {
        platform()
                .useTransaction(
                        handle -> {
                            for (long run = -200; run < 200; run += 2) {
                                sealing.keep(handle, run, 0, List.of(sealing.seal(random.next())));
                            }
                        });
        sequencer.start();
        await(200);
    }

    private void keep(long run, long first, int count) {
        var sealed = Stream.generate(() -> sealing.seal(random.next())).limit(count).toList();
        platform().useTransaction(handle -> sealing.keep(handle, run, first, sealed));
        sealing.kept(sealed);
    }

    private void breakRows(long run) {
        Database.over(database.owner())
                .useHandle(
                        handle -> {
                            handle.execute(
                                    "alter table evidence.sealed_receipt"
                                            + " no force row level security");
                            handle.execute(
                                    "update evidence.sealed_receipt set body = '\\xffff'"
                                            + " where run = "
                                            + run);
                        });
    }

    private long sequenced(long run) {
        return platform().withHandle(handle -> LogTable.next(handle, run)).orElseThrow();
    }

    private void await(long size) {
        long end = System.nanoTime() + SOON.toNanos();
        while (size() < size) {
            assertThat(System.nanoTime()).as("in time").isLessThan(end);
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
        assertThat(size()).isEqualTo(size);
    }

    private long size() {
        return platform()
                .withHandle(
                        handle ->
                                handle.createQuery("select size from evidence.log_head")
                                        .mapTo(Long.class)
                                        .one());
    }

    private Database platform() {
        return Database.over(database.platform());
    }

    /// Counts what is said to be unreadable.
    private final class Ear extends Handler {
        @Override
        public void publish(LogRecord said) {
            if (said.getMessage().contains("cannot be read")) {
                unreadable.incrementAndGet();
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
