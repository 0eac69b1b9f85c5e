package org.allodium.engine;

/// What form an answer must have. A form other than text is kept by construction: tokens that would
/// break it are never drawn.
public sealed interface OutputFormat {
    OutputFormat TEXT = new Text();

    /// Any text.
    record Text() implements OutputFormat {}

    /// One JSON object.
    record JsonObject() implements OutputFormat {}

    /// JSON that fits a JSON Schema.
    ///
    /// @param schema the schema as JSON text
    record JsonSchema(String schema) implements OutputFormat {}
}
