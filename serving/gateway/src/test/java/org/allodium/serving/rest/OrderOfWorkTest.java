package org.allodium.serving.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.kernel.Sentence;
import org.allodium.serving.Arrival;
import org.allodium.serving.ServingWorld;
import org.allodium.serving.rest.Routes.Route;
import org.allodium.tenancy.Limits;
import org.junit.jupiter.api.Test;

/// Walks every route with requests that have one fault less each time: what is refused first was
/// looked at first. Nothing dear happens before what is cheap.
class OrderOfWorkTest {
    /// In the order in which they must be found.
    private enum Fault {
        SIZE("request_too_large"),
        KEY("invalid_api_key"),
        REQUESTS("requests_per_minute"),
        AT_ONCE("concurrent_requests"),
        BYTES_AT_ONCE("bytes_at_once"),
        SYNTAX("invalid_request"),
        PLACE("data_residency_mismatch"),
        TEXT("context_length_exceeded"),
        // From here on the tokenizer was asked.
        TOKENS("context_length_exceeded"),
        TOKENS_PER_MINUTE("tokens_per_minute"),
        MONEY("grants"),
        FORM("invalid_request");

        private final String sign;

        Fault(String sign) {
            this.sign = sign;
        }
    }

    @Test
    void everyRouteRefusesWhatIsCheapToSeeBeforeWhatIsDear() {
        try (var any = new ServingWorld()) {
            var routes = WiredApi.over(any).routes().all();
            assertThat(routes).isNotEmpty();
            for (Route route : routes) {
                for (Fault first : Fault.values()) {
                    if (met(route).contains(first)) {
                        check(route, first);
                    }
                }
            }
        }
    }

    private static void check(Route route, Fault first) {
        try (var world = new ServingWorld()) {
            var faults = new Faulty(world, route, EnumSet.range(first, Fault.FORM));
            faults.answer();
            assertThat(faults.sign()).as("%s %s", route.template(), first).isEqualTo(first.sign);
            if (first.compareTo(Fault.TOKENS) < 0) {
                assertThat(world.home.written).as(route.template()).isZero();
                assertThat(world.home.tokenized).as(route.template()).isZero();
                assertThat(world.encoder.tokenized).as(route.template()).isZero();
                assertThat(world.ranker.tokenized).as(route.template()).isZero();
            }
            if (first != Fault.FORM) {
                assertThat(world.home.checked).as(route.template()).isEmpty();
                assertThat(world.budgets.reserved).as(route.template()).isEmpty();
            }
            assertThat(world.budgets.stillOpen()).isZero();
            faults.others.forEach(Arrival::close);
            try (var alone = world.arrivals.arrive(ServingWorld.callerOf(9), "x-")) {
                alone.reads(ServingWorld.MOST_BYTES_AT_ONCE);
            }
        }
    }

    private static Set<Fault> met(Route route) {
        return switch (route.endpoint()) {
            case Endpoint.Reading reading -> EnumSet.range(Fault.KEY, Fault.AT_ONCE);
            case Endpoint.Inference<?> inference ->
                    route.template().endsWith("completions")
                            ? EnumSet.allOf(Fault.class)
                            : EnumSet.range(Fault.SIZE, Fault.MONEY);
        };
    }

    private static final class Faulty {
        private final ServingWorld world;
        private final Route route;
        private final Set<Fault> faults;
        private final List<Arrival> others = new ArrayList<>();
        private Optional<FakeExchange> exchange = Optional.empty();

        Faulty(ServingWorld world, Route route, Set<Fault> faults) {
            this.world = world;
            this.route = route;
            this.faults = faults;
        }

        void answer() {
            int atOnce = faults.contains(Fault.AT_ONCE) ? 1 : 9;
            int requests = faults.contains(Fault.REQUESTS) ? 1 : 99;
            int tokens = faults.contains(Fault.TOKENS_PER_MINUTE) ? 1 : 99_999;
            world.organisations.limits = new Limits(requests, tokens, atOnce);
            if (faults.contains(Fault.BYTES_AT_ONCE)) {
                var other = world.arrivals.arrive(ServingWorld.caller(), "x-");
                other.reads(ServingWorld.MOST_BYTES_AT_ONCE);
                others.add(other);
            }
            if (faults.contains(Fault.PLACE)) {
                world.pools.all().forEach(pool -> world.facts.barred.add(pool.pool()));
            }
            if (faults.contains(Fault.MONEY)) {
                world.budgets.onlyAvailable("0");
            }
            world.home.formCheck = Faulty::refuseForm;
            var sent = request();
            WiredApi.over(world, 50_000).answer(sent);
            exchange = Optional.of(sent);
        }

        private static void refuseForm() {
            throw new Refused(ErrorCode.INVALID_REQUEST, Sentence.asSaid("No such form."))
                    .at("response_format");
        }

        private FakeExchange request() {
            var path = route.template().replace("{}", "guide");
            var sent =
                    route.endpoint() instanceof Endpoint.Reading
                            ? FakeExchange.get(path)
                            : FakeExchange.post(path, body(path));
            if (faults.contains(Fault.SIZE)) {
                sent.with("Content-Length", "50001");
            }
            return faults.contains(Fault.KEY) ? sent.with("Authorization", "Bearer wrong") : sent;
        }

        private String body(String path) {
            if (faults.contains(Fault.SYNTAX)) {
                return "{";
            }
            // Contexts hold 100 tokens, or 20 of those that read in one pass.
            int tooMany = path.endsWith("completions") ? 110 : 30;
            var text =
                    "x"
                            .repeat(
                                    faults.contains(Fault.TEXT)
                                            ? 9_000
                                            : faults.contains(Fault.TOKENS) ? tooMany : 9);
            return switch (path.substring(1)) {
                case "embeddings" -> "{\"model\":\"org/encoder\",\"input\":\"" + text + "\"}";
                case "completions" -> "{\"model\":\"guide\",\"prompt\":\"" + text + "\"}";
                case "rerank" ->
                        "{\"model\":\"org/ranker\",\"query\":\"a\",\"documents\":[\""
                                + text
                                + "\"]}";
                default ->
                        "{\"model\":\"guide\",\"messages\":[{\"role\":\"user\",\"content\":\""
                                + text
                                + "\"}]}";
            };
        }

        /// The rule that was broken where one is named, else the code.
        String sign() {
            var error = exchange.orElseThrow().error();
            var rule = error.at("/details/0/rule").asString("");
            return rule.isEmpty() || rule.startsWith("R") ? error.path("code").asString() : rule;
        }
    }
}
