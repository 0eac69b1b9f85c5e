package org.allodium.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The document of `/openapi`, and real exchanges held against it. An answer may have only what is
/// described, although the document lets later versions add to it.
final class Description {
    private static final String SCHEMAS = "#/components/schemas/";
    private static final Pattern OUR_HEADERS =
            Pattern.compile("x-.*|openai-.*|idempotency-.*|retry-after|www-authenticate|allow");

    /// What every answer of the server carries, pages too.
    private static final Set<String> OF_EVERY_ANSWER =
            Set.of("x-content-type-options", "x-frame-options");

    private final JsonNode document;
    private final JsonNode closed;
    private final Map<String, Operation> operations = new HashMap<>();

    Description(JsonNode document) {
        this.document = document;
        this.closed = document.deepCopy();
        closed.path("components").path("schemas").forEach(Description::close);
        document.path("paths")
                .propertyStream()
                .forEach(
                        path ->
                                path.getValue()
                                        .propertyStream()
                                        .forEach(
                                                method ->
                                                        add(
                                                                path.getKey(),
                                                                method.getKey(),
                                                                method.getValue())));
    }

    record Operation(String method, String path, JsonNode said) {}

    JsonNode document() {
        return document;
    }

    private void add(String path, String method, JsonNode said) {
        var operation = new Operation(method.toUpperCase(Locale.ROOT), path, said);
        operations.put(said.path("operationId").asString(), operation);
    }

    /// Objects that say which fields they have have no other.
    private static void close(JsonNode node) {
        if (node instanceof ObjectNode schema
                && schema.path("properties").isObject()
                && !schema.has("additionalProperties")) {
            schema.put("additionalProperties", false);
        }
        node.forEach(Description::close);
    }

    /// Every described outcome, such as `listModels 200`.
    Set<String> outcomes() {
        var all = new TreeSet<String>();
        operations.forEach(
                (id, operation) ->
                        operation.said().path("responses").propertyNames().stream()
                                .map(status -> id + " " + status)
                                .forEach(all::add));
        return all;
    }

    /// Those that describe this status.
    List<String> operationsWith(int status) {
        return outcomes().stream()
                .filter(outcome -> outcome.endsWith(" " + status))
                .map(outcome -> outcome.substring(0, outcome.indexOf(' ')))
                .toList();
    }

    String method(Call call) {
        return operation(call).method();
    }

    /// The address with its parameters.
    String address(Call call) {
        var path = operation(call).path();
        var query = new ArrayList<String>();
        for (var given : call.parameters().entrySet()) {
            var value = URLEncoder.encode(given.getValue(), StandardCharsets.UTF_8);
            switch (parameter(call, given.getKey()).path("in").asString("")) {
                case "path" -> path = path.replace("{" + given.getKey() + "}", value);
                case "query" -> query.add(given.getKey() + "=" + value);
                default -> {}
            }
        }
        return query.isEmpty() ? path : path + "?" + String.join("&", query);
    }

    Map<String, String> headers(Call call) {
        var headers = new HashMap<String, String>();
        call.parameters()
                .forEach(
                        (name, value) -> {
                            if (parameter(call, name).path("in").asString("").equals("header")) {
                                headers.put(name, value);
                            }
                        });
        return headers;
    }

    /// What the description says otherwise of this call and its answer.
    List<String> flaws(Call call, HttpResponse<byte[]> answer) {
        var flaws = new ArrayList<String>();
        askedAsDescribed(call, flaws);
        var said = target(operation(call).said().path("responses").path("" + answer.statusCode()));
        if (said.isMissingNode()) {
            flaws.add("status " + answer.statusCode() + " is not described");
            return flaws;
        }
        headersAsDescribed(said, answer, flaws);
        var type = answer.headers().firstValue("content-type").orElse("").split(";", 2)[0];
        var content = said.path("content").path(type);
        if (said.path("content").isMissingNode() && answer.body().length == 0) {
            return flaws;
        }
        if (content.isMissingNode()) {
            flaws.add("type " + type + " is not described");
        } else {
            bodies(type, answer)
                    .forEach(body -> check(closed, content.path("schema"), body, "answer", flaws));
        }
        return flaws;
    }

    /// Of an answer to what is no operation.
    List<String> flawsOfError(HttpResponse<byte[]> answer) {
        var flaws = new ArrayList<String>();
        var error = JsonMapper.shared().createObjectNode().put("$ref", SCHEMAS + "Error");
        check(closed, error, JsonMapper.shared().readTree(answer.body()), "error", flaws);
        return flaws;
    }

