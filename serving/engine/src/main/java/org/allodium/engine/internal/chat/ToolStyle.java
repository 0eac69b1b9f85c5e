package org.allodium.engine.internal.chat;

import java.util.List;
import java.util.Optional;
import org.allodium.engine.Tool;
import org.allodium.engine.internal.grammar.CallShape;

/// The forms in which models call tools. Which one a model uses is read from its chat template,
/// which shows it to the model.
enum ToolStyle {
    /// `<tool_call>` around each call, as Qwen, Granite 4 and the Hermes models write it.
    TAGS(
            "<tool_call>",
            new CallShape("", "<tool_call>\n", "arguments", "\n</tool_call>", "\n", "", true)),
    /// A control token, then a list of calls, as Granite 3 writes it.
    GRANITE("<|tool_call|>", new CallShape("[", "", "arguments", "", ", ", "]", true)),
    /// A control token, then a list of calls, as Mistral writes it.
    MISTRAL("[TOOL_CALLS]", new CallShape("[", "", "arguments", "", ", ", "]", true)),
    /// Newer Mistral models: control token, name, perhaps an id, control token, arguments.
    NAMED("[TOOL_CALLS]", CallShape.ARGUMENTS_ALONE),
    /// One bare object, as Llama 3 writes it.
    BARE("<|python_tag|>", new CallShape("", "", "parameters", "", "", "", false));

    static final String TAG_END = "</tool_call>";
    static final String BEFORE_ID = "[CALL_ID]";
    static final String BEFORE_ARGUMENTS = "[ARGS]";

    private final String marker;
    private final CallShape shape;

    ToolStyle(String marker, CallShape shape) {
        this.marker = marker;
        this.shape = shape;
    }

    /// What begins a call, or may begin it.
    String marker() {
        return marker;
    }

    CallShape shape() {
        return shape;
    }

    /// Whether the marker must stand before the calls and is no part of their shape.
    boolean markerFirst() {
        return this == GRANITE || this == MISTRAL || this == NAMED;
    }

    /// What an answer's text must hold though it may be control tokens.
    List<String> signs() {
        return switch (this) {
            case TAGS -> List.of(marker, TAG_END);
            case NAMED -> List.of(marker, BEFORE_ID, BEFORE_ARGUMENTS);
            case GRANITE, MISTRAL, BARE -> List.of(marker);
        };
    }

    /// What begins a call of one of these tools.
    /// @param tools those that may be called; one alone for NAMED
    String beginning(List<Tool> tools) {
        return this == NAMED ? marker + tools.getFirst().name() + BEFORE_ARGUMENTS : marker;
    }

    /// How long the ids of calls are that the model's own template takes.
    boolean shortIds() {
        return this == MISTRAL || this == NAMED;
    }

    /// @param template the source of a chat template that uses `tools`
    static Optional<ToolStyle> of(String template) {
        if (template.contains("<tool_call>")) {
            // Others write tags or pairs inside, instead of JSON.
            boolean json =
                    template.contains("\"arguments\"")
                            && !template.contains("<tool_calls>")
                            && !template.contains("<function=")
                            && !template.contains("<arg_key>");
            return json ? Optional.of(TAGS) : Optional.empty();
        }
        if (template.contains("<|tool_call|>")) {
            // Others write one object with an end of its own.
            return template.contains("<|/tool_call|>") ? Optional.empty() : Optional.of(GRANITE);
        }
        if (template.contains("[TOOL_CALLS]")) {
            return Optional.of(template.contains(BEFORE_ARGUMENTS) ? NAMED : MISTRAL);
        }
        boolean bare = template.contains("\"parameters\": ") && template.contains("ipython");
        return bare ? Optional.of(BARE) : Optional.empty();
    }
}
