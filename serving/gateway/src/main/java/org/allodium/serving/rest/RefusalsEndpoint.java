package org.allodium.serving.rest;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.allodium.identity.Caller;
import org.allodium.kernel.Refused;
import org.allodium.kernel.Sentence;
import org.allodium.serving.RefusalWords;
import org.allodium.serving.RefusedRequest;
import org.allodium.serving.RefusedRequests;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// `GET /v1/refusals`: what of this organisation was refused in the last 30 days, with cause and
/// cure. `limit`, `after` and `status` choose a page.
final class RefusalsEndpoint implements Endpoint.Reading {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int USUAL_PAGE = 20;

    private final RefusedRequests refused;

    RefusalsEndpoint(RefusedRequests refused) {
        this.refused = refused;
    }

    @Override
    public void answer(Response response, Caller caller, String none) throws IOException {
        var asked = parameters(response.exchange());
        int limit = number(asked, "limit", USUAL_PAGE, 1, RefusedRequests.LARGEST_PAGE);
        int status = number(asked, "status", 0, 400, 599);
        var after = Optional.ofNullable(asked.get("after"));
        // One more than wanted tells whether there are more.
        var found = refused.page(caller.tenant(), status, after, limit + 1);
        var page = found.subList(0, Math.min(limit, found.size()));
        var body = JSON.createObjectNode().put("object", "list");
        var data = body.putArray("data");
        page.forEach(refusal -> data.add(json(refusal)));
        body.put("has_more", found.size() > limit);
        if (!page.isEmpty()) {
            body.put("first_id", page.getFirst().id());
            body.put("last_id", page.getLast().id());
        }
        response.json(200, body);
    }

    private static ObjectNode json(RefusedRequest refusal) {
        var cause = refusal.cause();
        var words = RefusalWords.of(cause);
        var body = JSON.createObjectNode();
        body.put("id", refusal.id());
        body.put("object", "refusal");
        body.put("minute", refusal.minute().toString());
        body.put("last_at", refusal.lastAt().toString());
        body.put("count", refusal.count());
        body.put("status", cause.status());
        body.put("code", cause.code());
        put(body, "rule", cause.rule());
        body.put("cause", words.cause().english());
        put(body, "explanation", refusal.explanation().map(Sentence::english).orElse(""));
        body.put("cure", words.cure().english());
        put(body, "route", cause.route());
        put(body, "model", cause.model());
        put(body, "key_id", refusal.keyId());
        put(body, "key_name", refusal.keyName());
        body.put("request_id", refusal.requestId());
        return body;
    }

    private static void put(ObjectNode body, String name, String value) {
        if (!value.isEmpty() && !value.equals("-")) {
            body.put(name, value);
        }
    }

    private static int number(
            Map<String, String> asked, String name, int otherwise, int least, int most) {
        var text = asked.get(name);
        if (text == null) {
            return otherwise;
        }
        int number = text.matches("\\d{1,6}") ? Integer.parseInt(text) : -1;
        if (number < least || number > most) {
            throw Refused.invalid(name, "serving.no-whole-number", name, least, most);
        }
        return number;
    }

    private static Map<String, String> parameters(Exchange exchange) {
        var query = exchange.query();
        return Stream.of(query == null ? new String[0] : query.split("&"))
                .map(pair -> pair.split("=", 2))
                .filter(pair -> pair.length == 2)
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1], (a, b) -> b));
    }
}
