package org.allodium.serving.rest;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;
import org.allodium.billing.Budgets;
import org.allodium.catalog.ModelCatalog;
import org.allodium.evidence.Receipts;
import org.allodium.identity.Authentication;
import org.allodium.identity.Caller;
import org.allodium.identity.Callers;
import org.allodium.identity.Doors;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Ids;
import org.allodium.kernel.Refused;
import org.allodium.serving.Arrival;
import org.allodium.serving.Arrivals;
import org.allodium.serving.Completions;
import org.allodium.serving.Drain;
import org.allodium.serving.Embeddings;
import org.allodium.serving.HungUp;
import org.allodium.serving.IdempotentRequests;
import org.allodium.serving.ModelListing;
import org.allodium.serving.Rankings;
import org.allodium.serving.RefusalLog;
import org.allodium.serving.Refusals;
import org.allodium.serving.RefusedRequests;
import org.allodium.serving.ServingConfig;
import org.allodium.serving.ServingMeters;
import org.allodium.sovereignty.PlacementRequest.Activity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Everything below `/v1`: finds the route, asks who is calling, lets the endpoint answer, and
/// turns whatever goes wrong into the error object. One log line per request.
@ApplicationScoped
class Api {
    private static final Logger LOG = LoggerFactory.getLogger(Api.class);

    @Inject Callers callers;
    @Inject Doors doors;
    @Inject Completions completions;
    @Inject Embeddings embeddings;
    @Inject Rankings rankings;
    @Inject ModelListing listing;
    @Inject Budgets budgets;
    @Inject Receipts receipts;
    @Inject Arrivals arrivals;
    @Inject Drain drain;
    @Inject RefusedRequests refused;
    @Inject RefusalLog refusals;
    @Inject IdempotentRequests repeats;
    @Inject ModelCatalog catalog;
    @Inject ServingMeters meters;
    @Inject ServingConfig config;
    @Inject Clock clock;

    private final DatabaseAway database = new DatabaseAway();
    private Routes routes;
    private OnceOnly once;

    @PostConstruct
    void open() {
        once = new OnceOnly(repeats, arrivals, budgets, clock);
        routes =
                new Routes(
                        ModelEndpoints.list(listing),
                        ModelEndpoints.one(listing),
                        new ChatEndpoint(completions),
                        new TextEndpoint(completions),
                        new EmbeddingsEndpoint(embeddings),
                        new RankEndpoint(rankings),
                        new ReceiptEndpoint(budgets, receipts),
                        new RefusalsEndpoint(refused));
    }

    Routes routes() {
        return routes;
    }

    /// Whether the answer came from memory: no model was asked.
    boolean answer(Exchange exchange) {
        try (var _ = drain.enter()) {
            return respond(exchange);
        }
    }

    private boolean respond(Exchange exchange) {
        var response = new Response(exchange, Ids.prefixed("req_", clock), clock);
        try {
            route(exchange, response);
            database.answered();
        } catch (IOException | HungUp e) {
            LOG.debug("{}: the client is gone", response.requestId(), e);
        } catch (Throwable e) {
            // An edge: from here on nobody else would answer, and an empty 200 would be a lie.
            refuse(response, e);
        }
        if (response.may(arrivals, Activity.REQUEST_LOG)) {
            RequestLine.write(exchange, response);
        }
        return response.isFromMemory();
    }

    private void route(Exchange exchange, Response response) throws Exception {
        if (drain.ending()) {
            throw Refusals.ending();
        }
        var here = routes.at(exchange.path());
        if (here.isEmpty()) {
            // For the record of refusals; nothing is there, whoever asks.
            learnWho(exchange, response);
            throw Refused.of(ErrorCode.NOT_FOUND, "serving.nothing-there");
        }
        var allowed =
                here.stream().map(Routes.Route::method).sorted().collect(Collectors.joining(", "));
        if ("OPTIONS".equals(exchange.method())) {
            exchange.header("Allow", allowed + ", OPTIONS");
            exchange.status(204);
            return;
        }
        var route = here.stream().filter(r -> r.serves(exchange.method())).findFirst();
        if (route.isEmpty()) {
            exchange.header("Allow", allowed);
            throw Refused.of(ErrorCode.METHOD_NOT_ALLOWED, "serving.other-method", allowed);
        }
        response.at(route.get().template());
        if (route.get().endpoint() instanceof Endpoint.Inference<?>) {
            RequestBody.checkAnnounced(exchange, config.maxBodyBytes());
        }
        var caller = authenticate(exchange, response);
        response.to(caller);
        caller.scope()
                .call(
                        () -> {
                            serve(route.get(), exchange, response, caller);
                            return true;
                        });
    }

