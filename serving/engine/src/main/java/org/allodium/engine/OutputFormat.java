package org.allodium.engine;

import java.util.List;

/// What form an answer must have. Forms other than text hold: tokens that break them are not drawn.
public sealed interface OutputFormat {
    OutputFormat TEXT = new Text();

    /// Any text.
    record Text() implements OutputFormat {}

    record JsonObject() implements OutputFormat {}

    /// JSON that fits a JSON Schema, which is given as text.
    record JsonSchema(String schema) implements OutputFormat {}

    /// Just this text, in the tokens that the model's tokenizer writes it with.
    /// @param text at least one character; control tokens written in it are plain characters
    record Quote(String text) implements OutputFormat {
        public Quote {
            if (text.isEmpty()) {
                throw new IllegalArgumentException("Nothing cannot be quoted");
            }
        }
    }

    /// Words, calls of tools, or both, in the model's own form.
    /// @param required nothing but calls; else the model is free to write words
    /// @param many whether there may be more than one call
    /// @param held whether arguments must fit their schemas; those of required calls always do
    /// @param words the form of an answer that calls nothing: text, or JSON
    record ToolCalls(
            List<Tool> tools, boolean required, boolean many, boolean held, OutputFormat words)
            implements OutputFormat {
        public ToolCalls {
            tools = List.copyOf(tools);
            if (words instanceof ToolCalls) {
                throw new IllegalArgumentException("Words are no calls");
            }
        }

        /// Words are any text.
        public ToolCalls(List<Tool> tools, boolean required, boolean many, boolean held) {
            this(tools, required, many, held, TEXT);
        }

        /// Whether an answer may be any text.
        public boolean free() {
            return !required && words instanceof Text;
        }
    }
}
