package org.allodium.serving.rest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.allodium.billing.Budgets;
import org.allodium.billing.Fate;
import org.allodium.billing.Once;
import org.allodium.billing.SettledRequest;
import org.allodium.billing.Settlement.Outcome;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.kernel.Sentence;
import org.allodium.serving.Arrival;
import org.allodium.serving.Arrivals;
import org.allodium.serving.Demands;
import org.allodium.serving.IdempotentRequests;
import org.allodium.serving.IdempotentRequests.Ending;
import org.allodium.serving.Refusals;
import org.allodium.sovereignty.PlacementRequest.Activity;
import org.allodium.sovereignty.PoolId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/// Runs a request with an `Idempotency-Key` once, however often it is sent: a repeat gets the first
/// answer again, or hears what became of it. Only what cost nothing runs anew. See decision 0111.
record OnceOnly(IdempotentRequests repeats, Arrivals arrivals, Budgets budgets, Clock clock) {
    static final String HEADER = "Idempotency-Key";
    static final String REPLAYED = "Idempotency-Replayed";
    private static final int LONGEST_KEY = 255;
    private static final Duration SOON = Duration.ofSeconds(1);

    /// How long after its settlement a request's end may still be on its way to where it is noted.
    private static final Duration NOTING = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(OnceOnly.class);
    private static final JsonMapper JSON = JsonMapper.shared();

    /// The request itself, which writes into the response.
    interface Run {
        void run(Arrival arrival) throws IOException;
    }

    /// What is kept, sealed. `pool` made it, so that a policy can be asked about it again.
    private record Kept(String model, String pool, String type, String sovereignty, byte[] body) {}

    /// The key of a request; nothing when it names none.
    static Optional<IdempotentRequests.Key> key(
            Exchange exchange, String route, Arrival arrival, Object body) {
        var name = exchange.header(HEADER);
        if (name == null) {
            return Optional.empty();
        }
        boolean plain = name.chars().allMatch(c -> c > ' ' && c < 0x7f);
        if (name.isEmpty() || name.length() > LONGEST_KEY || !plain) {
            throw Refused.invalid(HEADER, "serving.repeat-key-form", HEADER, LONGEST_KEY);
        }
        var shapes =
                String.join(
                        "\n",
                        route,
                        arrival.caller().project().toString(),
                        String.valueOf(exchange.header("x-residency")),
                        String.valueOf(exchange.header("x-data-class")),
                        body.toString());
        return Optional.of(new IdempotentRequests.Key(hash(name), hash(shapes)));
    }

    void answer(Response response, Arrival arrival, IdempotentRequests.Key key, Run request)
            throws IOException {
        var holder = budgets.holder(arrival.caller().tenant(), key.keyHex());
        var ended = holder.flatMap(first -> ended(first, arrival, key));
        if (holder.isPresent() && ended.isPresent()) {
            repeat(response, arrival, key, holder.get(), ended.get());
        } else {
            var replaced = holder.map(Once.Holder::requestId);
            var once = new Once(key.keyHex(), key.bodyHex(), replaced);
            run(response, arrival.under(once), key, request);
        }
    }

    /// Empty where the key may be had: who has it cost nothing, or had it a day ago.
    private Optional<IdempotentRequests.Ended> ended(
            Once.Holder first, Arrival arrival, IdempotentRequests.Key key) {
        var id = first.requestId();
        if (!first.begunAt().isAfter(clock.instant().minus(IdempotentRequests.KEPT_FOR))) {
            return Optional.empty();
        }
        var ended = repeats.find(key, id);
        if (ended.isPresent()) {
            return ended;
        }
        var fate = repeats.isRunning(id) ? Fate.OPEN : fate(first, arrival);
        var settled =
                fate == Fate.SETTLED ? settled(first, arrival) : Optional.<SettledRequest>empty();
        if (fate == Fate.UNKNOWN || settled.filter(OnceOnly::costNothing).isPresent()) {
            return ended;
        }
        demandSame(first, key);
        if (fate == Fate.OPEN || !isOver(first, settled)) {
            throw stillRuns();
        }
        repeats.end(key, id, Ending.CUT);
        // Whoever ran it may have said how it ended, just now.
        return repeats.find(key, id);
    }

    private Fate fate(Once.Holder holder, Arrival arrival) {
        var tenant = arrival.caller().tenant();
        var fate = budgets.fate(tenant, holder.requestId());
        if (fate != Fate.OPEN || holder.run() != budgets.run()) {
            return fate;
        }
        // It has answered here, and its end is on its way.
        var unused = budgets.awaitSettled(tenant, holder.requestId(), SOON);
        return budgets.fate(tenant, holder.requestId());
    }

    private static void demandSame(Once.Holder first, IdempotentRequests.Key key) {
        if (!first.body().equals(key.bodyHex())) {
            throw Refused.of(ErrorCode.IDEMPOTENCY_KEY_REUSED, "serving.repeat-key-reused", HEADER)
                    .at(HEADER);
        }
    }

    private void repeat(
            Response response,
            Arrival arrival,
            IdempotentRequests.Key key,
            Once.Holder first,
            IdempotentRequests.Ended ended)
            throws IOException {
        demandSame(first, key);
        if (ended.answer().isEmpty()) {
            throw gone(response, first.requestId(), ended.why());
        }
        replay(response, arrival, first.requestId(), ended.answer().get());
    }

