package org.allodium.serving.rest;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.allodium.serving.AnswerEnd;
import org.allodium.serving.AnswerListener;
import org.allodium.serving.AnswerStart;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Writes an answer as server-sent events. Status and headers leave with the first event, so that a
/// failure before it is still an ordinary error response.
final class ChatStream implements AnswerListener {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final byte[] DONE = bytes("data: [DONE]\n\n");
    private static final byte[] KEEP_ALIVE = bytes(": keep-alive\n\n");

    private final Response response;
    private final boolean includeUsage;
    private final boolean[] introduced;

    private @Nullable AnswerStart start;
    private @Nullable ChatChunks chunks;
    private @Nullable OutputStream out;

    ChatStream(Response response, boolean includeUsage, int choices) {
        this.response = response;
        this.includeUsage = includeUsage;
        this.introduced = new boolean[choices];
    }

    @Override
    public void started(AnswerStart begun) {
        start = begun;
        chunks = new ChatChunks(begun, includeUsage);
        response.started(begun);
    }

    @Override
    public void waiting() throws IOException {
        open().write(KEEP_ALIVE);
        open().flush();
    }

    @Override
    public void text(int choice, String piece) throws IOException {
        introduce(choice);
        send(chunks().text(choice, piece));
    }

    @Override
    public void choiceEnded(int choice, String finishReason) throws IOException {
        introduce(choice);
        send(chunks().finish(choice, finishReason));
    }

    @Override
    public void ended(AnswerEnd end) throws IOException {
        if (includeUsage) {
            send(chunks().usage(end));
        }
        open().write(DONE);
        open().flush();
    }

    /// The first chunk of a choice names the role.
    private void introduce(int choice) throws IOException {
        if (!introduced[choice]) {
            introduced[choice] = true;
            send(chunks().role(choice));
        }
    }

    private void send(ObjectNode chunk) throws IOException {
        var stream = open();
        stream.write(event(chunk));
        stream.flush();
    }

    private OutputStream open() throws IOException {
        var stream = out;
        if (stream == null) {
            AnswerHeaders.answer(response.exchange(), begun());
            stream = response.openEvents();
            out = stream;
        }
        return stream;
    }

    private AnswerStart begun() {
        if (start == null) {
            throw new IllegalStateException("The answer has not started");
        }
        return start;
    }

    private ChatChunks chunks() {
        if (chunks == null) {
            throw new IllegalStateException("The answer has not started");
        }
        return chunks;
    }

    static byte[] event(ObjectNode json) {
        return bytes("data: " + JSON.writeValueAsString(json) + "\n\n");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
