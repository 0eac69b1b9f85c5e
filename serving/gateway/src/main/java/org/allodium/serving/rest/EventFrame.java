package org.allodium.serving.rest;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// An event that is sent again and again with another text in one place: all else of it is written
/// once, which of a token's chunk is nearly everything.
final class EventFrame {
    private static final String HOLE = "\0";
    private static final String HOLE_IN_JSON = "\"\\u0000\"";

    private final byte[] before;
    private final byte[] after;

    EventFrame(Function<String, ObjectNode> event) {
        var whole = new String(Events.event(event.apply(HOLE)), StandardCharsets.UTF_8);
        int hole = whole.indexOf(HOLE_IN_JSON);
        before = whole.substring(0, hole).getBytes(StandardCharsets.UTF_8);
        after = whole.substring(hole + HOLE_IN_JSON.length()).getBytes(StandardCharsets.UTF_8);
    }

    byte[] with(String text) {
        var json = JsonMapper.shared().writeValueAsBytes(text);
        return ByteBuffer.allocate(before.length + json.length + after.length)
                .put(before)
                .put(json)
                .put(after)
                .array();
    }
}
