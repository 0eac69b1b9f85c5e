package org.allodium.billing.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.allodium.billing.Budgets.Release;
import org.allodium.kernel.Bell;
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
    private final Bell news = new Bell();
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile boolean ended;
    private Instant gathered = Instant.MIN;
    private boolean underWay;

    /// `covered` is the millisecond up to which nothing has left that is not durable.
    static final class Stream {
        private volatile long released;
        private volatile long durable;
        private volatile long covered;
        private boolean cut;

        Stream(long covered) {
            this.covered = covered;
        }

        void released(long tokens) {
            released = tokens;
        }
    }

    Marks(Clock clock) {
        this.clock = clock;
    }

    /// An answer is first asked about before anything of it has left, when its intent is durable.
    Stream stream(String requestId) {
        return streams.computeIfAbsent(requestId, absent -> new Stream(clock.millis()));
    }

    Release permit(Stream stream) {
        long now = clock.millis();
        long covered = stream.covered;
        if (!pauses(covered, now)) {
            return Release.GO;
        }
        return isCut(covered, now) ? Release.CUT : Release.PAUSE;
    }

    private static boolean pauses(long covered, long now) {
        return now - covered > ALLOWANCE.toMillis();
    }

    private static boolean isCut(long covered, long now) {
        return now - covered > ALLOWANCE.plus(PATIENCE).toMillis();
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
                freed |= pauses(stream.covered, now.toEpochMilli());
                stream.covered = now.toEpochMilli();
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
            stream.covered = at.toEpochMilli();
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
        waiting.incrementAndGet();
        try {
            while (true) {
                var next = news.next();
                now = permit.get();
                if (now != Release.PAUSE) {
                    return now;
                }
                if (ended) {
                    return Release.CUT;
                }
                next.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("A bell does not fail", e);
        } finally {
            waiting.decrementAndGet();
        }
    }

    /// Those that wait hear when they have waited too long: time alone tells nobody.
    private void tellLate(Instant now) {
        if (waiting.get() == 0) {
            return;
        }
        boolean late = false;
        for (var stream : streams.values()) {
            if (!stream.cut && isCut(stream.covered, now.toEpochMilli())) {
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
        if (waiting.get() > 0) {
            news.ring();
        }
    }

    /// There will be no news: who waits is cut.
    void end() {
        ended = true;
        news.ring();
    }
}
