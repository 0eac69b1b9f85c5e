package org.allodium.billing.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.allodium.kernel.Database;
import org.allodium.tenancy.TestDatabase;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What is tried again and what is not, and what a refusal leaves in doubt: each doubt costs a
/// place among the settlements.
class GroupWriterTest {
    private final TestDatabase database = TestDatabase.fresh();
    private final CutDatabase cut = new CutDatabase(database.platform());
    private final Marking marking = new Marking();
    private final GroupWriter<String> writer = new GroupWriter<>("test", cut, marking, 8);

    @BeforeEach
    void start() {
        writer.start();
    }

    @AfterEach
    void close() {
        writer.close();
        database.close();
    }

    @Test
    void whatNeverReachedTheDatabaseIsNotInDoubt() throws Exception {
        cut.away.set(true);
        assertThat(inDoubt("command")).isFalse();
    }

    @Test
    void whatBrokeBeforeItsCommitIsNotInDoubt() throws Exception {
        marking.first.add(GroupWriterTest::breakConnection);
        assertThat(inDoubt("command")).isFalse();
    }

    @Test
    void whatWasBeingCommittedIsInDoubt() throws Exception {
        marking.first.add(_ -> cut.afterNextCommit.set(true));
        assertThat(inDoubt("command")).isTrue();
        cut.away.set(true);
        assertThat(inDoubt("command")).as("the doubt is not handed on").isFalse();
    }

    @Test
    void aDeadlockIsTriedAgainAtOnce() throws Exception {
        for (int attempt = 1; attempt < GroupWriter.QUICK_TRIES; attempt++) {
            marking.first.add(
                    handle ->
                            handle.execute(
                                    "do 'begin raise sqlstate ''40P01''; end' language plpgsql"));
        }
        assertThat(durable("command")).isEqualTo("command");
        assertThat(marking.attempts).hasValue(GroupWriter.QUICK_TRIES);
        assertThat(marks()).isEqualTo(1);
    }

    @Test
    void onABrokenConnectionThePatientTryAgainOverAnother() throws Exception {
        marking.patient = true;
        marking.first.add(GroupWriterTest::breakConnection);
        marking.first.add(_ -> cut.away.set(true));
        assertThat(writer.offer("command")).isTrue();
        assertThat(cut.refused.await(20, TimeUnit.SECONDS)).isTrue();
        cut.away.set(false);
        assertThat(marking.durable.poll(20, TimeUnit.SECONDS)).isEqualTo("command");
        assertThat(marks()).isEqualTo(1);
    }

    @Test
    void aBrokenConstraintIsNotTriedAgain() throws Exception {
        marking.patient = true;
        assertThat(inDoubt("")).isFalse();
        assertThat(marking.attempts).hasValue(1);
    }

    @Test
    void whoBreaksAConstraintIsRefusedAloneOfItsGroup() throws Exception {
        var gathered = new CountDownLatch(1);
        marking.first.add(_ -> await(gathered));
        for (var command : List.of("first", "second", "", "third")) {
            assertThat(writer.offer(command)).isTrue();
        }
        gathered.countDown();
        for (var command : List.of("first", "second", "third")) {
            assertThat(marking.durable.poll(20, TimeUnit.SECONDS)).isEqualTo(command);
        }
        assertThat(marking.refused).containsExactly("");
        assertThat(marks()).isEqualTo(3);
    }

    private boolean inDoubt(String command) throws InterruptedException {
        assertThat(writer.offer(command)).isTrue();
        var doubt = marking.inDoubt.poll(20, TimeUnit.SECONDS);
        assertThat(doubt).as("it is refused").isNotNull();
        return doubt;
    }

    private String durable(String command) throws InterruptedException {
        assertThat(writer.offer(command)).isTrue();
        return marking.durable.poll(20, TimeUnit.SECONDS);
    }

    private long marks() {
        return Database.over(database.platform())
                .withHandle(
                        handle ->
                                handle.createQuery("select count(*) from billing.mark")
                                        .mapTo(Long.class)
                                        .one());
    }

    private static void breakConnection(Handle handle) {
        handle.execute("select pg_terminate_backend(pg_backend_pid())");
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Each command is a row; an empty one breaks a constraint of its table.
    private static final class Marking implements CommitGroup<String> {
        /// What happens in the next attempts, before anything is written.
        final Queue<Consumer<Handle>> first = new ConcurrentLinkedQueue<>();

        final AtomicInteger attempts = new AtomicInteger();
        final BlockingQueue<String> durable = new LinkedBlockingQueue<>();
        final BlockingQueue<Boolean> inDoubt = new LinkedBlockingQueue<>();
        final Queue<String> refused = new ConcurrentLinkedQueue<>();
        volatile boolean patient;

        @Override
        public void write(Handle handle, List<String> commands) {
            attempts.incrementAndGet();
            Optional.ofNullable(first.poll()).ifPresent(act -> act.accept(handle));
            for (var command : commands) {
                handle.createUpdate(
                                "insert into billing.mark values (:run, now(), :requests, :tokens)")
                        .bind("run", ThreadLocalRandom.current().nextLong())
                        .bind("requests", Database.array(String.class, List.of(command)))
                        .bind(
                                "tokens",
                                Database.array(
                                        Long.class, command.isEmpty() ? List.of() : List.of(1L)))
                        .execute();
            }
        }

        @Override
        public void durable(List<String> commands) {
            durable.addAll(commands);
        }

        @Override
        public void refused(String command, Exception cause, boolean doubt) {
            refused.add(command);
            inDoubt.add(doubt);
        }

        @Override
        public boolean patient(String command) {
            return patient;
        }
    }
}
