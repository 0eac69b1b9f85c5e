package org.allodium.engine;

/// A function that a model may ask to be called.
/// @param name letters, digits, `_` and `-`
/// @param json the whole description as JSON, with `type` and `function`
/// @param parameters JSON Schema of the arguments as JSON
public record Tool(String name, String json, String parameters) {}
