package org.allodium.engine.internal.chat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.allodium.engine.ChatMessage;
import org.allodium.engine.Tool;
import org.allodium.engine.ToolCall;
import org.allodium.engine.internal.template.TemplateValue;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Messages and tools as chat templates expect them: calls with their arguments as objects, keys
/// only where there is something.
final class Turns {
    private final UnaryOperator<String> text;

    /// @param text what becomes of every text that a user wrote
    Turns(UnaryOperator<String> text) {
        this.text = text;
    }

    /// Whether only a template that knows tools has a place for it.
    static boolean isOfCalls(ChatMessage message) {
        return !message.toolCalls().isEmpty() || message.role().equals("tool");
    }

    List<Map<String, Object>> messages(List<ChatMessage> messages) {
        var turns = new ArrayList<Map<String, Object>>();
        for (var message : messages) {
            var turn = new LinkedHashMap<String, Object>();
            turn.put("role", text.apply(message.role()));
            turn.put("content", text.apply(message.content()));
            if (!message.toolCalls().isEmpty()) {
                turn.put("tool_calls", message.toolCalls().stream().map(this::call).toList());
            }
            message.toolCallId().ifPresent(id -> turn.put("tool_call_id", text.apply(id)));
            turns.add(turn);
        }
        return turns;
    }

    private Map<String, Object> call(ToolCall call) {
        var function = new LinkedHashMap<String, Object>();
        function.put("name", text.apply(call.name()));
        function.put("arguments", arguments(call.arguments()));
        var turn = new LinkedHashMap<String, Object>();
        turn.put("id", text.apply(call.id()));
        turn.put("type", "function");
        turn.put("function", function);
        return turn;
    }

    /// What is no JSON stays the text that the model once wrote.
    private Object arguments(String arguments) {
        try {
            return TemplateValue.of(JsonMapper.shared().readTree(arguments), text);
        } catch (JacksonException e) {
            return text.apply(arguments);
        }
    }

    /// @param json an object
    Map<String, Object> variables(String json) {
        var variables = new LinkedHashMap<String, Object>();
        JsonMapper.shared()
                .readTree(json)
                .properties()
                .forEach(v -> variables.put(v.getKey(), TemplateValue.of(v.getValue(), text)));
        return variables;
    }

    List<Object> tools(List<Tool> tools) {
        return tools.stream()
                .map(t -> TemplateValue.of(JsonMapper.shared().readTree(t.json()), text))
                .toList();
    }
}
