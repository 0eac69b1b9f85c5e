package org.allodium.serving.internal.admission;

import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.kernel.Sentence;
import org.allodium.serving.AnswerStart.RateState;
import org.allodium.serving.Limit;
import org.allodium.serving.internal.admission.Allotment.Kind;
import org.allodium.tenancy.Limits;
import org.allodium.tenancy.TenantId;

/// Counts each tenant's requests per minute, tokens per minute, requests at once and bytes that are
/// being read. All but the bytes are counted over all nodes. A minute's worth comes at the minute's
/// start: what is left falls by use and by nothing else. The limits come with every call, as they
/// are declared at that moment, so a change binds the next request. What was used before stays
/// used. See decisions 0110 and 0166.
public final class AdmissionDesk {
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final String WHO = "administrator";

    private final Map<TenantId, Counters> tenants = new ConcurrentHashMap<>();
    private final Clock clock;
    private final LongSupplier nanos;
    private final long mostBytesAtOnce;
    private final AllotmentLine line;

    /// @param nanos since 1970, for the minutes
    /// @param mostBytesAtOnce of one tenant's bodies that are being read and parsed
    public AdmissionDesk(
            Clock clock, LongSupplier nanos, long mostBytesAtOnce, AllotmentLine line) {
        this.clock = clock;
        this.nanos = nanos;
        this.mostBytesAtOnce = mostBytesAtOnce;
        this.line = line;
    }

    /// From now on it lets requests in.
    public void open() {
        line.start(
                this::all,
                (tenant, kind) -> Optional.ofNullable(tenants.get(tenant)).map(c -> c.of(kind)),
                this::forget);
    }

    private void forget() {
        all().forEach(Allotment::retire);
        tenants.clear();
    }

    private Collection<Allotment> all() {
        return tenants.values().stream().flatMap(Counters::all).toList();
    }

    /// Counts one request; empty when it may go on.
    public Optional<Refused> count(TenantId tenant, Limits limits) {
        line.demandIn();
        int limit = limits.requestsPerMinute();
        if (line.take(counters(tenant).requests, 1, limit)) {
            return Optional.empty();
        }
        return Optional.of(
                refusal(
                        Limit.REQUESTS_PER_MINUTE,
                        Sentence.of("serving.requests-in-a-minute", limit),
                        limit,
                        limit,
                        Optional.of(untilNext(tenant))));
    }

    /// Takes a place among the requests at once.
    public Admission enter(TenantId tenant, Limits limits) {
        var counters = counters(tenant);
        int limit = limits.concurrentRequests();
        if (line.take(counters.places, 1, limit)) {
            return new Admission.Admitted(new Permit(counters, tenant, limits));
        }
        return new Admission.Denied(
                refusal(
                        Limit.CONCURRENT_REQUESTS,
                        Sentence.of("serving.requests-at-once", limit),
                        limit,
                        limit,
                        Optional.of(SOON)));
    }

    /// As far as this node knows: what others used since it last asked is not in it.
    public RateState state(TenantId tenant, Limits limits) {
        var counters = counters(tenant);
        return new RateState(
                limits.requestsPerMinute(),
                line.left(counters.requests, limits.requestsPerMinute()),
                untilFull(counters.requests),
                limits.tokensPerMinute(),
                line.left(counters.tokens, limits.tokensPerMinute()),
                untilFull(counters.tokens));
    }

    private long untilFull(Allotment of) {
        return line.used(of) == 0 ? 0 : untilNext(of.tenant()).toMillis();
    }

    private Duration untilNext(TenantId tenant) {
        return Duration.ofNanos(Minutes.untilNext(tenant, nanos.getAsLong()));
    }

    private Refused tooManyTokens(TenantId tenant, Limits limits, long tokens) {
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
                limit - line.left(counters(tenant).tokens, limit),
                Optional.of(untilNext(tenant)));
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

    private Counters counters(TenantId tenant) {
        var known = tenants.get(tenant);
        return known != null ? known : tenants.computeIfAbsent(tenant, Counters::new);
    }

    /// What the desk says. Only `Admitted` holds anything, and it must be closed.
    public sealed interface Admission {
        record Admitted(Permit permit) implements Admission {}

        record Denied(Refused why) implements Admission {}
    }

    /// A running request's share of the limits.
    public final class Permit implements AutoCloseable {
        private final Counters counters;
        private final TenantId tenant;
        private final Limits limits;
        private final AtomicBoolean returned = new AtomicBoolean();
        private final AtomicLong bytes = new AtomicLong();
        private volatile boolean settled;
        private long reserved;
        private long reservedIn;

        private Permit(Counters counters, TenantId tenant, Limits limits) {
            this.counters = counters;
            this.tenant = tenant;
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
            // Before: what is given back in a later minute is given back to nobody.
            reservedIn = line.minute(counters.tokens);
            if (tokens > 0 && !line.take(counters.tokens, tokens, limits.tokensPerMinute())) {
                return Optional.of(tooManyTokens(tenant, limits, tokens));
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
                line.giveBack(counters.places, 1, 0);
                if (usedTokens < reserved) {
                    line.giveBack(counters.tokens, reserved - usedTokens, reservedIn);
                }
            }
        }
    }

    private static final class Counters {
        private final AtomicLong bytes = new AtomicLong();
        private final Allotment requests;
        private final Allotment tokens;
        private final Allotment places;

        Counters(TenantId tenant) {
            requests = new Allotment(tenant, Kind.REQUESTS);
            tokens = new Allotment(tenant, Kind.TOKENS);
            places = new Allotment(tenant, Kind.PLACES);
        }

        Allotment of(Kind kind) {
            return switch (kind) {
                case REQUESTS -> requests;
                case TOKENS -> tokens;
                case PLACES -> places;
            };
        }

        Stream<Allotment> all() {
            return Stream.of(requests, tokens, places);
        }
    }

    /// Nanoseconds of a clock, since 1970.
    public static LongSupplier nanos(Clock clock) {
        return () -> {
            var now = clock.instant();
            return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
        };
    }
}
