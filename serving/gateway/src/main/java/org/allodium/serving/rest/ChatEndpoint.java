package org.allodium.serving.rest;

import java.util.Optional;
import org.allodium.serving.Arrival;
import org.allodium.serving.Completions;
import tools.jackson.databind.node.ObjectNode;

/// `POST /v1/chat/completions`.
final class ChatEndpoint implements Endpoint.Inference<ChatRequest> {
    private final Completions completions;

    ChatEndpoint(Completions completions) {
        this.completions = completions;
    }

    @Override
    public String model(ChatRequest request) {
        return request.model();
    }

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
        var command =
                request.command(
                        arrival.caller(),
                        Optional.ofNullable(exchange.header("x-residency")),
                        Optional.ofNullable(exchange.header("x-data-class")));
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
