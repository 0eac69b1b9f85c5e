package org.allodium.identity.internal;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// How often somebody may try one thing: so many at once, and as many again in each period. Kept in
/// memory and bounded; who was forgotten begins anew.
public final class Attempts {
    private static final int REMEMBERED = 20_000;

    private final Bandwidth allowed;
    private final TimeMeter meter;
    private final Map<String, Bucket> buckets = new Latest();

    public Attempts(int often, Duration period, Clock clock) {
        this.allowed = Bandwidth.builder().capacity(often).refillGreedy(often, period).build();
        this.meter = new Metered(clock);
    }

    /// Counts one attempt; how long to wait if it is one too many.
    public Optional<Duration> count(String who) {
        var probe = bucket(who).tryConsumeAndReturnRemaining(1);
        return probe.isConsumed()
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(probe.getNanosToWaitForRefill()));
    }

    /// As [#count], without counting.
    public Optional<Duration> wait(String who) {
        var probe = bucket(who).estimateAbilityToConsume(1);
        return probe.canBeConsumed()
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(probe.getNanosToWaitForRefill()));
    }

    private Bucket bucket(String who) {
        synchronized (buckets) {
            return buckets.computeIfAbsent(
                    who,
                    newcomer ->
                            Bucket.builder()
                                    .addLimit(allowed)
                                    .withCustomTimePrecision(meter)
                                    .build());
        }
    }

    private static final class Latest extends LinkedHashMap<String, Bucket> {
        Latest() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            return size() > REMEMBERED;
        }
    }

    private record Metered(Clock clock) implements TimeMeter {
        @Override
        public long currentTimeNanos() {
            return TimeUnit.MILLISECONDS.toNanos(clock.millis());
        }

        @Override
        public boolean isWallClockBased() {
            return true;
        }
    }
}
