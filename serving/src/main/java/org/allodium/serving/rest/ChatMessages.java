package org.allodium.serving.rest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.allodium.kernel.CloudException;
import org.allodium.kernel.ErrorCode;
import org.allodium.serving.ChatCommand;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The `messages` of a chat request: roles, and content as a string or as text parts.
final class ChatMessages {
    private static final Set<String> KNOWN = Set.of("role", "content");

    /// What clients send back of an answer they were given, and a name that templates ignore.
    private static final Map<String, Predicate<JsonNode>> HARMLESS =
            Map.of(
                    "name", JsonNode::isString,
                    "tool_calls", Harmless::isEmpty,
                    "annotations", Harmless::isEmpty);

    private ChatMessages() {}

    static List<ChatCommand.Message> of(Fields body) {
        var value = body.get("messages");
        if (value == null) {
            throw body.invalid("messages", "`messages` is missing.");
        }
        if (!value.isArray() || value.isEmpty()) {
            throw body.invalid("messages", "`messages` must be a list of at least one message.");
        }
        var messages = new ArrayList<ChatCommand.Message>(value.size());
        for (int i = 0; i < value.size(); i++) {
            messages.add(message(value.get(i), "messages[" + i + "]"));
        }
        return messages;
    }

    private static ChatCommand.Message message(JsonNode value, String path) {
        if (!(value instanceof ObjectNode object)) {
            throw new CloudException(
                    ErrorCode.INVALID_REQUEST, "`" + path + "` must be an object.", path, null);
        }
        var fields = new Fields(object, path + ".");
        fields.refuseOthers(KNOWN, HARMLESS);
        return new ChatCommand.Message(role(fields), content(fields));
    }

    private static String role(Fields fields) {
        var role = fields.requireText("role");
        return switch (role) {
            case "system", "user", "assistant" -> role;
            case "developer" -> "system";
            case "tool", "function" ->
                    throw ChatRequest.unsupported(
                            fields.path("role"), "The role `" + role + "` is not supported.");
            default ->
                    throw fields.invalid(
                            "role",
                            "`"
                                    + fields.path("role")
                                    + "` must be system, developer, user or assistant.");
        };
    }

    private static String content(Fields fields) {
        var value = fields.get("content");
        if (value == null) {
            throw fields.invalid("content", "`" + fields.path("content") + "` is missing.");
        }
        if (value.isString()) {
            return Fields.text(value, fields.path("content"));
        }
        if (!value.isArray() || value.isEmpty()) {
            throw fields.invalid(
                    "content",
                    "`" + fields.path("content") + "` must be a string or a list of text parts.");
        }
        var texts = new ArrayList<String>(value.size());
        for (int i = 0; i < value.size(); i++) {
            texts.add(part(fields, value.get(i), fields.path("content") + "[" + i + "]"));
        }
        return String.join("\n", texts);
    }

    private static String part(Fields message, JsonNode value, String path) {
        if (!(value instanceof ObjectNode object)) {
            throw message.invalid("content", "`" + path + "` must be an object.");
        }
        var fields = new Fields(object, path + ".");
        var type = fields.requireText("type");
        if (!"text".equals(type)) {
            throw ChatRequest.unsupported(
                    fields.path("type"), "Parts of type `" + type + "` are not supported.");
        }
        fields.refuseOthers(Set.of("type", "text"), Map.of());
        return fields.requireText("text");
    }
}
