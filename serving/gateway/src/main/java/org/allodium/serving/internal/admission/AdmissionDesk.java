package org.allodium.serving.internal.admission;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.TokensInheritanceStrategy;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.kernel.Sentence;
import org.allodium.serving.AnswerStart.RateState;
import org.allodium.serving.Limit;
import org.allodium.tenancy.Limits;
import org.allodium.tenancy.TenantId;

/// Counts each tenant's requests per minute, tokens per minute, requests at once and bytes that are
/// being read, on this node. A minute's worth comes at the minute's start: what is left falls by
/// use and by nothing else. The limits come with every call, as they are declared at that moment,
/// so a change binds the next request. What was used before stays used. See decision 0110.
public final class AdmissionDesk {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final String WHO = "administrator";

    private final Map<TenantId, Counters> tenants = new ConcurrentHashMap<>();
    private final Clock clock;
    private final TimeMeter meter;
    private final long mostBytesAtOnce;

    /// @param mostBytesAtOnce of one tenant's bodies that are being read and parsed
    public AdmissionDesk(Clock clock, TimeMeter meter, long mostBytesAtOnce) {
        this.clock = clock;
        this.meter = meter;
        this.mostBytesAtOnce = mostBytesAtOnce;
    }

    /// Counts one request; empty when it may go on.
    public Optional<Refused> count(TenantId tenant, Limits limits) {
        var probe = counters(tenant, limits).requests.tryConsumeAndReturnRemaining(1);
        if (probe.isConsumed()) {
            return Optional.empty();
        }
        return Optional.of(
                refusal(
                        Limit.REQUESTS_PER_MINUTE,
                        Sentence.of("serving.requests-in-a-minute", limits.requestsPerMinute()),
                        limits.requestsPerMinute(),
                        limits.requestsPerMinute(),
                        wait(probe)));
    }

    /// Takes a place among the requests at once.
    public Admission enter(TenantId tenant, Limits limits) {
        var counters = counters(tenant, limits);
        if (counters.running.incrementAndGet() > limits.concurrentRequests()) {
            counters.running.decrementAndGet();
            return new Admission.Denied(
                    refusal(
                            Limit.CONCURRENT_REQUESTS,
                            Sentence.of("serving.requests-at-once", limits.concurrentRequests()),
                            limits.concurrentRequests(),
                            limits.concurrentRequests(),
                            Optional.of(SOON)));
        }
        return new Admission.Admitted(new Permit(counters, limits));
    }

    public RateState state(TenantId tenant, Limits limits) {
        var counters = counters(tenant, limits);
        long requests = counters.requests.getAvailableTokens();
        long tokens = counters.tokens.getAvailableTokens();
        return new RateState(
                limits.requestsPerMinute(),
                Math.max(0, requests),
                untilFull(counters.requests, limits.requestsPerMinute()),
                limits.tokensPerMinute(),
                Math.max(0, tokens),
                untilFull(counters.tokens, limits.tokensPerMinute()));
    }

