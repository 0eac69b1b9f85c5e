package org.allodium.billing.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.allodium.billing.Budgets.Release;
import org.jspecify.annotations.Nullable;

/// What of each running answer has left the house, and whether more of it may. A mark is one
/// picture of all of them; an answer is never more than [#ALLOWANCE] ahead of the last mark that is
/// durable. Memory only: the writer makes the marks durable. See decision 0115.
final class Marks {
    /// What may have left without a durable mark, at most.
    static final Duration ALLOWANCE = Duration.ofSeconds(1);

    /// How long an answer waits for a mark before it is cut.
    static final Duration PATIENCE = Duration.ofSeconds(5);

    /// So much sooner than the allowance ends that the write has time to become durable.
    static final Duration PERIOD = Duration.ofMillis(750);

    private final Clock clock;
    private final Map<String, Stream> streams = new ConcurrentHashMap<>();
    private final Object news = new Object();
    private volatile int waiting;
    private boolean ended;
    private Instant gathered = Instant.MIN;
    private boolean underWay;

    /// `covered` is an instant up to which nothing has left that is not durable.
    private static final class Stream {
        private volatile long released;
        private volatile long durable;
        private volatile Instant covered;
        private boolean cut;

        Stream(Instant covered) {
            this.covered = covered;
        }
    }

    Marks(Clock clock) {
        this.clock = clock;
    }

    /// An answer is first asked about before anything of it has left, when its intent is durable.
    Release permit(String requestId) {
        var now = clock.instant();
        var covered = stream(requestId, now).covered;
        if (!pauses(covered, now)) {
            return Release.GO;
        }
        return isCut(covered, now) ? Release.CUT : Release.PAUSE;
    }

    private static boolean pauses(Instant covered, Instant now) {
        return now.isAfter(covered.plus(ALLOWANCE));
    }

    private static boolean isCut(Instant covered, Instant now) {
        return now.isAfter(covered.plus(ALLOWANCE).plus(PATIENCE));
    }

    void released(String requestId, long tokens) {
        stream(requestId, clock.instant()).released = tokens;
    }

    private Stream stream(String requestId, Instant now) {
        return streams.computeIfAbsent(requestId, absent -> new Stream(now));
    }

    /// The answer is settled: there is nothing left to prove by a mark.
    void forget(String requestId) {
        streams.remove(requestId);
    }

    /// A picture to be written, when it is time for one and something has left since the last.
    Optional<Trace.Mark> gather() {
        var now = clock.instant();
        tellLate(now);
        return gather(now);
    }

    private synchronized Optional<Trace.Mark> gather(Instant now) {
        if (underWay || now.isBefore(gathered.plus(PERIOD))) {
            return Optional.empty();
        }
        gathered = now;
        var released = new HashMap<String, Long>();
        boolean changed = false;
        boolean freed = false;
        for (var entry : streams.entrySet()) {
            var stream = entry.getValue();
            long tokens = stream.released;
            if (tokens == stream.durable) {
                freed |= pauses(stream.covered, now);
                stream.covered = now;
            } else {
                changed = true;
            }
            if (tokens > 0) {
                released.put(entry.getKey(), tokens);
            }
        }
        if (freed) {
            // Their marks became durable so late that they covered nothing any more.
            tell();
        }
        underWay = changed;
        return changed ? Optional.of(new Trace.Mark(now, released)) : Optional.empty();
    }

    void durable(Trace.Mark mark) {
        mark.released().forEach((id, tokens) -> durable(streams.get(id), tokens, mark.at()));
        over();
        tell();
    }

    private static void durable(@Nullable Stream stream, long tokens, Instant at) {
        if (stream != null) {
            stream.durable = tokens;
            stream.covered = at;
        }
    }

    /// The next picture holds what this one held.
    void refused() {
        over();
    }

    private synchronized void over() {
        underWay = false;
    }

    /// Blocks while it is to pause; whoever changes what `permit` says tells it afterwards. Nobody
    /// looks again without news.
    Release await(Supplier<Release> permit) throws InterruptedException {
        var now = permit.get();
        if (now != Release.PAUSE) {
            return now;
        }
        synchronized (news) {
            waiting++;
            try {
                // Asked again where no news can be missed.
                for (now = permit.get(); now == Release.PAUSE && !ended; now = permit.get()) {
                    news.wait();
                }
            } finally {
                waiting--;
            }
        }
        return now == Release.PAUSE ? Release.CUT : now;
    }

    /// Those that wait hear when they have waited too long: time alone tells nobody.
    private void tellLate(Instant now) {
        if (waiting == 0) {
            return;
        }
        boolean late = false;
        for (var stream : streams.values()) {
            if (!stream.cut && isCut(stream.covered, now)) {
                stream.cut = true;
                late = true;
            }
        }
        if (late) {
            tell();
        }
    }

    /// Something else has changed of what an answer may do.
    void tell() {
        if (waiting > 0) {
            synchronized (news) {
                news.notifyAll();
            }
        }
    }

    /// There will be no news: who waits is cut.
    void end() {
        synchronized (news) {
            ended = true;
            news.notifyAll();
        }
    }
}
