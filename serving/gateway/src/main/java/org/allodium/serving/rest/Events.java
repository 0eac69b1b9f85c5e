package org.allodium.serving.rest;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.allodium.serving.AnswerStart;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Server-sent events of one answer. Status and headers leave with the first event, so that a
/// failure before it is still an ordinary error response.
final class Events {
    private static final byte[] DONE = bytes("data: [DONE]\n\n");
    private static final byte[] KEEP_ALIVE = bytes(": keep-alive\n\n");

    private final Response response;
    private @Nullable AnswerStart start;
    private @Nullable OutputStream out;

    Events(Response response) {
        this.response = response;
    }

    void started(AnswerStart begun) {
        start = begun;
        response.started(begun);
    }

    AnswerStart begun() {
        if (start == null) {
            throw new IllegalStateException("The answer has not started");
        }
        return start;
    }

    void send(ObjectNode event) throws IOException {
        write(event(event));
    }

    /// What an [EventFrame] holds.
    void send(byte[] event) throws IOException {
        write(event);
    }

    void keepAlive() throws IOException {
        write(KEEP_ALIVE);
    }

    void done() throws IOException {
        write(DONE);
    }

    static boolean isLast(byte[] event) {
        return Arrays.equals(event, DONE);
    }

    private void write(byte[] event) throws IOException {
        var stream = out;
        if (stream == null) {
            AnswerHeaders.answer(response.exchange(), begun());
            stream = response.openEvents();
            out = stream;
        }
        stream.write(event);
        stream.flush();
    }

    static byte[] event(ObjectNode json) {
        return bytes("data: " + JsonMapper.shared().writeValueAsString(json) + "\n\n");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
