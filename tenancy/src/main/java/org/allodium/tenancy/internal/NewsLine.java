package org.allodium.tenancy.internal;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
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
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration BEAT = Duration.ofMillis(200);
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final Duration LISTENING = Duration.ofMillis(200);

    /// Whoever only listens does not notice that nobody is at the other end.
    private static final Duration SILENCE = Duration.ofSeconds(2);

    // A beat needs not survive anything.
    private static final String SEND =
            "select set_config('synchronous_commit', 'off', true),"
                    + " cast(pg_notify(:channel, :beat) as text)";

    private final Database platform;
    private final Duration patience;
    private final Freshness freshness;
    private final String beats = "allodium_beat_" + UUID.randomUUID().toString().replace("-", "");
    private final List<Kept> kept = new CopyOnWriteArrayList<>();
    private final Thread ear = thread("news-ear", this::listen);
    private final Thread heart = thread("news-heart", this::beat);
    private volatile boolean closed;

    public NewsLine(Database platform, Clock clock) {
        this(platform, clock, PATIENCE);
    }

    NewsLine(Database platform, Clock clock, Duration patience) {
        this.platform = platform;
        this.patience = patience;
        this.freshness = new Freshness(System::nanoTime, clock);
    }

    public void start() {
        ear.start();
        heart.start();
    }

    public void keep(String topic, Picture picture) {
        kept.add(new Kept(topic, picture));
        freshness.lack();
    }

    public boolean isFresh() {
        return freshness.isFresh();
    }

    public void demandFresh() {
        if (!freshness.isFresh() && !freshness.awaitFresh(patience)) {
            // The cause says to whoever asks that it is the database which is away.
            throw Refused.of(ErrorCode.OVERLOADED, "tenancy.no-news")
                    .because(new SQLTransientConnectionException("This node hears no news"));
        }
    }

    /// Returns when all that was committed before this call is in the pictures, or when nobody will
    /// be answered before it is.
    public void awaitPresent() {
        freshness.awaitPresent();
    }

    private void beat() {
        keepDoing(
                handle -> {
                    while (!closed) {
                        send(handle);
                        freshness.awaitWanted(BEAT);
                    }
                },
                // Without beats nobody is fresh in a second; what was heard is not lost by it.
                failure -> LOG.debug("No beat was sent", failure));
    }

    private void send(Handle handle) {
        handle.createQuery(SEND)
                .bind("channel", beats)
                .bind("beat", freshness.begin().toString())
                .mapToMap()
                .one();
    }

    private void listen() {
        try {
            keepDoing(this::listen, this::lose);
        } finally {
            freshness.lose();
        }
    }

    private void listen(Handle handle) throws SQLException {
        // Before the pictures are read: what changes meanwhile is heard afterwards.
        handle.execute("listen " + NEWS);
        handle.execute("listen " + beats);
        try {
            var connection = handle.getConnection().unwrap(PGConnection.class);
            kept.forEach(Kept::forget);
            long proven = System.nanoTime();
            while (!closed) {
                complete(handle);
                hear(handle, next(connection));
                if (isSilentSince(proven)) {
                    demandAlive(handle);
                    proven = System.nanoTime();
                }
            }
        } finally {
            // Nobody else who is given this connection listens.
            handle.execute("unlisten *");
        }
    }

    private boolean isSilentSince(long proven) {
        return freshness.silence().compareTo(SILENCE) > 0
                && System.nanoTime() - proven > SILENCE.toNanos();
    }

    private static void demandAlive(Handle handle) throws SQLException {
        if (!handle.getConnection().isValid((int) SILENCE.toSeconds())) {
            throw new SQLTransientConnectionException("Nobody is at the other end");
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

    private void complete(Handle handle) {
        kept.forEach(one -> one.complete(handle));
        freshness.completeIf(() -> kept.stream().allMatch(Kept::isRead));
    }

    private void hear(Handle handle, List<PGNotification> notifications) {
        Map<String, Set<String>> news =
                notifications.stream()
                        .filter(one -> one.getName().equals(NEWS))
                        .map(one -> one.getParameter().split(" ", 2))
                        .filter(words -> words.length == 2)
                        .collect(groupingBy(v -> v[0], mapping(v -> v[1], toSet())));
        for (var one : kept) {
            boolean before = one.isRead();
            one.hear(handle, news.getOrDefault(one.topic(), Set.of()));
            if (before && !one.isRead()) {
                // Before the beat that comes behind it counts, and before it is read as a whole.
                freshness.lack();
            }
        }
        notifications.stream()
                .filter(one -> one.getName().equals(beats))
                .reduce((_, last) -> last)
                .ifPresent(last -> cameBack(Freshness.Beat.of(last.getParameter())));
    }

    private void cameBack(Freshness.Beat beat) {
        if (freshness.cameBack(beat)) {
            LOG.warn("This node hears the news again");
        }
    }

    private void lose(Throwable cause) {
        if (freshness.lose() && !closed) {
            LOG.warn("This node has lost the news, and refuses until it hears them again");
            LOG.debug("Lost by this", cause);
        }
    }

    private void keepDoing(HandleConsumer<Exception> work, Consumer<Throwable> failed) {
        while (!closed) {
            try {
                platform.useHandle(work);
            } catch (Exception e) { // A thread's edge: whatever it was, the line is tried again.
                failed.accept(e);
            } catch (Error e) { // As much an edge: no thread would begin another one.
                LOG.error("The line of the news broke, and is tried again", e);
                failed.accept(e);
            }
            try {
                TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
            } catch (InterruptedException e) { // Only the end interrupts, and says so.
                LOG.trace("Interrupted", e);
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
            ear.join(Freshness.FRESH);
            heart.join(Freshness.FRESH);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
