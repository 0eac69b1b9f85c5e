package org.allodium.serving.rest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.allodium.engine.ToolCall;
import org.allodium.kernel.CloudException;
import org.allodium.kernel.ErrorCode;
import org.allodium.serving.ChatCommand;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The `messages` of a chat request: roles, and content as a string or as text parts.
final class ChatMessages {
    private static final Set<String> KNOWN =
            Set.of("role", "content", "tool_calls", "tool_call_id");

    /// What clients send back of an answer they were given, and a name that templates ignore.
    private static final Map<String, Predicate<JsonNode>> HARMLESS =
            Map.of(
                    "name", JsonNode::isString,
                    "annotations", Harmless::isEmpty,
                    // Thoughts of earlier answers: templates leave them out.
                    "reasoning_content", JsonNode::isString,
                    "cache_control", JsonNode::isObject);

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
        var role = role(fields);
        var calls = calls(fields, role);
        var result = fields.text("tool_call_id");
        if (role.equals("tool") != result.isPresent()) {
            throw fields.invalid(
                    "tool_call_id",
                    "`" + fields.path("tool_call_id") + "` belongs to messages of role tool.");
        }
        // Beside calls there may be no words.
        boolean silent = !calls.isEmpty() && fields.get("content") == null;
        return new ChatCommand.Message(role, silent ? "" : content(fields), calls, result);
    }

    private static String role(Fields fields) {
        var role = fields.requireText("role");
        return switch (role) {
            case "system", "user", "assistant", "tool" -> role;
            case "developer" -> "system";
            default ->
                    throw fields.invalid(
                            "role",
                            "`"
                                    + fields.path("role")
                                    + "` must be system, developer, user, assistant or tool.");
        };
    }

    private static List<ToolCall> calls(Fields message, String role) {
        var value = message.get("tool_calls");
        if (value == null || value.isArray() && value.isEmpty()) {
            return List.of();
        }
        if (!value.isArray() || !role.equals("assistant")) {
            throw message.invalid(
                    "tool_calls",
                    "`"
                            + message.path("tool_calls")
                            + "` must be a list, in the assistant's message.");
        }
        var calls = new ArrayList<ToolCall>();
        for (int i = 0; i < value.size(); i++) {
            calls.add(call(value.get(i), message.path("tool_calls") + "[" + i + "]"));
        }
        return calls;
    }

    private static ToolCall call(JsonNode value, String path) {
        if (!(value instanceof ObjectNode object)
                || !(object.get("function") instanceof ObjectNode called)) {
            throw new CloudException(
                    ErrorCode.INVALID_REQUEST, "`" + path + "` must be a call.", path, null);
        }
        var fields = new Fields(object, path + ".");
        fields.refuseOthers(
                Set.of("id", "function"),
                Map.of("type", Harmless.oneOf("function"), "index", JsonNode::isNumber));
        var function = new Fields(called, path + ".function.");
        function.refuseOthers(Set.of("name", "arguments"), Map.of());
        return new ToolCall(
                fields.requireText("id"),
                function.requireText("name"),
                function.requireText("arguments"));
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
        // What may stay in memory is said by the operator.
        fields.refuseOthers(Set.of("type", "text"), Map.of("cache_control", JsonNode::isObject));
        return fields.requireText("text");
    }
}
