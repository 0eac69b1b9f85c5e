package org.allodium.serving.rest;

import java.io.IOException;
import java.util.List;
import org.allodium.engine.ToolCall;
import org.allodium.serving.AnswerEnd;
import org.allodium.serving.AnswerListener;
import org.allodium.serving.AnswerPiece;
import org.allodium.serving.AnswerStart;
import org.allodium.serving.SamplingOptions;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Writes an answer as server-sent events.
final class ChatStream implements AnswerListener {
    private final Events events;
    private final SamplingOptions options;
    private final ChatRequest.Calls spoken;
    private final boolean includeUsage;
    private final boolean[] introduced;
    private final int[] called;
    private final @Nullable EventFrame[] texts;

    private @Nullable ChatChunks chunks;

    ChatStream(
            Response response,
            SamplingOptions options,
            ChatRequest.Calls spoken,
            boolean includeUsage) {
        this.spoken = spoken;
        this.events = new Events(response);
        this.options = options;
        this.includeUsage = includeUsage;
        this.introduced = new boolean[options.choices()];
        this.called = new int[options.choices()];
        this.texts = new EventFrame[options.choices()];
    }

    @Override
    public void started(AnswerStart begun) {
        chunks = new ChatChunks(begun, spoken, includeUsage);
        events.started(begun);
    }

    @Override
    public void waiting() throws IOException {
        events.keepAlive();
    }

    @Override
    public void text(int choice, String piece) throws IOException {
        introduce(choice);
        var frame = texts[choice];
        if (frame == null) {
            frame = new EventFrame(text -> chunks().text(choice, text));
            texts[choice] = frame;
        }
        events.send(frame.with(piece));
    }

    @Override
    public void piece(int choice, AnswerPiece piece) throws IOException {
        boolean scored = options.logprobs().ofAnswer();
        if (!scored && !options.tokens()) {
            if (!piece.text().isEmpty()) {
                text(choice, piece.text());
            }
            calls(choice, piece.calls());
            return;
        }
        introduce(choice);
        var chunk = chunks().text(choice, piece.text());
        var only = (ObjectNode) chunk.withArray("choices").get(0);
        ChatChunks.addTokens(only, options, piece.tokens());
        events.send(chunk);
        calls(choice, piece.calls());
    }

    private void calls(int choice, List<ToolCall> calls) throws IOException {
        for (var call : calls) {
            introduce(choice);
            int index = called[choice]++;
            events.send(chunks().call(choice, index, call));
            events.send(chunks().arguments(choice, index, call));
        }
    }

    @Override
    public void choiceEnded(int choice, String finishReason) throws IOException {
        introduce(choice);
        events.send(chunks().finish(choice, finishReason));
    }

    @Override
    public void ended(AnswerEnd end) throws IOException {
        if (includeUsage) {
            events.send(chunks().usage(end));
        }
        events.done();
    }

    /// The first chunk of a choice names the role.
    private void introduce(int choice) throws IOException {
        if (!introduced[choice]) {
            introduced[choice] = true;
            events.send(chunks().role(choice));
        }
    }

    private ChatChunks chunks() {
        if (chunks == null) {
            throw new IllegalStateException("The answer has not started");
        }
        return chunks;
    }
}