    /// The described methods of each path.
    Map<String, Set<String>> paths() {
        var paths = new TreeMap<String, Set<String>>();
        operations
                .values()
                .forEach(
                        operation ->
                                paths.computeIfAbsent(operation.path(), _ -> new TreeSet<>())
                                        .add(operation.method()));
        return paths;
    }

    private void askedAsDescribed(Call call, List<String> flaws) {
        for (var given : call.parameters().entrySet()) {
            var said = parameter(call, given.getKey());
            if (said.isMissingNode()) {
                flaws.add("parameter " + given.getKey() + " is not described");
            } else if (call.status() != 400) {
                var value = text(given.getValue(), said.path("schema"));
                check(document, said.path("schema"), value, given.getKey(), flaws);
            }
        }
        if (call.body().isEmpty()) {
            return;
        }
        var wanted = operation(call).said().at("/requestBody/content/application~1json/schema");
        var bad = new ArrayList<String>();
        check(document, wanted, JsonMapper.shared().readTree(call.body()), "request", bad);
        if (call.status() != 400) {
            flaws.addAll(bad);
        } else if (bad.isEmpty()) {
            flaws.add("the request is refused as invalid, but is as described");
        }
    }

    private void headersAsDescribed(
            JsonNode said, HttpResponse<byte[]> answer, List<String> flaws) {
        var described = new HashMap<String, JsonNode>();
        said.path("headers")
                .propertyStream()
                .forEach(h -> described.put(lower(h.getKey()), target(h.getValue())));
        answer.headers().map().keySet().stream()
                .map(Description::lower)
                .filter(name -> OUR_HEADERS.matcher(name).matches())
                .filter(name -> !OF_EVERY_ANSWER.contains(name) && !described.containsKey(name))
                .forEach(name -> flaws.add("header " + name + " is not described"));
        described.forEach(
                (name, header) -> {
                    var value = answer.headers().firstValue(name);
                    if (value.isEmpty() && header.path("required").asBoolean(false)) {
                        flaws.add("header " + name + " is missing");
                    }
                    value.map(v -> text(v, header.path("schema")))
                            .ifPresent(v -> check(closed, header.path("schema"), v, name, flaws));
                });
    }

    /// The whole body, or each event of a stream, which must end as streams do.
    private static Stream<JsonNode> bodies(String type, HttpResponse<byte[]> answer) {
        var text = new String(answer.body(), StandardCharsets.UTF_8);
        if (type.equals("application/zip")) {
            assertThat(text).startsWith("PK").contains("manifest.json");
            return Stream.of(JsonMapper.shared().valueToTree(type));
        }
        if (!type.equals("text/event-stream")) {
            return Stream.of(JsonMapper.shared().readTree(text));
        }
        var events =
                Arrays.stream(text.split("\n\n", -1))
                        .filter(event -> event.startsWith("data: "))
                        .map(event -> event.substring("data: ".length()))
                        .toList();
        if (events.size() < 2 || !events.getLast().equals("[DONE]")) {
            throw new AssertionError("No whole stream: " + text);
        }
        return events.stream().limit(events.size() - 1L).map(JsonMapper.shared()::readTree);
    }

    private static void check(
            JsonNode in, JsonNode schema, JsonNode value, String what, List<String> flaws) {
        if (schema.isMissingNode() || schema.isEmpty()) {
            flaws.add("the schema of the " + what + " is empty");
            return;
        }
        var name = schema.path("$ref").asString("");
        if (name.startsWith(SCHEMAS) && in.at(name.substring(1)).isEmpty()) {
            flaws.add("the schema " + name + " of the " + what + " is empty");
            return;
        }
        var whole = ((ObjectNode) schema.deepCopy()).set("components", in.path("components"));
        validator(whole).validate(value).forEach(e -> flaws.add(what + ": " + e));
    }

    private static Schema validator(JsonNode schema) {
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(schema);
    }

    private static JsonNode text(String value, JsonNode schema) {
        var type = schema.path("type").asString("string");
        return type.equals("string")
                ? JsonMapper.shared().valueToTree(value)
                : JsonMapper.shared().readTree(value);
    }

    private JsonNode parameter(Call call, String name) {
        return operation(call)
                .said()
                .path("parameters")
                .valueStream()
                .map(this::target)
                .filter(parameter -> parameter.path("name").asString("").equals(name))
                .findFirst()
                .orElse(document.path("no such parameter"));
    }

    private JsonNode target(JsonNode node) {
        var to = node.path("$ref").asString("");
        return to.isEmpty() ? node : document.at(to.substring(1));
    }

    private Operation operation(Call call) {
        var operation = operations.get(call.operation());
        if (operation == null) {
            throw new AssertionError(call.operation() + " is not described");
        }
        return operation;
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
