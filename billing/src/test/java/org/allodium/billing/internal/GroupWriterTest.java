package org.allodium.billing.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.allodium.tenancy.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a refusal leaves in doubt: each doubt costs a place among the settlements.
class GroupWriterTest {
    private final TestDatabase database = TestDatabase.fresh();
    private final CutDatabase cut = new CutDatabase(database.platform());
    private final Refusals refusals = new Refusals();
    private final GroupWriter<String> writer = new GroupWriter<>("test", cut, refusals, 8);

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
        assertThat(refused()).isFalse();
    }

    @Test
    void whatBrokeBeforeItsCommitIsNotInDoubt() throws Exception {
        refusals.breakWhileWriting = true;
        assertThat(refused()).isFalse();
    }

    @Test
    void whatWasBeingCommittedIsInDoubt() throws Exception {
        refusals.beforeCommit = () -> cut.afterNextCommit.set(true);
        assertThat(refused()).isTrue();
        refusals.beforeCommit = () -> {};
        cut.away.set(true);
        assertThat(refused()).as("the doubt is not handed on").isFalse();
    }

    private boolean refused() throws InterruptedException {
        assertThat(writer.offer("command")).isTrue();
        var inDoubt = refusals.inDoubt.poll(20, TimeUnit.SECONDS);
        assertThat(inDoubt).as("it is refused").isNotNull();
        return inDoubt;
    }

    private static final class Refusals implements CommitGroup<String> {
        final BlockingQueue<Boolean> inDoubt = new LinkedBlockingQueue<>();
        volatile Runnable beforeCommit = () -> {};
        volatile boolean breakWhileWriting;

        @Override
        public void write(Connection connection, List<String> commands) throws SQLException {
            if (breakWhileWriting) {
                throw new SQLException("gone", "08006");
            }
            beforeCommit.run();
        }

        @Override
        public void durable(List<String> commands) {}

        @Override
        public void refused(String command, Exception cause, boolean doubt) {
            inDoubt.add(doubt);
        }

        @Override
        public boolean patient() {
            return false;
        }
    }
}
