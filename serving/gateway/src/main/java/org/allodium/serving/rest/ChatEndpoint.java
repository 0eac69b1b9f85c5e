package org.allodium.serving.rest;

import org.allodium.serving.Arrival;
import org.allodium.serving.Completions;
import tools.jackson.databind.node.ObjectNode;

/// `POST /v1/chat/completions`.
record ChatEndpoint(Completions completions) implements Endpoint.Inference<ChatRequest> {
    @Override
    public String idPrefix() {
        return Completions.CHAT_IDS;
    }

    @Override
    public ChatRequest parse(ObjectNode body) {
        return ChatRequest.of(body);
    }

    @Override
    public void answer(Response response, Arrival arrival, ChatRequest request) {
        var exchange = response.exchange();
        var command = request.command(arrival.caller(), exchange.residency(), exchange.dataClass());
        completions.answer(
                arrival,
                command,
                request.stream()
                        ? new ChatStream(
                                response,
                                request.options(),
                                request.calls(),
                                request.includeUsage())
                        : new ChatWhole(response, request.options(), request.calls()));
    }
}