    private static long untilFull(Bucket bucket, long limit) {
        long nanos = bucket.estimateAbilityToConsume(limit).getNanosToWaitForRefill();
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    private Refused tooManyTokens(Limits limits, long tokens, ConsumptionProbe probe) {
        long limit = limits.tokensPerMinute();
        if (tokens > limit) {
            return refusal(
                    Limit.TOKENS_PER_MINUTE,
                    Sentence.of("serving.tokens-of-a-minute", tokens, limit),
                    limit,
                    tokens,
                    Optional.empty());
        }
        return refusal(
                Limit.TOKENS_PER_MINUTE,
                Sentence.of("serving.tokens-in-a-minute", limit, tokens),
                limit,
                limit - probe.getRemainingTokens(),
                wait(probe));
    }

    private Refused refusal(
            Limit grounds, Sentence sentence, long limit, long used, Optional<Duration> wait) {
        var resetsAt = wait.map(w -> clock.instant().plus(w).toString()).orElse("");
        var refused =
                new Refused(ErrorCode.RATE_LIMIT_EXCEEDED, sentence)
                        .with(
                                List.of(
                                        new Refused.Reason(
                                                grounds,
                                                "organisation",
                                                Optional.of(sentence),
                                                Long.toString(limit),
                                                Long.toString(used),
                                                resetsAt,
                                                WHO)));
        return wait.map(refused::retryAfter).orElse(refused);
    }

    private static Optional<Duration> wait(ConsumptionProbe probe) {
        return Optional.of(Duration.ofNanos(probe.getNanosToWaitForRefill()));
    }

    private Counters counters(TenantId tenant, Limits limits) {
        var counters = tenants.computeIfAbsent(tenant, t -> new Counters(limits, meter));
        counters.adopt(limits);
        return counters;
    }

    /// What the desk says. Only `Admitted` holds anything, and it must be closed.
    public sealed interface Admission {
        record Admitted(Permit permit) implements Admission {}

        record Denied(Refused why) implements Admission {}
    }

    /// A running request's share of the limits.
    public final class Permit implements AutoCloseable {
        private final Counters counters;
        private final Limits limits;
        private final AtomicBoolean returned = new AtomicBoolean();
        private final AtomicLong bytes = new AtomicLong();
        private volatile boolean settled;
        private long reserved;

        private Permit(Counters counters, Limits limits) {
            this.counters = counters;
            this.limits = limits;
        }

        /// So many more bytes of the request are about to be parsed; empty when they may be.
        public Optional<Refused> read(long more) {
            bytes.addAndGet(more);
            if (counters.bytes.addAndGet(more) <= mostBytesAtOnce) {
                return Optional.empty();
            }
            parsed();
            return Optional.of(
                    refusal(
                            Limit.BYTES_AT_ONCE,
                            Sentence.of("serving.bytes-at-once", mostBytesAtOnce),
                            mostBytesAtOnce,
                            mostBytesAtOnce,
                            Optional.of(SOON)));
        }

        /// It ends with a receipt, and not as if it had never been.
        public void settled() {
            settled = true;
        }

        public boolean isSettled() {
            return settled;
        }

        /// Nothing of the request is being parsed any more.
        public void parsed() {
            counters.bytes.addAndGet(-bytes.getAndSet(0));
        }

        /// The tokens that the request may need, once; empty when it has them.
        public Optional<Refused> take(long tokens) {
            // The bucket refuses to take nothing.
            if (tokens > 0) {
                var probe = counters.tokens.tryConsumeAndReturnRemaining(tokens);
                if (!probe.isConsumed()) {
                    return Optional.of(tooManyTokens(limits, tokens, probe));
                }
            }
            reserved = tokens;
            return Optional.empty();
        }

        /// As if nothing had been used.
        @Override
        public void close() {
            giveBack(0);
        }

        /// Frees the place and gives back the tokens that were not needed. Once.
        public void giveBack(long usedTokens) {
            if (returned.compareAndSet(false, true)) {
                parsed();
                counters.running.decrementAndGet();
                if (usedTokens < reserved) {
                    counters.tokens.addTokens(reserved - usedTokens);
                }
            }
        }
    }

    private static final class Counters {
        private final AtomicInteger running = new AtomicInteger();
        private final AtomicLong bytes = new AtomicLong();
        private final Bucket requests;
        private final Bucket tokens;
        private volatile Limits limits;

        Counters(Limits limits, TimeMeter meter) {
            this.limits = limits;
            this.requests = bucket(limits.requestsPerMinute(), meter);
            this.tokens = bucket(limits.tokensPerMinute(), meter);
        }

        void adopt(Limits declared) {
            if (!declared.equals(limits)) {
                change(declared);
            }
        }

        private synchronized void change(Limits declared) {
            if (declared.requestsPerMinute() != limits.requestsPerMinute()) {
                replace(requests, limits.requestsPerMinute(), declared.requestsPerMinute());
            }
            if (declared.tokensPerMinute() != limits.tokensPerMinute()) {
                replace(tokens, limits.tokensPerMinute(), declared.tokensPerMinute());
            }
            limits = declared;
        }

        private static void replace(Bucket bucket, long before, long now) {
            long used = Math.max(0, before - bucket.getAvailableTokens());
            bucket.replaceConfiguration(perMinute(now), TokensInheritanceStrategy.RESET);
            if (used > 0) {
                bucket.consumeIgnoringRateLimits(Math.min(used, now));
            }
        }

        private static BucketConfiguration perMinute(long limit) {
            return BucketConfiguration.builder()
                    .addLimit(band -> band.capacity(limit).refillIntervally(limit, MINUTE))
                    .build();
        }

        private static Bucket bucket(long limit, TimeMeter meter) {
            return Bucket.builder()
                    .addLimit(band -> band.capacity(limit).refillIntervally(limit, MINUTE))
                    .withCustomTimePrecision(meter)
                    .build();
        }
    }

    /// Nanoseconds of a clock, for the buckets.
    public static TimeMeter meter(Clock clock) {
        return new TimeMeter() {
            @Override
            public long currentTimeNanos() {
                var now = clock.instant();
                return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
            }

            @Override
            public boolean isWallClockBased() {
                return true;
            }
        };
    }
}
