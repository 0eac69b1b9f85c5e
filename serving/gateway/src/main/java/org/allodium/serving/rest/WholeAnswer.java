package org.allodium.serving.rest;

import java.io.IOException;
import org.allodium.serving.AnswerEnd;
import org.allodium.serving.AnswerListener;
import org.allodium.serving.AnswerStart;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Collects an answer and writes it as one JSON object.
abstract sealed class WholeAnswer implements AnswerListener permits ChatWhole, TextWhole {
    private final Response response;
    private @Nullable AnswerStart start;

    WholeAnswer(Response response) {
        this.response = response;
    }

    @Override
    public final void started(AnswerStart begun) {
        start = begun;
        response.started(begun);
    }

    @Override
    public final boolean streams() {
        return false;
    }

    @Override
    public final ClientWatch watchClient(Runnable gone) {
        return response.exchange().watchPeer(gone);
    }

    @Override
    public final void ended(AnswerEnd end) throws IOException {
        if (start == null) {
            throw new IllegalStateException("The answer has not started");
        }
        AnswerHeaders.answer(response.exchange(), start);
        var body = body(start);
        body.set("usage", ChatChunks.usageOf(end));
        response.json(200, body);
    }

    /// All but how much was used.
    abstract ObjectNode body(AnswerStart begun);
}
