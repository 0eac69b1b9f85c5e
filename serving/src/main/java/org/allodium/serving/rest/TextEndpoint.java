package org.allodium.serving.rest;

import java.util.Optional;
import org.allodium.identity.Caller;
import org.allodium.serving.Completions;
import tools.jackson.databind.node.ObjectNode;

/// `POST /v1/completions`.
final class TextEndpoint implements Endpoint.Inference<TextRequest> {
    private final Completions completions;

    TextEndpoint(Completions completions) {
        this.completions = completions;
    }

    @Override
    public TextRequest parse(ObjectNode body) {
        return TextRequest.of(body);
    }

    @Override
    public void answer(Response response, Caller caller, TextRequest request) {
        var exchange = response.exchange();
        var command =
                request.command(
                        caller,
                        Optional.ofNullable(exchange.header("x-residency")),
                        Optional.ofNullable(exchange.header("x-data-class")));
        int answers = request.prompts().size() * request.wishes().choices();
        completions.complete(
                command,
                request.stream()
                        ? new TextStream(response, request, answers)
                        : new TextWhole(response, request, answers));
    }
}
