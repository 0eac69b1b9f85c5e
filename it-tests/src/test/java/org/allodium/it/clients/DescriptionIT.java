package org.allodium.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.allodium.it.product.Api;
import org.allodium.it.product.Product;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Every operation that `/openapi` describes is called, and the real request, answer and errors are
/// as described: a status, header or field that is served and not described fails, and so does an
/// empty schema. That the document has every route there is, and no other, is seen beside the
/// tables of routes (`DescriptionTest`).
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DescriptionIT {
    private static final String RANKER = TrialModels.RANKER;
    private static final String CALLER = TrialModels.CALLER;
    // Before any of this run's requests.
    private static final String FIRST_MONTH = "2026-10";

    /// What goes wrong only where something is made to: `DescribedFailuresIT` and, for 503,
    /// `DatabaseAwayIT` try it with the operations that describe it.
    private static final Predicate<String> TRIED_ELSEWHERE =
            Pattern.compile(
                            "\\w+ (409|410|500|502|503)|(%s) 429"
                                    .formatted(String.join("|", DescribedFailuresIT.READING)))
                    .asMatchPredicate();

    private final Description description = new Description(Api.portal("/openapi").json());
    private final String key = Product.key("standard");
    private final String staff = operationsToken();
    private String auditor = "";
    private String viewer = "";
    private String receipt = "";
    private String pool = "";
    private Path folder = Path.of("");

    @BeforeAll
    void prepare(@TempDir Path made) throws Exception {
        folder = made;
        auditor = AccessTokenIT.token("auditor");
        viewer = AccessTokenIT.token("billing-viewer");
        receipt = Api.as("standard").chat("allodium-guide", "Hi", 2).header("x-receipt-id");
        // Something to be listed.
        Api.as("standard").chat("no-such-model", "Hi", 2);
        TrialModels.ranker(folder);
        var caller =
                Map.of(
                        "directory",
                        TrialModels.caller(folder).toString(),
                        "name",
                        CALLER,
                        "deploy",
                        true);
        var brought =
                admin("adminImportModel", 201)
                        .saying(JsonMapper.shared().writeValueAsString(caller))
                        .send(description);
        pool = JsonMapper.shared().readTree(brought.body()).at("/deployed_on/0").asString();
    }

    static String operationsToken() {
        try {
            return Files.readString(Product.home().resolve("secrets/operations-token")).strip();
        } catch (IOException absent) {
            throw new AssertionError(absent);
        }
    }

    /// In this order: the first bring in the models that later ones ask.
    Stream<Call> calls() {
        return Stream.of(
                        administration(),
                        months(),
                        chats(),
                        texts(),
                        vectors(),
                        ranks(),
                        readings(),
                        refusalsOfAnswers())
                .flatMap(List::stream);
    }

    private List<Call> administration() {
        var ranker = folder.resolve("ranker");
        var body = "{\"directory\":\"%s\",\"name\":\"%s\",\"deploy\":true}";
        var nothing = "{\"pool\":\"%s\",\"retrieval\":null}";
        return List.of(
                admin("adminImportModel", 201).saying(body.formatted(ranker, RANKER)),
                admin("adminImportModel", 400).saying("{\"directory\":\"/\",\"nam\":\"a\"}"),
                admin("adminImportModel", 401).saying(body.formatted(ranker, RANKER)).as(key),
                admin("adminImportModel", 403).saying(body.formatted(ranker, RANKER)).as(auditor),
                admin("adminImportModel", 413)
                        .saying(body.formatted("/" + "a".repeat(70_000), RANKER)),
                admin("adminImportModel", 415)
                        .saying(body.formatted(ranker, RANKER))
                        .in("text/plain"),
                admin("adminImportModel", 422)
                        .saying(body.formatted(folder.resolve("caller"), RANKER)),
                admin("adminListModels", 200),
                admin("adminListModels", 200).as(auditor),
                admin("adminListModels", 401).as(""),
                admin("adminListModels", 403).as(viewer),
                admin("adminShowModel", 200).with("name", "allodium-guide"),
                admin("adminShowModel", 200).with("name", RANKER),
                admin("adminShowModel", 401).with("name", RANKER).as("wrong"),
                admin("adminShowModel", 403).with("name", RANKER).as(viewer),
                admin("adminShowModel", 404).with("name", "no/such"),
                change(200, nothing.formatted(pool)).with("name", CALLER),
                change(400, "{\"pool\":\"p\"}"),
                change(401, nothing.formatted("p")).as(""),
                change(403, nothing.formatted("p")).as(auditor),
                change(404, nothing.formatted("p")).with("name", "no/such"),
                change(413, "{\"pool\":\"" + "a".repeat(70_000) + "\",\"retrieval\":null}"),
                change(415, nothing.formatted("p")).in("application/xml"));
    }

    private List<Call> months() {
        var present = YearMonth.now(ZoneOffset.UTC).toString();
        return List.of(
                admin("adminListMonths", 200),
                admin("adminListMonths", 200).as(auditor),
                admin("adminListMonths", 401).as(""),
                admin("adminListMonths", 403).as(viewer),
                month("adminExportMonth", 200, FIRST_MONTH),
                month("adminExportMonth", 200, FIRST_MONTH).as(auditor),
                month("adminExportMonth", 400, "october"),
                month("adminExportMonth", 401, FIRST_MONTH).as(""),
                month("adminExportMonth", 403, FIRST_MONTH).as(viewer),
                month("adminExportMonth", 404, "2020-01"),
                month("adminExportMonth", 422, present),
                month("adminDetachMonth", 200, FIRST_MONTH),
                month("adminDetachMonth", 400, "october"),
                month("adminDetachMonth", 401, FIRST_MONTH).as("wrong"),
                month("adminDetachMonth", 403, FIRST_MONTH).as(auditor),
                month("adminDetachMonth", 404, "2020-01"),
                month("adminDetachMonth", 422, present),
                month("adminExportMonth", 422, FIRST_MONTH),
                month("adminAttachMonth", 400, "october"),
                month("adminAttachMonth", 401, FIRST_MONTH).as("wrong"),
                month("adminAttachMonth", 403, FIRST_MONTH).as(auditor),
                month("adminAttachMonth", 422, present),
                month("adminAttachMonth", 200, FIRST_MONTH));
    }

    private Call month(String operation, int status, String month) {
        return admin(operation, status).with("month", month);
    }

    private Call admin(String operation, int status) {
        return Call.of(operation, status, staff);
    }

    private Call change(int status, String body) {
        return admin("adminChangeModel", status).with("name", RANKER).saying(body);
    }

    private List<Call> chats() {
        var tool =
                ",'tools':[{'type':'function','function':{'name':'now'}}],'tool_choice':'required'";
        return List.of(
                chat("allodium-guide", 4, ""),
                chat(
                        "allodium-guide",
                        4,
                        ",'n':2,'logprobs':true,'top_logprobs':2,'return_token_ids':true,"
                                + "'stop':['xyz'],'logit_bias':{'3':-1},'seed':7,'user':'me'"),
                chat("allodium-guide", 4, ",'stream':true,'stream_options':{'include_usage':true}"),
                chat("allodium-guide", 4, ",'stream':true,'logprobs':true,'top_logprobs':1"),
                chat(
                        "allodium-guide",
                        4,
                        ",'response_format':{'type':'json_schema',"
                                + "'json_schema':{'name':'a','schema':{'enum':[1]}}}"),
                chat(CALLER, 40, tool),
                chat(CALLER, 40, tool + ",'stream':true"),
                chat(CALLER, 40, ",'functions':[{'name':'now'}],'function_call':{'name':'now'}"),
                chat("allodium-guide", 4, "").with("Idempotency-Key", "same-" + receipt),
                chat("allodium-guide", 4, "").with("Idempotency-Key", "same-" + receipt),
                chat("allodium-guide", 4, "").with("x-residency", "national-strict"),
                chat("allodium-guide", 4, "")
                        .with("x-data-class", "internal")
                        .with("X-Client-Request-Id", "mine"));
    }

    private Call chat(String model, int tokens, String more) {
        var body =
                "{'model':'%s','messages':[{'role':'user','content':'Hi'}],'max_tokens':%d%s}"
                        .formatted(model, tokens, more);
        return Call.of("createChatCompletion", 200, key).saying(body.replace('\'', '"'));
    }

    private List<Call> texts() {
        var guide = "{\"model\":\"allodium-guide\",\"prompt\":%s,\"max_tokens\":4%s}";
        return List.of(
                text(guide.formatted("\"A receipt\"", "")),
                text(
                        guide.formatted(
                                "[\"A\",\"B\"]",
                                ",\"logprobs\":2,\"echo\":true,\"return_token_ids\":true")),
                text(guide.formatted("[[3,4],[5]]", ",\"stop\":\"xyz\"")),
                text(
                        guide.formatted(
                                "[3,4,5]",
                                ",\"stream\":true,\"logprobs\":0,\"stream_options\":{\"include_usage\":true}")));
    }

    private Call text(String body) {
        return Call.of("createCompletion", 200, key).saying(body);
    }

    private List<Call> vectors() {
        var body = "{\"model\":\"all-minilm-l6-v2\",\"input\":%s}";
        return List.of(
                vector(body.formatted("\"one\"")),
                vector(body.formatted("[\"one\",\"two\"],\"encoding_format\":\"base64\"")),
                vector(body.formatted("[101,102]")));
    }

    private Call vector(String body) {
        return Call.of("createEmbeddings", 200, key).saying(body);
    }

    private List<Call> ranks() {
        var body = "{\"model\":\"%s\",\"query\":\"a\",\"documents\":[\"b\",{\"text\":\"c\"}]%s}";
        return List.of(
                Call.of("rerank", 200, key).saying(body.formatted(RANKER, "")),
                Call.of("rerank", 200, key)
                        .saying(body.formatted(RANKER, ",\"top_n\":1,\"return_documents\":true")));
    }

    private List<Call> readings() {
        return List.of(
                Call.of("listModels", 200, key),
                Call.of("listModels", 401, "wrong"),
                Call.of("listModels", 403, viewer),
                Call.of("showModel", 200, key).with("id", "allodium-guide"),
                Call.of("showModel", 200, key).with("id", RANKER),
                Call.of("showModel", 401, "").with("id", RANKER),
                Call.of("showModel", 403, viewer).with("id", RANKER),
                Call.of("showModel", 404, key).with("id", "no/such"),
                Call.of("showReceipt", 200, key).with("id", receipt),
                Call.of("showReceipt", 401, "").with("id", receipt),
                Call.of("showReceipt", 403, viewer).with("id", receipt),
                Call.of("showReceipt", 404, key).with("id", "no-such"),
                Call.of("listRefusals", 200, key),
                Call.of("listRefusals", 200, key).with("limit", "1").with("status", "404"),
                Call.of("listRefusals", 400, key).with("limit", "0"),
                Call.of("listRefusals", 401, ""),
                Call.of("listRefusals", 403, viewer),
                Call.of("listReceiptKeys", 200, ""),
                Call.of("showReceiptSchema", 200, "").with("version", "2"),
                Call.of("showReceiptSchema", 404, "").with("version", "999"));
    }

    private List<Call> refusalsOfAnswers() {
        return Inference.ALL.stream().flatMap(this::refused).toList();
    }

    private Stream<Call> refused(Inference inference) {
        var id = "twice-" + UUID.randomUUID();
        var large = ",\"user\":\"" + "x".repeat(2_200_000) + "\"";
        return Stream.of(
                inference.ask(400, key).saying(inference.body(",\"colour\":1")),
                inference.ask(400, key).saying("{\"model\":7}"),
                inference.ask(401, "wrong"),
                inference.ask(403, Product.key("strict")).with("x-residency", "open-allied"),
                inference.ask(404, key).saying(inference.of("no-such-model", "")),
                inference.ask(413, key).saying(inference.body(large)),
                inference.ask(415, key).in("text/plain"),
                inference.ask(200, key).with("Idempotency-Key", id),
                inference
                        .ask(422, key)
                        .with("Idempotency-Key", id)
                        .saying(inference.body(",\"user\":\"another\"")),
                inference.ask(429, Product.key("spent")));
    }

    @ParameterizedTest
    @MethodSource("calls")
    void isAsDescribed(Call call) throws Exception {
        call.isAsDescribed(description);
    }

    @Test
    void everyDescribedOutcomeIsTried() {
        var tried =
                calls().map(call -> call.operation() + " " + call.status())
                        .collect(Collectors.toSet());
        assertThat(description.outcomes()).filteredOn(TRIED_ELSEWHERE.negate()).isSubsetOf(tried);
    }

    /// Each takes something out of the description; then the same exchange is not as described.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/components/schemas/ChatCompletion/properties/usage",
                "/components/schemas/ChatMessage/properties/content",
                "/components/schemas/ChatCompletion",
                "/components/headers/ReceiptId/schema/pattern",
                "/paths/~1v1~1chat~1completions/post/responses/200",
                "/paths/~1v1~1chat~1completions/post/responses/200/headers/x-sovereignty",
                "/paths/~1v1~1chat~1completions/post/responses/200/content/application~1json",
                "/paths/~1v1~1chat~1completions/post/parameters"
            })
    void noticesWhatIsServedAndNotDescribed(String taken) throws Exception {
        var call = chats().get(8);
        var answer = call.send(description);
        assertThat(description.flaws(call, answer)).isEmpty();
        var less = new Description(without(description.document().deepCopy(), taken));
        assertThat(less.flaws(call, answer)).isNotEmpty();
    }

    /// A schema is emptied, a pattern becomes one that nothing fits, all else is removed.
    private static JsonNode without(JsonNode document, String pointer) {
        int last = pointer.lastIndexOf('/');
        var holder = (ObjectNode) document.at(pointer.substring(0, last));
        var name = pointer.substring(last + 1).replace("~1", "/");
        if (name.equals("pattern")) {
            holder.put(name, "^nothing$");
        } else if (pointer.matches("/components/schemas/\\w+")) {
            holder.putObject(name);
        } else {
            holder.remove(name);
        }
        return document;
    }

    @Test
    void tellsEverybodyWithoutAKeyAndNothingOfThisServer() {
        var answer = Api.portal("/openapi");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("content-type")).startsWith("application/json");
        assertThat(answer.text())
                .doesNotContain("localhost", "127.0.0.1", Product.home().toString())
                .doesNotContain(Integer.toString(java.net.URI.create(Product.portal()).getPort()));
    }
}
