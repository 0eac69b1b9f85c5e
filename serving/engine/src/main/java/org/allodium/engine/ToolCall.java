package org.allodium.engine;

/// A function that a model asks to be called.
/// @param arguments a JSON object as text
public record ToolCall(String id, String name, String arguments) {}
