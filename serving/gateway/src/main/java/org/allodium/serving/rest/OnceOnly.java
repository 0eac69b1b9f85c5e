package org.allodium.serving.rest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.allodium.billing.Budgets;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.kernel.Sentence;
import org.allodium.serving.Arrival;
import org.allodium.serving.Arrivals;
import org.allodium.serving.Demands;
import org.allodium.serving.IdempotentRequests;
import org.allodium.serving.IdempotentRequests.Claim;
import org.allodium.serving.IdempotentRequests.Ending;
import org.allodium.serving.Refusals;
import org.allodium.sovereignty.PlacementRequest.Activity;
import org.allodium.sovereignty.PoolId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/// Runs a request with an `Idempotency-Key` once, however often it is sent: a repeat gets the first
/// answer again, or hears what became of it. Only what cost nothing runs anew. See decision 0111.
record OnceOnly(IdempotentRequests repeats, Arrivals arrivals, Budgets budgets) {
    static final String HEADER = "Idempotency-Key";
    static final String REPLAYED = "Idempotency-Replayed";
    private static final int LONGEST_KEY = 255;
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Logger LOG = LoggerFactory.getLogger(OnceOnly.class);
    private static final JsonMapper JSON = JsonMapper.shared();

    /// The request itself, which writes into the response.
    interface Run {
        void run() throws IOException;
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
        switch (repeats.claim(key, arrival.id())) {
            case Claim.First first -> run(response, arrival, key, request);
            case Claim.Runs runs -> throw stillRuns();
            case Claim.OtherBody other ->
                    throw Refused.of(
                                    ErrorCode.IDEMPOTENCY_KEY_REUSED,
                                    "serving.repeat-key-reused",
                                    HEADER)
                            .at(HEADER);
            case Claim.Answered(var id, var answer) -> replay(response, arrival, id, answer);
            case Claim.Gone(var id, var why) -> throw gone(response, id, why);
            case Claim.Orphan(var id) -> {
                switch (budgets.fate(arrival.caller().tenant(), id)) {
                    case SETTLED -> {
                        repeats.end(key, id, Ending.CUT);
                        throw gone(response, id, Ending.CUT);
                    }
                    // Its recovery is under way.
                    case OPEN -> throw stillRuns();
                    case UNKNOWN -> {
                        if (!repeats.adopt(key, id, arrival.id())) {
                            throw stillRuns();
                        }
                        run(response, arrival, key, request);
                    }
                }
            }
        }
    }

    private void run(Response response, Arrival arrival, IdempotentRequests.Key key, Run request)
            throws IOException {
        var keeping = new Keeping(response.exchange(), arrival, key);
        var copy = new AnswerCopy(IdempotentRequests.LARGEST_ANSWER, keeping);
        keeping.copy = copy;
        response.copyTo(copy);
        try {
            request.run();
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
                                repeats.forget(key, arrival.id());
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
