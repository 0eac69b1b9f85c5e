package org.allodium.engine.internal.chat;

import java.util.Optional;
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
    /// One bare object, as Llama 3 writes it.
    BARE("<|python_tag|>", new CallShape("", "", "parameters", "", "", "", false));

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
        return this == GRANITE || this == MISTRAL;
    }

    /// @param template the source of a chat template that uses `tools`
    static Optional<ToolStyle> of(String template) {
        if (template.contains("<tool_call>")) {
            // Others write tags or pairs inside, instead of JSON.
            boolean json =
                    template.contains("\"arguments\"")
                            && !template.contains("<function=")
                            && !template.contains("<arg_key>");
            return json ? Optional.of(TAGS) : Optional.empty();
        }
        if (template.contains("<|tool_call|>")) {
            return Optional.of(GRANITE);
        }
        if (template.contains("[TOOL_CALLS]")) {
            // Newer ones write name and arguments without a list.
            return template.contains("[ARGS]") ? Optional.empty() : Optional.of(MISTRAL);
        }
        boolean bare = template.contains("\"parameters\": ") && template.contains("ipython");
        return bare ? Optional.of(BARE) : Optional.empty();
    }
}
