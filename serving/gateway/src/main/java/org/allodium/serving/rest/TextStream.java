package org.allodium.serving.rest;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.allodium.serving.AnswerEnd;
import org.allodium.serving.AnswerListener;
import org.allodium.serving.AnswerPiece;
import org.allodium.serving.AnswerStart;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Writes continued texts as server-sent events.
final class TextStream implements AnswerListener {
    private final Events events;
    private final TextRequest request;
    private final List<TextScores> scores;

    TextStream(Response response, TextRequest request, int answers) {
        this.events = new Events(response);
        this.request = request;
        this.scores = IntStream.range(0, answers).mapToObj(i -> new TextScores()).toList();
    }

    @Override
    public void started(AnswerStart begun) {
        events.started(begun);
    }

    @Override
    public void waiting() throws IOException {
        events.keepAlive();
    }

    @Override
    public void prompt(int choice, AnswerPiece prompt) throws IOException {
        var chunk = chunk(choice, prompt.text(), null);
        if (request.options().logprobs().ofAnswer()) {
            only(chunk).set("logprobs", scores.get(choice).prompt(prompt));
        }
        events.send(chunk);
    }

    @Override
    public void text(int choice, String piece) {
        throw new IllegalStateException("Pieces are heard with their tokens");
    }

    @Override
    public void piece(int choice, AnswerPiece piece) throws IOException {
        boolean scored = request.options().logprobs().ofAnswer();
        if (piece.text().isEmpty() && !scored && !request.options().tokens()) {
            return;
        }
        var chunk = chunk(choice, piece.text(), null);
        if (scored) {
            only(chunk).set("logprobs", scores.get(choice).answer(piece.tokens()));
        }
        if (request.options().tokens()) {
            only(chunk).set("token_ids", TokenJson.ids(piece.tokens()));
        }
        events.send(chunk);
    }

    @Override
    public void choiceEnded(int choice, String finishReason) throws IOException {
        events.send(chunk(choice, "", finishReason));
    }

    @Override
    public void ended(AnswerEnd end) throws IOException {
        if (request.includeUsage()) {
            var chunk = head();
            chunk.putArray("choices");
            chunk.set("usage", ChatChunks.usageOf(end));
            events.send(chunk);
        }
        events.done();
    }

    private ObjectNode head() {
        return new ChatChunks(events.begun(), false).head("text_completion");
    }

    private static ObjectNode only(ObjectNode chunk) {
        return (ObjectNode) chunk.withArray("choices").get(0);
    }

    private ObjectNode chunk(int choice, String text, @Nullable String reason) {
        var chunk = head();
        chunk.putArray("choices")
                .addObject()
                .put("text", text)
                .put("index", choice)
                .putNull("logprobs")
                .put("finish_reason", reason);
        if (request.includeUsage()) {
            chunk.putNull("usage");
        }
        return chunk;
    }
}
