package org.allodium.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.allodium.it.product.Api;
import org.allodium.it.product.Books;
import org.allodium.it.product.LongAnswer;
import org.allodium.it.product.Product;
import org.allodium.it.product.Waiting;
import org.allodium.kernel.Ids;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// What goes wrong only where something is made to is as described too, with every operation that
/// describes it. While the database is away, `DatabaseAwayIT` looks.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DescribedFailuresIT {
    private static final String QUOTA = "select requests_per_minute from tenancy.organisation";

    private static final Set<String> GENERATING =
            Set.of("createChatCompletion", "createCompletion");
    static final List<String> READING =
            List.of("listModels", "showModel", "showReceipt", "listRefusals");

    private static final Set<String> UNBROKEN =
            Set.of(
                    "createChatCompletion",
                    "createCompletion",
                    "createEmbeddings",
                    "rerank",
                    "listModels",
                    "showModel",
                    "listRefusals");

    private final Description description = new Description(Api.portal("/openapi").json());
    private final String key = Product.key("standard");
    private UUID tenant = new UUID(0, 0);

    @BeforeAll
    void bringIn(@TempDir Path folder) throws Exception {
        tenant = UUID.fromString(ExpiredKeyIT.owner(key));
        var ranker = TrialModels.ranker(folder);
        deploy(ranker, TrialModels.RANKER);
        deploy(TrialModels.spoilt(ranker), "spoilt/rerank");
        deploy(TrialModels.spoilt(TrialModels.encoder(folder)), "spoilt/createEmbeddings");
    }

    private void deploy(Path model, String name) throws Exception {
        var body = JsonMapper.shared().createObjectNode();
        body.put("directory", model.toString()).put("name", name).put("deploy", true);
        Call.of("adminImportModel", 201, DescriptionIT.operationsToken())
                .saying(body.toString())
                .isAsDescribed(description);
    }

    private List<Inference> describing(int status) {
        assertThat(description.operationsWith(status))
                .filteredOn(operation -> !operation.equals("showReceipt"))
                .containsExactlyInAnyOrderElementsOf(
                        Inference.ALL.stream().map(Inference::operation).toList());
        return Inference.ALL;
    }

    @Test
    void aRepeatWhoseAnswerIsNotThereAnyMore() throws Exception {
        for (var inference : describing(410)) {
            try (var database = Product.database(tenant)) {
                repeat(
                        inference,
                        database,
                        "update serving.idempotent_request set ending = 'CUT', answer = null",
                        410);
            }
        }
    }

    @Test
    void aReceiptThatIsPutAway() throws Exception {
        assertThat(description.operationsWith(410)).contains("showReceipt");
        var begun = Instant.parse("2020-01-15T00:00:00Z");
        var id = Ids.prefixed("chatcmpl-", Clock.fixed(begun, ZoneOffset.UTC));
        change(
                "owner",
                "insert into evidence.archived values ('2020-01-01', '%s', '%s', '%s', false)"
                        .formatted(tenant, begun, begun));
        try {
            Call.of("showReceipt", 410, key).with("id", id).isAsDescribed(description);
            Call.of("showReceipt", 404, key)
                    .with("id", id.replace("chatcmpl-01", "chatcmpl-02"))
                    .isAsDescribed(description);
        } finally {
            change("owner", "delete from evidence.archived where month = '2020-01-01'");
        }
    }

    /// The request that has its key has not ended.
    @Test
    void aRepeatWhileTheFirstStillRuns() throws Exception {
        try (var crowd = Executors.newVirtualThreadPerTaskExecutor()) {
            crowd.submit(
                    () -> Api.as("standard").post("/chat/completions", LongAnswer.question(true)));
            Waiting.until(
                    Duration.ofSeconds(30),
                    "one runs",
                    () -> Books.one("select count(*) from billing.open_request").signum() > 0);
            var running = LongAnswer.openRequest();
            for (var inference : describing(409)) {
                try (var database = Product.database()) {
                    repeat(
                            inference,
                            database,
                            "update billing.once set request_id = '" + running + "'",
                            409);
                }
            }
            crowd.shutdownNow();
            assertThat(crowd.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    /// Sends it, changes what is remembered of it, and sends it again.
    private void repeat(Inference inference, Connection database, String change, int status)
            throws Exception {
        var id = status + "-" + UUID.randomUUID();
        var call = inference.ask(200, key).with("Idempotency-Key", id);
        call.isAsDescribed(description);
        try (var update = database.prepareStatement(change + " where key_hash = ?")) {
            update.setBytes(1, ExpiredKeyIT.hash(id));
            assertThat(update.executeUpdate()).isEqualTo(1);
        }
        call.expecting(status).isAsDescribed(description);
    }

    /// A decoder with such weights says nothing instead: nothing from outside makes its step fail.
    /// What it would answer then is the same object, by `DescriptionTest`.
    @Test
    void aModelThatFails() throws Exception {
        for (var inference : describing(502)) {
            if (!GENERATING.contains(inference.operation())) {
                inference
                        .ask(502, key)
                        .saying(inference.of("spoilt/" + inference.operation(), ""))
                        .isAsDescribed(description);
            }
        }
    }

    /// Of two requests in a row one is refused, whenever the minute began.
    @Test
    void aLimitHoldsReadingsBackToo() throws Exception {
        int before = Books.one(QUOTA + " where tenant_id = '" + tenant + "'").intValueExact();
        limit(1);
        try {
            for (var operation : READING) {
                var call = Call.of(operation, 429, key);
                var asked = operation.startsWith("show") ? call.with("id", "x") : call;
                asked.send(description);
                asked.isAsDescribed(description);
            }
        } finally {
            limit(before);
        }
    }

    private void limit(int requests) throws Exception {
        change(
                "platform",
                "update tenancy.organisation set requests_per_minute = %d where tenant_id = '%s'"
                        .formatted(requests, tenant));
        // Nobody waits for the news of what is changed beside the product.
        Waiting.until(
                Duration.ofSeconds(5),
                "the limit binds",
                () ->
                        Api.as("standard")
                                .get("/models")
                                .header("x-ratelimit-limit-requests")
                                .equals(Integer.toString(requests)));
    }

    /// Tables that are read at each request have other names meanwhile. The other operations read
    /// none, or answer 503 where theirs cannot be written: what they would answer is the same
    /// object, by `DescriptionTest`.
    @Test
    void aServerThatBreaks() throws Exception {
        var all = EveryOperation.ready();
        rename("evidence.receipt", "elsewhere");
        try {
            rename("tenancy.staff_role", "elsewhere");
            try {
                all.answers(500, UNBROKEN);
            } finally {
                rename("tenancy.elsewhere", "staff_role");
            }
        } finally {
            rename("evidence.elsewhere", "receipt");
        }
        assertThat(Api.as("standard").get("/receipts/x").status()).isEqualTo(404);
    }

    /// What no operation of a path is, the description's first words say.
    @Test
    void whatIsNoOperationIsToldSo() throws Exception {
        for (var path : description.paths().entrySet()) {
            var methods = String.join(", ", path.getValue());
            if (path.getKey().startsWith("/v1")) {
                var options = send("OPTIONS", path.getKey());
                assertThat(options.statusCode()).isEqualTo(204);
                assertThat(options.headers().firstValue("allow")).hasValue(methods + ", OPTIONS");
                var deleted = send("DELETE", path.getKey());
                assertThat(deleted.statusCode()).isEqualTo(405);
                assertThat(deleted.headers().firstValue("allow")).hasValue(methods);
                assertThat(description.flawsOfError(deleted)).isEmpty();
                if (path.getValue().contains("GET")) {
                    var head = send("HEAD", path.getKey());
                    assertThat(head.body()).isEmpty();
                    assertThat(head.statusCode())
                            .isEqualTo(send("GET", path.getKey()).statusCode());
                }
            }
        }
    }

    private HttpResponse<byte[]> send(String method, String path) throws Exception {
        var address = URI.create(Product.portal() + path.replaceAll("\\{\\w+}", "x"));
        var request =
                HttpRequest.newBuilder(address)
                        .header("Authorization", "Bearer " + key)
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build();
        try (var http = HttpClient.newHttpClient()) {
            return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        }
    }

    private static void rename(String table, String name) throws SQLException {
        change("owner", "alter table " + table + " rename to " + name);
    }

    private static void change(String role, String sql) throws SQLException {
        try (var connection = Product.databaseAs(role);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