    /// It was charged, and whoever ran it does not note its end any more.
    private boolean isOver(Once.Holder first, Optional<SettledRequest> settled) {
        boolean elsewhere = first.lives() && first.run() != budgets.run();
        return !elsewhere
                || settled.filter(one -> one.at().isAfter(clock.instant().minus(NOTING))).isEmpty();
    }

    private Optional<SettledRequest> settled(Once.Holder first, Arrival arrival) {
        return budgets.awaitSettled(arrival.caller().tenant(), first.requestId(), Duration.ZERO);
    }

    /// A crash ended it before anything of it was charged.
    private static boolean costNothing(SettledRequest settled) {
        return settled.outcome() == Outcome.INTERRUPTED
                && settled.inputTokens() + settled.outputTokens() == 0;
    }

    private void run(Response response, Arrival arrival, IdempotentRequests.Key key, Run request)
            throws IOException {
        var keeping = new Keeping(response.exchange(), arrival, key);
        var copy = new AnswerCopy(IdempotentRequests.LARGEST_ANSWER, keeping);
        keeping.copy = copy;
        response.copyTo(copy);
        repeats.begin(arrival.id());
        try {
            request.run(arrival);
        } catch (Refused e) {
            throw e.code() == ErrorCode.IDEMPOTENCY_KEY_IN_USE ? stillRuns() : e;
        } finally {
            keeping.close();
        }
    }

    /// Ends the claim once: with the answer when it is whole, else by what it cost.
    private final class Keeping implements Runnable {
        private final Exchange exchange;
        private final Arrival arrival;
        private final IdempotentRequests.Key key;
        private AnswerCopy copy = new AnswerCopy(0, () -> {});
        private boolean ended;

        Keeping(Exchange exchange, Arrival arrival, IdempotentRequests.Key key) {
            this.exchange = exchange;
            this.arrival = arrival;
            this.key = key;
        }

        @Override
        public void run() {
            end(this::keep);
        }

        void close() {
            if (!ended) {
                end(
                        () -> {
                            if (arrival.isSettled()) {
                                repeats.end(key, arrival.id(), Ending.CUT);
                            } else {
                                repeats.leave(arrival.id());
                            }
                        });
            }
        }

        private void keep() {
            var start = copy.start();
            if (start == null || copy.tooLarge()) {
                repeats.end(key, arrival.id(), Ending.TOO_LARGE);
            } else if (!permits(exchange, arrival, start.model(), start.place().pool())) {
                repeats.end(key, arrival.id(), Ending.NOT_PERMITTED);
            } else {
                var kept =
                        new Kept(
                                start.model(),
                                start.place().pool().value(),
                                copy.type(),
                                AnswerHeaders.sovereignty(start),
                                copy.bytes());
                repeats.keep(key, arrival.id(), JSON.writeValueAsBytes(kept));
            }
        }

        /// An answer that cannot be kept leaves all the same: a repeat will find its receipt.
        private void end(Runnable how) {
            ended = true;
            try {
                how.run();
            } catch (Refused e) {
                repeats.leave(arrival.id());
                LOG.warn("What became of {} was not noted for repeats", arrival.id(), e);
            }
        }
    }

    private boolean permits(Exchange exchange, Arrival arrival, String model, PoolId producer) {
        var demands =
                new Demands(
                        Set.of(Activity.PROCESS, Activity.KEPT_ANSWER),
                        // It may have been looked up for: then both places are asked for.
                        true,
                        Optional.ofNullable(exchange.header("x-residency")),
                        Optional.ofNullable(exchange.header("x-data-class")));
        return arrivals.mayKeep(arrival, model, producer, demands);
    }

    private void replay(Response response, Arrival arrival, String id, byte[] answer)
            throws IOException {
        var kept = JSON.readValue(answer, Kept.class);
        if (!arrival.caller().mayUse(kept.model())) {
            throw Refusals.modelNotFound(kept.model());
        }
        // As for a cached answer, what is demanded now counts, not what was demanded then.
        if (!permits(response.exchange(), arrival, kept.model(), new PoolId(kept.pool()))) {
            throw gone(response, id, Ending.NOT_PERMITTED);
        }
        response.replay(id, kept.model());
        var exchange = response.exchange();
        exchange.header(REPLAYED, "true");
        exchange.header("x-receipt-id", id);
        exchange.header("x-sovereignty", kept.sovereignty());
        AnswerHeaders.rate(exchange, arrivals.rate(arrival));
        response.bytes(200, kept.type(), kept.body());
    }

    private static Refused stillRuns() {
        return Refused.of(ErrorCode.IDEMPOTENCY_KEY_IN_USE, "serving.repeat-still-runs", HEADER)
                .at(HEADER)
                .retryAfter(SOON);
    }

    private static Refused gone(Response response, String id, Ending why) {
        response.names(id);
        var sentence =
                switch (why) {
                    case TOO_LARGE ->
                            Sentence.of(
                                    "serving.answer-too-large",
                                    HEADER,
                                    id,
                                    IdempotentRequests.LARGEST_ANSWER);
                    case NOT_PERMITTED -> Sentence.of("serving.answer-not-permitted", HEADER, id);
                    case FULL -> Sentence.of("serving.answers-too-many", HEADER, id);
                    case CUT, KEPT -> Sentence.of("serving.answer-lost", HEADER, id);
                };
        return new Refused(ErrorCode.ANSWER_NOT_KEPT, sentence).at(HEADER);
    }

    private static byte[] hash(String text) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
