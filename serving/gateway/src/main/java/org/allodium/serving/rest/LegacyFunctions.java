package org.allodium.serving.rest;

import java.util.List;
import java.util.function.Supplier;
import org.allodium.engine.ToolCall;
import org.allodium.kernel.Refused;
import org.allodium.kernel.Sentence;
import org.allodium.kernel.Sentence.Argument;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The first interface for calls, which clients still send: `functions`, `function_call`, messages
/// of role `function`. It is the later one with at most one call and no ids, so it is translated.
final class LegacyFunctions {
    private static final String FUNCTIONS = "functions";
    private static final String CALL = "function_call";

    private LegacyFunctions() {}

    /// Whether a body speaks this interface anywhere.
    static boolean present(ObjectNode body) {
        boolean spoken =
                body.path("messages").isArray()
                        && body.path("messages").valueStream().anyMatch(LegacyFunctions::speaks);
        return body.hasNonNull(FUNCTIONS) || body.hasNonNull(CALL) || spoken;
    }

    private static boolean speaks(JsonNode message) {
        return message.hasNonNull(CALL) || message.path("role").asString("").equals("function");
    }

    static ObjectNode translated(ObjectNode body) {
        for (var later : List.of("tools", "tool_choice")) {
            if (body.hasNonNull(later)) {
                throw Refused.invalid(later, "serving.functions-and-tools");
            }
        }
        var copy = body.deepCopy();
        var functions = copy.remove(FUNCTIONS);
        var choice = copy.remove(CALL);
        if (functions != null && !functions.isNull()) {
            copy.set("tools", tools(functions));
        }
        if (choice != null && !choice.isNull()) {
            copy.set("tool_choice", choice(choice));
        }
        copy.put("parallel_tool_calls", false);
        if (copy.get("messages") instanceof ArrayNode messages) {
            translate(messages);
        }
        return copy;
    }

    /// What is wrong is told in the words of the interface that the client speaks.
    static <T> T naming(Supplier<T> work) {
        try {
            return work.get();
        } catch (Refused refused) {
            if (refused.field().isEmpty()) {
                throw refused;
            }
            var said = refused.sentence();
            var arguments =
                    said.arguments().stream()
                            .map(
                                    argument ->
                                            argument instanceof Argument.Text(var text)
                                                    ? new Argument.Text(words(text))
                                                    : argument)
                            .toList();
            throw new Refused(refused.code(), new Sentence(said.key(), arguments))
                    .at(words(refused.field().get()));
        }
    }

    private static String words(String later) {
        return later.replaceAll("tools\\[(\\d+)]\\.function", "functions[$1]")
                .replaceAll("tools\\[(\\d+)]", "functions[$1]")
                .replace("tool_choice.function", "function_call")
                .replace("tool_choice", CALL)
                .replaceAll("^tools$", FUNCTIONS);
    }

    private static ArrayNode tools(JsonNode functions) {
        if (!functions.isArray()) {
            throw Refused.invalid(FUNCTIONS, "serving.no-list", FUNCTIONS);
        }
        var tools = JsonMapper.shared().createArrayNode();
        functions.forEach(
                function -> tools.addObject().put("type", "function").set("function", function));
        return tools;
    }

    private static JsonNode choice(JsonNode choice) {
        if (!(choice instanceof ObjectNode named)) {
            return choice;
        }
        var tool = JsonMapper.shared().createObjectNode().put("type", "function");
        tool.set("function", named);
        return tool;
    }

    /// The result of a call follows the call, so the last call's id is the result's.
    private static void translate(ArrayNode messages) {
        int calls = 0;
        for (int i = 0; i < messages.size(); i++) {
            if (!(messages.get(i) instanceof ObjectNode message)) {
                continue;
            }
            if (message.path("role").asString("").equals("function")) {
                if (!message.path("name").isString()) {
                    throw Refused.invalid("messages[" + i + "].name", "serving.function-unnamed");
                }
                message.put("role", "tool").put("tool_call_id", id(calls));
            }
            var called = message.remove(CALL);
            if (called != null && !called.isNull()) {
                calls++;
                message.putArray("tool_calls")
                        .addObject()
                        .put("id", id(calls))
                        .put("type", "function")
                        .set("function", called);
            }
        }
    }

    /// Of the length that every template takes.
    private static String id(int call) {
        return "call%05d".formatted(call);
    }

    /// A call as this interface tells it.
    static ObjectNode told(ToolCall call, boolean named) {
        var told = JsonMapper.shared().createObjectNode();
        if (named) {
            told.put("name", call.name());
        }
        return told.put("arguments", named ? "" : call.arguments());
    }

    static String reason(String reason) {
        return reason.equals("tool_calls") ? CALL : reason;
    }
}
