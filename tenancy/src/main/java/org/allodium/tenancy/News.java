package org.allodium.tenancy;

import jakarta.annotation.PreDestroy;
import jakarta.annotation.Priority;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.time.Clock;
import java.util.Set;
import java.util.concurrent.Executor;
import javax.sql.DataSource;
import org.allodium.kernel.Database;
import org.allodium.tenancy.internal.NewsLine;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// What lets a node answer requests from memory: pictures of tables, brought up to date by what the
/// database tells of every change. A change made here binds the next request here, and within one
/// second any other node's; a node that does not hear refuses. See decision 0160.
@ApplicationScoped
public class News {
    /// After the schema, before whoever keeps a picture.
    private static final int START = 2;

    @Resource(lookup = "jdbc/platform")
    DataSource platform;

    @Resource(lookup = "java:comp/TransactionSynchronizationRegistry")
    TransactionSynchronizationRegistry transactions;

    @Inject Clock clock;

    private @Nullable Executor afterCommit;

    @SuppressWarnings("NullAway.Init") // Made at start, before anybody is let in.
    private NewsLine line;

    /// For CDI.
    public News() {}

    /// Without a container.
    /// @param afterCommit runs what it is given after the present transaction, if there is one
    public News(DataSource platform, Clock clock, Executor afterCommit) {
        this.platform = platform;
        this.clock = clock;
        this.afterCommit = afterCommit;
        start(platform);
    }

    /// Tables as they are in memory. Only the listener's thread calls, on its own connection.
    public interface Picture {
        /// Nobody is fresh meanwhile: what was read before may be dropped first.
        void readAll(Handle handle);

        /// Reads again what these names stand for, two thousand at most; what is not there any more
        /// leaves the picture.
        void read(Handle handle, Set<String> names);
    }

    void start(@Observes @Priority(START) @Initialized(ApplicationScoped.class) Object start) {
        line = new NewsLine(Database.over(platform), clock);
        line.start();
    }

    /// From now on nobody is answered before the picture was read.
    @Anyone
    public void keep(String topic, Picture picture) {
        line.keep(topic, picture);
    }

    /// Throws where the pictures may be older than a second, after waiting a while for the news
    /// unless they are known to be lost. Whoever reads a picture asks this first.
    @Anyone
    public void demandFresh() {
        line.demandFresh();
    }

    @Anyone
    public boolean isFresh() {
        return line.isFresh();
    }

    /// Whoever changed what a picture shows calls this in the change's transaction, or after it:
    /// the caller goes on when the change is in this node's pictures, or when the node refuses.
    @Anyone
    public void bindNext() {
        if (afterCommit != null) {
            afterCommit.execute(line::awaitPresent);
        } else if (transactions.getTransactionStatus() == Status.STATUS_NO_TRANSACTION) {
            line.awaitPresent();
        } else if (transactions.getResource(News.class) == null) {
            transactions.putResource(News.class, this);
            transactions.registerInterposedSynchronization(new AfterCommit(line));
        }
    }

    @PreDestroy
    void stop() {
        if (line != null) {
            line.close();
        }
    }

    private record AfterCommit(NewsLine line) implements Synchronization {
        @Override
        public void beforeCompletion() {}

        @Override
        public void afterCompletion(int status) {
            if (status != Status.STATUS_ROLLEDBACK) {
                line.awaitPresent();
            }
        }
    }
}
