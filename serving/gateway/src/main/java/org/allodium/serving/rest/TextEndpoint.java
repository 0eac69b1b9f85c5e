package org.allodium.serving.rest;

import org.allodium.serving.Arrival;
import org.allodium.serving.Completions;
import tools.jackson.databind.node.ObjectNode;

/// `POST /v1/completions`.
record TextEndpoint(Completions completions) implements Endpoint.Inference<TextRequest> {
    @Override
    public String idPrefix() {
        return Completions.TEXT_IDS;
    }

    @Override
    public TextRequest parse(ObjectNode body) {
        return TextRequest.of(body);
    }

    @Override
    public void answer(Response response, Arrival arrival, TextRequest request) {
        var exchange = response.exchange();
        var command = request.command(arrival.caller(), exchange.residency(), exchange.dataClass());
        int answers = request.prompts().size() * request.options().choices();
        completions.answer(
                arrival,
                command,
                request.stream()
                        ? new TextStream(response, request, answers)
                        : new TextWhole(response, request, answers));
    }
}
