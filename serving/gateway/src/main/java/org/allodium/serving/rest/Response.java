package org.allodium.serving.rest;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.allodium.identity.Caller;
import org.allodium.kernel.Refused;
import org.allodium.serving.AnswerStart;
import org.allodium.serving.Arrivals;
import org.allodium.serving.RefusalLog;
import org.allodium.sovereignty.PlacementRequest.Activity;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Writes one response: a JSON body, or a stream of events. Every one carries the request's id.
final class Response {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String EVENTS = "text/event-stream; charset=utf-8";

    private final Exchange exchange;
    private final String requestId;
    private final Clock clock;
    private final Instant begun;
    private String route = "-";
    private String model = "-";
    private @Nullable Caller caller;
    private String asked = "";
    private boolean nobodyToAsk;
    private RefusalLog.@Nullable Who who;
    private @Nullable String receiptId;
    private @Nullable OutputStream events;
    private @Nullable AnswerCopy copy;
    private @Nullable String named;
    private boolean fromMemory = true;

    Response(Exchange exchange, String requestId, Clock clock) {
        this.exchange = exchange;
        this.requestId = requestId;
        this.clock = clock;
        this.begun = clock.instant();
        exchange.header("x-request-id", requestId);
    }

    Exchange exchange() {
        return exchange;
    }

    String requestId() {
        return requestId;
    }

    /// The intent is durable: there will be a receipt of this name if anything leaves the house.
    void started(AnswerStart start) {
        receiptId = start.requestId();
        fromMemory = start.fromCache();
        model = start.model();
        if (copy != null) {
            copy.started(start);
        }
    }

    /// From here on the copy hears what the client is told.
    void copyTo(AnswerCopy wanted) {
        copy = wanted;
    }

    /// An error is about the request of this receipt.
    void names(String receipt) {
        named = receipt;
        exchange.header("x-receipt-id", receipt);
    }

    /// Whether no model was asked for it.
    boolean isFromMemory() {
        return fromMemory;
    }

    /// For the log line: a route's template, never what a caller wrote.
    String route() {
        return route;
    }

    void at(String template) {
        route = template;
    }

    /// The answer of an earlier request leaves again.
    void replay(String receipt, String fromModel) {
        receiptId = receipt;
        model = fromModel;
    }

    /// For the log line: the model that answers, `-` when none does.
    String model() {
        return model;
    }

    /// Whose request it turned out to be.
    void to(Caller known) {
        caller = known;
    }

    /// Whether a sink of the installation may take from this request. What nobody signed in for
    /// touches no organisation's data, and what began to be answered was decided with its sinks;
    /// where it cannot be found out, it is not written.
    boolean may(Arrivals arrivals, Activity sink) {
        var known = caller;
        if (known == null || receiptId != null) {
            return true;
        }
        if (nobodyToAsk) {
            return false;
        }
        try {
            return arrivals.mayTouch(known, sink);
        } catch (Refused unknown) {
            return false;
        }
    }

    /// The database did not answer: asking it again would hold the refusal back.
    void nobodyToAsk() {
        nobodyToAsk = true;
    }

    void by(RefusalLog.Who caller) {
        who = caller;
    }

    RefusalLog.@Nullable Who by() {
        return who;
    }

    /// The model that was asked for, empty unless there is one of that name.
    void asks(String known) {
        asked = known;
    }

    String asked() {
        return asked;
    }

    long millis() {
        return Duration.between(begun, clock.instant()).toMillis();
    }

    void json(int status, JsonNode body) throws IOException {
        text(status, "application/json; charset=utf-8", JSON.writeValueAsString(body));
    }

    void text(int status, String type, String body) throws IOException {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        if (copy != null && status == 200) {
            copy.typed(type);
            copy.is(bytes);
        }
        bytes(status, type, bytes);
    }

    void bytes(int status, String type, byte[] bytes) throws IOException {
        head(status, type);
        exchange.header("Content-Length", Integer.toString(bytes.length));
        try (var out = exchange.out()) {
            out.write(bytes);
        }
    }

    OutputStream openEvents() throws IOException {
        head(200, EVENTS);
        exchange.header("X-Accel-Buffering", "no");
        if (copy == null) {
            events = exchange.out();
        } else {
            copy.typed(EVENTS);
            events = copy.events(exchange.out());
        }
        return events;
    }

    void error(ErrorBody error) throws IOException {
        if (events != null) {
            // The status has left: an event says what happened, and no [DONE] follows.
            events.write(Events.event(error.json(receiptId)));
            events.flush();
            return;
        }
        error.headers(exchange);
        json(error.code().httpStatus(), error.json(named));
    }

    private void head(int status, String type) {
        exchange.status(status);
        exchange.header("Content-Type", type);
        exchange.header("Cache-Control", "no-cache");
        exchange.header("openai-processing-ms", Long.toString(millis()));
    }
}
