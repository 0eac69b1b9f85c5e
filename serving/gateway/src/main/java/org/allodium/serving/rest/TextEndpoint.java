package org.allodium.serving.rest;

import java.util.Optional;
import org.allodium.serving.Arrival;
import org.allodium.serving.Completions;
import tools.jackson.databind.node.ObjectNode;

/// `POST /v1/completions`.
final class TextEndpoint implements Endpoint.Inference<TextRequest> {
    private final Completions completions;

    TextEndpoint(Completions completions) {
        this.completions = completions;
    }

    @Override
    public String model(TextRequest request) {
        return request.model();
    }

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
        var command =
                request.command(
                        arrival.caller(),
                        Optional.ofNullable(exchange.header("x-residency")),
                        Optional.ofNullable(exchange.header("x-data-class")));
        int answers = request.prompts().size() * request.options().choices();
        completions.answer(
                arrival,
                command,
                request.stream()
                        ? new TextStream(response, request, answers)
                        : new TextWhole(response, request, answers));
    }
}
