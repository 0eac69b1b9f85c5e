package org.allodium.serving.rest;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.allodium.engine.OutputFormat;
import org.allodium.engine.Tool;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.serving.ChatTools;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads `tools`, `tool_choice` and `parallel_tool_calls`.
final class ToolFields {
    private static final int MOST_TOOLS = 128;
    private static final String CHOICE = "tool_choice";
    private static final String NO_ARGUMENTS = "{\"type\":\"object\",\"properties\":{}}";

    private final Fields body;
    private boolean held;

    private ToolFields(Fields body) {
        this.body = body;
    }

    static ChatTools of(Fields body) {
        var fields = new ToolFields(body);
        var offered = fields.tools();
        return fields.chosen(offered);
    }

    /// The form of an answer with these tools; `otherwise` without any.
    static OutputFormat format(Fields body, ChatTools tools, OutputFormat otherwise) {
        if (tools.offered().isEmpty()) {
            return otherwise;
        }
        boolean parallel =
                body.get("parallel_tool_calls") == null || body.flag("parallel_tool_calls");
        // Who names a function wants that call.
        boolean many = parallel && !named(body.get("tool_choice"));
        return new OutputFormat.ToolCalls(
                tools.callable(), tools.required(), many, tools.held(), otherwise);
    }

    private static boolean named(@Nullable JsonNode choice) {
        return choice != null && choice.path("type").asString("").equals("function");
    }

    private List<Tool> tools() {
        var value = body.get("tools");
        if (value == null) {
            return List.of();
        }
        if (!value.isArray() || value.size() > MOST_TOOLS) {
            throw Refused.invalid("tools", "serving.too-many-tools", "tools", MOST_TOOLS);
        }
        var tools = new ArrayList<Tool>();
        var names = new HashSet<String>();
        for (int i = 0; i < value.size(); i++) {
            var tool = tool(value.get(i), "tools[" + i + "]");
            if (!names.add(tool.name())) {
                throw Refused.invalid(
                        "tools[" + i + "].function.name", "serving.two-tools-of-a-name");
            }
            tools.add(tool);
        }
        return tools;
    }

    private Tool tool(JsonNode value, String path) {
        if (!(value instanceof ObjectNode object)) {
            throw Fields.noObject(path);
        }
        var fields = new Fields(object, path + ".");
        if (!fields.requireText("type").equals("function")) {
            throw Refused.of(ErrorCode.UNSUPPORTED_PARAMETER, "serving.unsupported-tool")
                    .at(fields.path("type"));
        }
        fields.refuseOthers(
                Set.of("type", "function"), Map.of("cache_control", JsonNode::isObject));
        if (!(fields.get("function") instanceof ObjectNode described)) {
            throw Fields.noObject(fields.path("function"));
        }
        var function = new Fields(described, path + ".function.");
        function.refuseOthers(Set.of("name", "description", "parameters", "strict"), Map.of());
        var name = function.requireText("name");
        if (!name.matches("[A-Za-z0-9_-]{1,64}")) {
            throw Refused.invalid(function.path("name"), "serving.no-tool-name");
        }
        function.text("description");
        var parameters = function.get("parameters");
        if (parameters != null && !parameters.isObject()) {
            throw Refused.invalid(function.path("parameters"), "serving.no-tool-parameters");
        }
        held |= function.flag("strict");
        var told = object.deepCopy();
        told.remove("cache_control");
        ((ObjectNode) told.path("function")).remove("strict");
        return new Tool(
                name, told.toString(), parameters == null ? NO_ARGUMENTS : parameters.toString());
    }

    private ChatTools chosen(List<Tool> offered) {
        var choice = body.get("tool_choice");
        if (choice instanceof ObjectNode named) {
            var fields = new Fields(named, "tool_choice.");
            return fields.requireText("type").equals("allowed_tools")
                    ? allowed(offered, fields)
                    : named(offered, fields);
        }
        var word = body.text("tool_choice").orElse(offered.isEmpty() ? "none" : "auto");
        return switch (word) {
            case "none" -> ChatTools.NONE;
            case "auto" -> new ChatTools(offered, offered, false, held);
            case "required" -> {
                if (offered.isEmpty()) {
                    throw Refused.invalid(CHOICE, "serving.call-of-no-tool", CHOICE);
                }
                yield new ChatTools(offered, offered, true, true);
            }
            default -> throw Refused.invalid(CHOICE, "serving.no-tool-choice", CHOICE);
        };
    }

    /// Some of the tools that the model is told of, which stay the same from turn to turn.
    private ChatTools allowed(List<Tool> offered, Fields choice) {
        choice.refuseOthers(Set.of("type", "allowed_tools"), Map.of());
        if (!(choice.get("allowed_tools") instanceof ObjectNode object)) {
            throw Fields.noObject(choice.path("allowed_tools"));
        }
        var fields = new Fields(object, "tool_choice.allowed_tools.");
        fields.refuseOthers(Set.of("mode", "tools"), Map.of());
        boolean required =
                switch (fields.requireText("mode")) {
                    case "auto" -> false;
                    case "required" -> true;
                    default ->
                            throw Refused.invalid(
                                    fields.path("mode"),
                                    "serving.no-tool-mode",
                                    fields.path("mode"));
                };
        var list = fields.get("tools");
        if (list == null || !list.isArray() || list.isEmpty()) {
            var place = fields.path("tools");
            throw Refused.invalid(place, "serving.no-functions", place);
        }
        var callable = new ArrayList<Tool>();
        for (int i = 0; i < list.size(); i++) {
            var path = fields.path("tools[" + i + "]");
            var name = list.get(i).path("function").path("name").asString("");
            callable.add(
                    offered.stream()
                            .filter(tool -> tool.name().equals(name))
                            .findFirst()
                            .orElseThrow(
                                    () -> Refused.invalid(path, "serving.no-such-tool", path)));
        }
        return new ChatTools(offered, callable, required, required || held);
    }

    private ChatTools named(List<Tool> offered, Fields choice) {
        choice.refuseOthers(Set.of("type", "function"), Map.of());
        if (!choice.requireText("type").equals("function")
                || !(choice.get("function") instanceof ObjectNode function)) {
            throw Refused.invalid(CHOICE, "serving.no-function-named", CHOICE);
        }
        var name = new Fields(function, "tool_choice.function.").requireText("name");
        var callable = offered.stream().filter(t -> t.name().equals(name)).toList();
        if (callable.isEmpty()) {
            throw Refused.invalid("tool_choice.function.name", "serving.tool-not-offered", CHOICE);
        }
        return new ChatTools(offered, callable, true, true);
    }
}
