package org.allodium.tenancy.internal;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.allodium.kernel.Database;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.tenancy.News.Picture;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleConsumer;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One connection that listens and one that sends beats. PostgreSQL delivers in the order of the
/// commits: when a beat comes back, every change committed before it was sent has been heard.
public final class NewsLine implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NewsLine.class);
    private static final String NEWS = "allodium_news";
    private static final Duration FRESH = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration BEAT = Duration.ofMillis(200);
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final Duration LISTENING = Duration.ofMillis(200);

    /// More than these are not named to a picture one by one.
    private static final int MOST_NAMES = 2_000;

    // A beat needs not survive anything.
    private static final String SEND =
            "select set_config('synchronous_commit', 'off', true),"
                    + " cast(pg_notify(:channel, :beat) as text)";

    private final Database platform;
    private final Duration patience;
    private final String beats = "allodium_beat_" + UUID.randomUUID().toString().replace("-", "");
    private final List<Kept> kept = new CopyOnWriteArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition heardMore = lock.newCondition();
    private final Condition beatWanted = lock.newCondition();
    private final Thread ear = thread("news-ear", this::listen);
    private final Thread heart = thread("news-heart", this::beat);

    // INVARIANT: begun and heard are written under the lock; a beat is begun before it is sent.
    private long begun;
    private long heard;
    private boolean wanted;

    /// When the last beat that came back was begun.
    private volatile long heardBegunAt = System.nanoTime() - FRESH.toNanos();
    private volatile boolean whole;
    private volatile boolean lost;
    private volatile boolean closed;

    public NewsLine(Database platform) {
        this(platform, PATIENCE);
    }

    NewsLine(Database platform, Duration patience) {
        this.platform = platform;
        this.patience = patience;
    }

    private static final class Kept {
        private final String topic;
        private final Picture picture;
        private volatile boolean read;
        private boolean complained;

        Kept(String topic, Picture picture) {
            this.topic = topic;
            this.picture = picture;
        }
    }

    public void start() {
        ear.start();
        heart.start();
    }

    public void keep(String topic, Picture picture) {
        lock.lock();
        try {
            kept.add(new Kept(topic, picture));
            whole = false;
            want();
        } finally {
            lock.unlock();
        }
    }

    public boolean isFresh() {
        return whole && !lost && System.nanoTime() - heardBegunAt <= FRESH.toNanos();
    }

    public void demandFresh() {
        if (!isFresh() && !becomesFresh()) {
            // The cause says to whoever asks that it is the database which is away.
            throw Refused.of(ErrorCode.OVERLOADED, "tenancy.no-news")
                    .because(new SQLTransientConnectionException("This node hears no news"));
        }
    }

    private boolean becomesFresh() {
        long end = System.nanoTime() + patience.toNanos();
        lock.lock();
        try {
            while (!isFresh()) {
                long left = end - System.nanoTime();
                if (lost || left <= 0) {
                    return false;
                }
                heardMore.awaitNanos(left);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    /// Returns when all that was committed before this call is in the pictures, or when nobody will
    /// be answered before it is: a beat that has not come back for so long leaves no older one
    /// fresh.
    public void awaitPresent() {
        long end = System.nanoTime() + FRESH.toNanos();
        lock.lock();
        try {
            long next = begun + 1;
            want();
            long left = FRESH.toNanos();
            while (heard < next && left > 0) {
                heardMore.awaitNanos(left);
                left = end - System.nanoTime();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    private void want() {
        wanted = true;
        beatWanted.signal();
    }

    private void beat() {
        keepDoing(
                handle -> {
                    while (!closed) {
                        send(handle);
                        awaitNextBeat();
                    }
                });
    }

    private void send(Handle handle) {
        handle.createQuery(SEND)
                .bind("channel", beats)
                .bind("beat", begin() + " " + System.nanoTime())
                .mapToMap()
                .one();
    }

    private long begin() {
        lock.lock();
        try {
            wanted = false;
            return ++begun;
        } finally {
            lock.unlock();
        }
    }

    private void awaitNextBeat() throws InterruptedException {
        lock.lock();
        try {
            long left = BEAT.toNanos();
            while (!wanted && left > 0) {
                left = beatWanted.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private void listen() {
        keepDoing(this::listen);
    }

    private void listen(Handle handle) throws SQLException {
        // Before the pictures are read: what changes meanwhile is heard afterwards.
        handle.execute("listen " + NEWS);
        handle.execute("listen " + beats);
        try {
            var connection = handle.getConnection().unwrap(PGConnection.class);
            kept.forEach(one -> one.read = false);
            while (!closed) {
                complete(handle);
                hear(handle, next(connection));
            }
        } finally {
            // Nobody else who is given this connection listens.
            handle.execute("unlisten *");
        }
    }

    /// What came while something else was read lies there already, and is not waited for.
    private static List<PGNotification> next(PGConnection connection) throws SQLException {
        var there = connection.getNotifications();
        var next =
                there == null || there.length == 0
                        ? connection.getNotifications((int) LISTENING.toMillis())
                        : there;
        return next == null ? List.of() : List.of(next);
    }

    /// Reads what was not read yet, or could not be.
    private void complete(Handle handle) {
        for (var one : kept) {
            if (!one.read) {
                read(one, () -> one.picture.readAll(handle));
            }
        }
        lock.lock();
        try {
            whole = kept.stream().allMatch(one -> one.read);
            heardMore.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void read(Kept one, Runnable reading) {
        try {
            reading.run();
            one.read = true;
            one.complained = false;
        } catch (RuntimeException e) { // A loop's edge: until it can be read, nobody is answered.
            one.read = false;
            whole = false;
            if (!one.complained) {
                one.complained = true;
                LOG.error("{} cannot be read, and nobody is answered until it can", one.topic, e);
            }
        }
    }

    private void hear(Handle handle, List<PGNotification> notifications) {
        Map<String, Set<String>> news =
                notifications.stream()
                        .filter(one -> one.getName().equals(NEWS))
                        .map(one -> one.getParameter().split(" ", 2))
                        .filter(words -> words.length == 2)
                        .collect(groupingBy(v -> v[0], mapping(v -> v[1], toSet())));
        for (var one : kept) {
            var names = news.getOrDefault(one.topic, Set.of());
            if (one.read && !names.isEmpty()) {
                read(
                        one,
                        names.size() > MOST_NAMES
                                ? () -> one.picture.readAll(handle)
                                : () -> one.picture.read(handle, names));
            }
        }
        notifications.stream()
                .filter(one -> one.getName().equals(beats))
                .reduce((_, last) -> last)
                .ifPresent(last -> cameBack(last.getParameter().split(" ")));
    }

    private void cameBack(String[] beat) {
        lock.lock();
        try {
            heard = Long.parseLong(beat[0]);
            heardBegunAt = Long.parseLong(beat[1]);
            if (lost) {
                lost = false;
                LOG.warn("This node hears the news again");
            }
            heardMore.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void lose(Exception cause) {
        lock.lock();
        try {
            if (!lost && !closed) {
                LOG.warn("This node has lost the news, and refuses until it hears them again");
                LOG.debug("Lost by this", cause);
            }
            lost = true;
            whole = false;
            heardMore.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void keepDoing(HandleConsumer<Exception> work) {
        while (!closed) {
            try {
                platform.useHandle(work);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (Exception e) { // A thread's edge: whatever it was, the line is tried again.
                lose(e);
            }
            try {
                TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private static Thread thread(String name, Runnable work) {
        return Thread.ofPlatform().daemon().name(name).unstarted(work);
    }

    @Override
    public void close() {
        closed = true;
        heart.interrupt();
        try {
            ear.join(FRESH);
            heart.join(FRESH);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
