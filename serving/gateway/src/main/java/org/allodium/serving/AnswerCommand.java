package org.allodium.serving;

/// A request for answers of a text model.
public sealed interface AnswerCommand extends InferenceCommand permits ChatCommand, TextCommand {
    SamplingOptions options();
}
