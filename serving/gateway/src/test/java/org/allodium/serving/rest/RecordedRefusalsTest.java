package org.allodium.serving.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Optional;
import org.allodium.catalog.Model;
import org.allodium.kernel.Sentence;
import org.allodium.serving.ServingWorld;
import org.allodium.sovereignty.Rule;
import org.allodium.sovereignty.RuleFailure;
import org.allodium.tenancy.Limits;
import org.allodium.tenancy.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// An organisation reads what of its requests was refused, why, and what helps.
class RecordedRefusalsTest {
    private static final String SECRET = "the patient's name";

    private final TestDatabase database = TestDatabase.fresh();
    private final ServingWorld world = new ServingWorld();
    private Api api;

    @BeforeEach
    void start() {
        world.recordIn(database);
        api = WiredApi.over(world);
    }

    @AfterEach
    void close() {
        world.close();
        database.close();
    }

    @Test
    void everyKindOfRefusalIsThereWithCauseAndCureAndWithoutTheRequest() throws SQLException {
        assertThat(chat("guide", "revoked").status()).isEqualTo(401);
        assertThat(chat(SECRET, "good").status()).isEqualTo(404);
        world.pools.all().forEach(pool -> world.facts.barred.add(pool.pool()));
        assertThat(chat("guide", "good").status()).isEqualTo(403);
        world.facts.barred.clear();
        world.budgets.onlyAvailable("0");
        assertThat(chat("guide", "good").status()).isEqualTo(429);
        world.budgets.onlyAvailable("1000");
        world.home.state = Model.State.OFFLINE;
        world.homeToo.state = Model.State.OFFLINE;
        assertThat(chat("guide", "good").status()).isEqualTo(503);

        var data = list("").path("data");
        var codes = new ArrayList<String>();
        for (var refusal : data) {
            codes.add(refusal.path("code").asString());
            assertThat(refusal.path("cause").asString()).isNotEmpty();
            assertThat(refusal.path("cure").asString()).isNotEmpty();
            assertThat(refusal.path("route").asString()).isEqualTo("/chat/completions");
            assertThat(refusal.path("key_name").asString()).isEqualTo("key");
            assertThat(refusal.path("request_id").asString()).startsWith("req_");
        }
        assertThat(codes)
                .containsExactlyInAnyOrder(
                        "invalid_api_key",
                        "model_not_found",
                        "data_residency_mismatch",
                        "insufficient_quota",
                        "residency_capacity");
        assertThat(list("status=401").path("data").get(0).path("rule").asString())
                .isEqualTo("key_revoked");
        assertThat(list("status=403").path("data").get(0).path("model").asString())
                .isEqualTo("guide");
        assertThat(everything()).doesNotContain(SECRET).contains("guide");
    }

    @Test
    void theFirstRuleExplainsItself() {
        var widens = Sentence.of("sovereignty.demand-widens", "open", "national");
        world.facts.requestFailure = Optional.of(new RuleFailure(Rule.POLICY_WIDENING, widens));
        chat("guide", "good");
        var only = list("").path("data").get(0);
        assertThat(only.path("rule").asString()).isEqualTo("R1 policy_widening");
        assertThat(only.path("explanation").asString())
                .isEqualTo("The residency policy open would allow more than national allows.");
    }

    @Test
    void whatIsLongIsCut() {
        world.pools.all().forEach(pool -> world.facts.barred.add(pool.pool()));
        world.facts.why = "!".repeat(1_000);
        chat("guide", "good");
        assertThat(list("").path("data").get(0).path("explanation").asString())
                .hasSize(300)
                .endsWith("!!");
    }

    @Test
    void aClientInALoopIsCounted() {
        world.organisations.limits = new Limits(2, 1_000, 9);
        for (int n = 0; n < 50; n++) {
            chat("guide", "good");
        }
        world.organisations.limits = new Limits(100, 1_000, 9);
        var only = list("status=429").path("data");
        assertThat(only.size()).isEqualTo(1);
        assertThat(only.get(0).path("count").asInt()).isEqualTo(48);
        assertThat(only.get(0).path("rule").asString()).isEqualTo("requests_per_minute");
    }

    @Test
    void nobodyKnownIsRecordedForAKeyThatIsNone() throws SQLException {
        assertThat(chat("guide", "wrong").status()).isEqualTo(401);
        assertThat(list("").path("data").size()).isZero();
        assertThat(everything()).isEmpty();
    }

    @Test
    void pagesNameTheNext() {
        api.answer(FakeExchange.get("/models/none"));
        api.answer(FakeExchange.get("/no/such/" + SECRET));
        var first = list("limit=1");
        assertThat(first.path("has_more").asBoolean()).isTrue();
        var second = list("limit=1&after=" + first.path("last_id").asString());
        assertThat(second.path("has_more").asBoolean()).isFalse();
        assertThat(list("status=404").path("data").size()).isEqualTo(2);
        assertThat(second.path("data").get(0).path("id"))
                .isNotEqualTo(first.path("data").get(0).path("id"));
        var odd = FakeExchange.get("/refusals").asking("limit=0");
        api.answer(odd);
        assertThat(odd.status()).isEqualTo(400);
        assertThat(odd.error().path("param").asString()).isEqualTo("limit");
    }

    private FakeExchange chat(String model, String key) {
        var exchange =
                FakeExchange.post(
                                "/chat/completions",
                                "{\"model\":\""
                                        + model
                                        + "\",\"messages\":[{\"role\":\"user\",\"content\":\""
                                        + SECRET
                                        + "\"}]}")
                        .with("Authorization", "Bearer " + key);
        api.answer(exchange);
        return exchange;
    }

    private JsonNode list(String query) {
        var exchange = FakeExchange.get("/refusals").asking(query);
        api.answer(exchange);
        assertThat(exchange.status()).as(exchange.text()).isEqualTo(200);
        return exchange.json();
    }

    private String everything() throws SQLException {
        world.refusals.flush();
        try (var connection = database.platform().getConnection();
                var rows =
                        connection
                                .createStatement()
                                .executeQuery(
                                        "select coalesce(string_agg(r::text, ' '), '')"
                                                + " from serving.refusal r")) {
            rows.next();
            return rows.getString(1);
        }
    }
}
