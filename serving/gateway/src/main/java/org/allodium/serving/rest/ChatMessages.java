package org.allodium.serving.rest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.allodium.engine.ToolCall;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
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
            throw Fields.missing("messages");
        }
        if (!value.isArray() || value.isEmpty()) {
            throw Refused.invalid("messages", "serving.no-messages");
        }
        var messages = new ArrayList<ChatCommand.Message>(value.size());
        for (int i = 0; i < value.size(); i++) {
            messages.add(message(value.get(i), "messages[" + i + "]"));
        }
        return messages;
    }

    private static ChatCommand.Message message(JsonNode value, String path) {
        if (!(value instanceof ObjectNode object)) {
            throw Fields.noObject(path);
        }
        var fields = new Fields(object, path + ".");
        fields.refuseOthers(KNOWN, HARMLESS);
        var role = role(fields);
        var calls = calls(fields, role);
        var result = fields.text("tool_call_id");
        if (role.equals("tool") != result.isPresent()) {
            var place = fields.path("tool_call_id");
            throw Refused.invalid(place, "serving.tool-call-id-misplaced", place);
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
                    throw Refused.invalid(
                            fields.path("role"), "serving.no-role", fields.path("role"));
        };
    }

    private static List<ToolCall> calls(Fields message, String role) {
        var value = message.get("tool_calls");
        if (value == null || value.isArray() && value.isEmpty()) {
            return List.of();
        }
        if (!value.isArray() || !role.equals("assistant")) {
            var place = message.path("tool_calls");
            throw Refused.invalid(place, "serving.tool-calls-misplaced", place);
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
            throw Refused.invalid(path, "serving.no-call", path);
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
            throw Fields.missing(fields.path("content"));
        }
        if (value.isString()) {
            return Fields.text(value, fields.path("content"));
        }
        if (!value.isArray() || value.isEmpty()) {
            var place = fields.path("content");
            throw Refused.invalid(place, "serving.no-content", place);
        }
        var texts = new ArrayList<String>(value.size());
        for (int i = 0; i < value.size(); i++) {
            texts.add(part(fields, value.get(i), fields.path("content") + "[" + i + "]"));
        }
        return String.join("\n", texts);
    }

    private static String part(Fields message, JsonNode value, String path) {
        if (!(value instanceof ObjectNode object)) {
            throw Refused.invalid(message.path("content"), "serving.no-object", path);
        }
        var fields = new Fields(object, path + ".");
        var type = fields.requireText("type");
        if (!"text".equals(type)) {
            throw Refused.of(ErrorCode.UNSUPPORTED_PARAMETER, "serving.unsupported-part", type)
                    .at(fields.path("type"));
        }
        // What may stay in memory is said by the operator.
        fields.refuseOthers(Set.of("type", "text"), Map.of("cache_control", JsonNode::isObject));
        return fields.requireText("text");
    }
}