    private void learnWho(Exchange exchange, Response response) {
        if (exchange.header("Authorization") == null) {
            return;
        }
        try {
            response.to(authenticate(exchange, response));
        } catch (Refused e) {
            LOG.debug("{}: nobody known asks", response.requestId(), e);
        }
    }

    private Caller authenticate(Exchange exchange, Response response) {
        var credential = exchange.header("Authorization");
        var address = doors.address(exchange.remoteAddress(), exchange.header("X-Forwarded-For"));
        doors.wait(address, credential).ifPresent(Api::refuseWrongKeys);
        var answer = callers.authenticate(credential, exchange.header("OpenAI-Project"));
        return switch (answer) {
            case Authentication.Authenticated(var caller) -> {
                doors.wasRight(credential == null ? "" : credential);
                response.by(RecordedRefusals.who(caller));
                yield caller;
            }
            case Authentication.Rejected(var reason, var known) -> {
                doors.wasWrong(address);
                known.ifPresent(whose -> response.by(RecordedRefusals.who(whose)));
                throw RecordedRefusals.refused(ErrorCode.INVALID_API_KEY, reason, known);
            }
            case Authentication.Forbidden(var reason, var known) -> {
                known.ifPresent(whose -> response.by(RecordedRefusals.who(whose)));
                throw RecordedRefusals.refused(ErrorCode.PERMISSION_DENIED, reason, known);
            }
        };
    }

    private static void refuseWrongKeys(Duration wait) {
        throw Refused.of(ErrorCode.RATE_LIMIT_EXCEEDED, "serving.too-many-wrong-keys")
                .retryAfter(wait);
    }

    private void serve(Routes.Route route, Exchange exchange, Response response, Caller caller)
            throws IOException {
        try {
            switch (route.endpoint()) {
                case Endpoint.Reading reading -> {
                    try (var arrival = arrivals.arrive(caller, "")) {
                        AnswerHeaders.rate(exchange, arrivals.rate(arrival));
                        reading.answer(
                                response, caller, route.argument(exchange.path()).orElse(""));
                    }
                }
                case Endpoint.Inference<?> inference -> infer(inference, response, caller);
            }
        } catch (Refused e) {
            if (!exchange.committed()) {
                AnswerHeaders.rate(exchange, arrivals.rate(caller));
            }
            throw e;
        }
    }

    private <Q extends Endpoint.Body> void infer(
            Endpoint.Inference<Q> inference, Response response, Caller caller) throws IOException {
        try (var arrival = arrivals.arrive(caller, inference.idPrefix())) {
            var exchange = response.exchange();
            var read = read(inference, exchange, response.route(), arrival);
            var model = read.request().model();
            response.asks(catalog.find(model).isPresent() ? model : "");
            OnceOnly.Run run = let -> inference.answer(response, let, read.request());
            if (read.key().isEmpty()) {
                run.run(arrival);
            } else {
                once.answer(response, arrival, read.key().get(), run);
            }
        }
    }

    /// A checked request, and the key under which it runs once, if it names one.
    private record Read<Q extends Endpoint.Body>(Q request, Optional<IdempotentRequests.Key> key) {}

    private <Q extends Endpoint.Body> Read<Q> read(
            Endpoint.Inference<Q> inference, Exchange exchange, String route, Arrival arrival)
            throws IOException {
        try {
            var body = RequestBody.read(exchange, config.maxBodyBytes(), arrival::reads, clock);
            return new Read<>(inference.parse(body), OnceOnly.key(exchange, route, arrival, body));
        } finally {
            arrival.isParsed();
        }
    }

    private void refuse(Response response, Throwable failure) {
        var error = ErrorBody.of(failure, response.requestId());
        if (database.noticed(failure)) {
            response.nobodyToAsk();
        }
        boolean counted = response.may(arrivals, Activity.METRICS);
        Failures.note(response.requestId(), failure, error, counted ? meters : null);
        if (response.may(arrivals, Activity.REQUEST_LOG)) {
            RecordedRefusals.note(refusals, response, error);
        }
        try {
            response.error(error);
        } catch (IOException e) {
            LOG.debug("{}: the client did not wait for the error", response.requestId(), e);
        }
    }
}
