package org.allodium.serving.rest;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.allodium.serving.ServingWorld;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What is served at `/openapi` beside the tables that serve: neither says more than the other.
class DescriptionTest {
    private static final JsonNode DESCRIPTION = read();

    private static JsonNode read() {
        var file = DescriptionServlet.class.getResourceAsStream("openapi.json");
        return JsonMapper.shared().readTree(file);
    }

    @Test
    void describesEveryRouteOfV1AndNoOther() {
        try (var world = new ServingWorld()) {
            var served =
                    WiredApi.over(world).routes().all().stream()
                            .map(r -> r.method() + " /v1" + r.template().replace("{}", "{id}"))
                            .toList();
            assertThat(described("/v1/")).containsExactlyInAnyOrderElementsOf(served);
        }
    }

    @Test
    void describesEveryResourceOfTheAdminApiAndNoOther() {
        assertThat(described("/admin/v1/")).containsExactlyInAnyOrderElementsOf(resources());
    }

    @Test
    void describesNothingElseThanWhatReceiptsAreCheckedWith() {
        assertThat(described("/."))
                .containsExactlyInAnyOrder(
                        "GET /.well-known/jwks.json",
                        "GET /.well-known/receipt-schema/{version}.json");
        assertThat(DESCRIPTION.path("paths").propertyNames())
                .allMatch(path -> path.matches("/v1/.*|/admin/v1/.*|/\\.well-known/.*"));
    }

    /// A client needs to read one kind of error.
    @Test
    void everyRefusalOfAnApiIsTheOneErrorObject() {
        var others = new ArrayList<String>();
        for (var path : DESCRIPTION.path("paths").properties()) {
            for (var operation : path.getValue()) {
                operation.path("responses").properties().stream()
                        .filter(response -> response.getKey().compareTo("400") >= 0)
                        .filter(response -> !isError(response.getValue()))
                        .map(response -> response.getKey() + " " + path.getKey())
                        .forEach(others::add);
            }
        }
        assertThat(others).containsExactly("404 /.well-known/receipt-schema/{version}.json");
    }

    private static boolean isError(JsonNode response) {
        var to = response.path("$ref").asString("");
        return (to.isEmpty() ? response : DESCRIPTION.at(to.substring(1)))
                .at("/content/application~1json/schema/$ref")
                .asString("")
                .equals("#/components/schemas/Error");
    }

    @Test
    void namesEveryFieldThatARequestMayHaveAndNoOther() {
        var chat = new HashSet<>(ChatRequest.KNOWN);
        chat.addAll(ChatRequest.HARMLESS.keySet());
        chat.addAll(Set.of("functions", "function_call"));
        assertThat(fields("ChatCompletionRequest")).isEqualTo(new TreeSet<>(chat));
        var text = new HashSet<>(TextRequest.KNOWN);
        text.addAll(TextRequest.HARMLESS.keySet());
        assertThat(fields("CompletionRequest")).isEqualTo(new TreeSet<>(text));
        assertThat(fields("EmbeddingRequest"))
                .isEqualTo(new TreeSet<>(ChatRequest.with(EmbeddingsRequest.KNOWN, "user")));
        assertThat(fields("RankRequest"))
                .isEqualTo(new TreeSet<>(ChatRequest.with(RankRequest.KNOWN, "user")));
        assertThat(fields("ImportModel"))
                .containsExactly("deploy", "directory", "name", "precision");
        assertThat(fields("ChangeModel")).containsExactly("pool", "retrieval");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ChatCompletionRequest",
                "CompletionRequest",
                "EmbeddingRequest",
                "RankRequest",
                "ImportModel",
                "ChangeModel"
            })
    void saysThatOtherFieldsAreRefused(String request) {
        var schema = DESCRIPTION.at("/components/schemas/" + request);
        assertThat(schema.path("additionalProperties").asBoolean(true)).isFalse();
    }

    @Test
    void leavesNoSchemaEmptyAndNoReferenceOpen() {
        var flaws = new ArrayList<String>();
        look("", DESCRIPTION, flaws);
        assertThat(flaws).isEmpty();
    }

    @Test
    void namesNoServerAndEveryOperation() {
        assertThat(DESCRIPTION.path("servers").toString())
                .isEqualTo(
                        "[{\"url\":\"/\",\"description\":\"The server that this description came from\"}]");
        var ids = new ArrayList<String>();
        for (var path : DESCRIPTION.path("paths")) {
            path.forEach(operation -> ids.add(operation.path("operationId").asString("")));
        }
        assertThat(ids).doesNotContain("").doesNotHaveDuplicates();
    }

    private static List<String> described(String prefix) {
        return DESCRIPTION
                .path("paths")
                .propertyStream()
                .filter(path -> path.getKey().startsWith(prefix))
                .flatMap(
                        path ->
                                path.getValue()
                                        .propertyStream()
                                        .filter(operation -> operation.getValue().has("responses"))
                                        .map(
                                                o ->
                                                        o.getKey().toUpperCase(Locale.ROOT)
                                                                + " "
                                                                + path.getKey()))
                .toList();
    }

    private static List<String> resources() {
        var root = AdminApplication.class.getAnnotation(ApplicationPath.class).value();
        return new AdminApplication()
                .getClasses().stream()
                        .filter(type -> type.isAnnotationPresent(Path.class))
                        .flatMap(
                                type ->
                                        resources(
                                                root + type.getAnnotation(Path.class).value(),
                                                type))
                        .toList();
    }

    private static Stream<String> resources(String root, Class<?> type) {
        return Stream.of(type.getMethods())
                .flatMap(
                        method ->
                                Stream.of(method.getAnnotations())
                                        .map(
                                                a ->
                                                        a.annotationType()
                                                                .getAnnotation(HttpMethod.class))
                                        .filter(http -> http != null)
                                        .map(http -> http.value() + " " + root + rest(method)));
    }

    private static String rest(java.lang.reflect.Method method) {
        var path = method.getAnnotation(Path.class);
        return path == null ? "" : path.value().replaceAll("\\{(\\w+):[^}]*}", "{$1}");
    }

    private static Set<String> fields(String schema) {
        return new TreeSet<>(
                DESCRIPTION.at("/components/schemas/" + schema + "/properties").propertyNames());
    }

    private static void look(String at, JsonNode node, List<String> flaws) {
        if (node.path("$ref").isString()) {
            var target = node.path("$ref").asString();
            if (DESCRIPTION.at(target.substring(1)).isMissingNode()) {
                flaws.add(at + " leads to " + target);
            }
        }
        boolean schema =
                at.endsWith("/schema")
                        || at.endsWith("/items")
                        || at.matches(".*/(properties|schemas)/[^/]+");
        if (schema && !saysSomething(node)) {
            flaws.add(at + " is empty");
        }
        node.propertyStream().forEach(e -> look(at + "/" + e.getKey(), e.getValue(), flaws));
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            look(at + "/" + i, node.get(i), flaws);
        }
    }

    /// A list says of what, and an object which fields it has, or that it may have any.
    private static boolean saysSomething(JsonNode schema) {
        if (schema.has("$ref") || schema.has("anyOf")) {
            return true;
        }
        var type = schema.path("type").toString();
        if (type.contains("object")) {
            return schema.has("properties") || schema.has("additionalProperties");
        }
        return type.contains("array") ? schema.has("items") : schema.has("type");
    }
}
