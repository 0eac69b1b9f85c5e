package org.allodium.serving;

import java.util.Optional;
import org.allodium.identity.Caller;

/// A request for answers of a text model.
public sealed interface AnswerCommand permits ChatCommand, TextCommand {
    Caller caller();

    String model();

    SamplingOptions options();

    Optional<String> residency();

    Optional<String> dataClass();
}
