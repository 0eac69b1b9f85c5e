package org.allodium.serving.rest;

import java.io.IOException;
import org.allodium.serving.Arrival;
import org.allodium.serving.RankAnswer;
import org.allodium.serving.Rankings;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// `POST /v1/rerank`, in the form that clients of other engines know.
record RankEndpoint(Rankings rankings) implements Endpoint.Inference<RankRequest> {
    private static final JsonMapper JSON = JsonMapper.shared();

    @Override
    public String idPrefix() {
        return Rankings.IDS;
    }

    @Override
    public RankRequest parse(ObjectNode body) {
        return RankRequest.of(body);
    }

    @Override
    public void answer(Response response, Arrival arrival, RankRequest request) throws IOException {
        var exchange = response.exchange();
        var answer =
                rankings.rank(
                        arrival,
                        request.command(
                                arrival.caller(), exchange.residency(), exchange.dataClass()),
                        exchange::watchPeer);
        response.started(answer.start());
        AnswerHeaders.answer(exchange, answer.start());
        response.json(200, body(answer, request));
    }

    private static ObjectNode body(RankAnswer answer, RankRequest request) {
        var body = JSON.createObjectNode();
        body.put("id", answer.start().requestId());
        body.put("model", answer.start().model());
        body.putObject("usage")
                .put("prompt_tokens", answer.promptTokens())
                .put("total_tokens", answer.promptTokens());
        var results = body.putArray("results");
        for (var ranked : answer.results()) {
            var entry = results.addObject().put("index", ranked.index());
            if (request.returnDocuments()) {
                entry.putObject("document").put("text", request.documents().get(ranked.index()));
            }
            entry.put("relevance_score", ranked.score());
        }
        return body;
    }
}
