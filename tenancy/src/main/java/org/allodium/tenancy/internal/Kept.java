package org.allodium.tenancy.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Set;
import org.allodium.tenancy.News.Picture;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A picture, whether it is read, and when that is tried again. Only the ear's thread reads.
final class Kept {
    /// What stands for every name, as after a table was emptied.
    static final String EVERYTHING = "*";

    /// So many are named to a picture at a time.
    static final int MOST_NAMES = 2_000;

    private static final Logger LOG = LoggerFactory.getLogger(Kept.class);
    private static final Duration SHORTEST = Duration.ofMillis(200);
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private final String topic;
    private final Picture picture;
    private volatile boolean read;
    private boolean complained;
    private int failures;
    private long failedAt;

    Kept(String topic, Picture picture) {
        this.topic = topic;
        this.picture = picture;
    }

    String topic() {
        return topic;
    }

    boolean isRead() {
        return read;
    }

    /// On a new connection nothing is known of it, and nothing speaks against trying at once.
    void forget() {
        read = false;
        failures = 0;
    }

    /// Reads what was not read yet, or could not be a while ago.
    void complete(Handle handle) {
        if (!read && isDue()) {
            read = attempt(() -> picture.readAll(handle));
            failures = read ? 0 : failures + 1;
            failedAt = System.nanoTime();
        }
    }

    /// Reads what is named; what cannot be read so is unread, and read as a whole.
    void hear(Handle handle, Set<String> names) {
        if (read && !names.isEmpty()) {
            read = !names.contains(EVERYTHING) && attempt(() -> byName(handle, names));
        }
    }

    private void byName(Handle handle, Set<String> names) {
        var all = new ArrayList<>(names);
        for (int from = 0; from < all.size(); from += MOST_NAMES) {
            int to = Math.min(all.size(), from + MOST_NAMES);
            picture.read(handle, new HashSet<>(all.subList(from, to)));
        }
    }

    /// Twice as long after each failure.
    private boolean isDue() {
        return failures == 0
                || System.nanoTime() - failedAt
                        > Math.min(
                                SHORTEST.toNanos() << Math.min(failures - 1, 6), LONGEST.toNanos());
    }

    private boolean attempt(Runnable reading) {
        try {
            reading.run();
            complained = false;
            return true;
        } catch (RuntimeException e) { // A loop's edge: until it can be read, nobody is answered.
            if (!complained) {
                complained = true;
                LOG.error("{} cannot be read, and nobody is answered until it can", topic, e);
            }
            return false;
        }
    }
}
