package org.allodium.serving;

import java.util.Optional;
import org.allodium.identity.Caller;

/// Who asks which model for something, and what they demand of the place.
public sealed interface InferenceCommand permits AnswerCommand, EmbedCommand, RankCommand {
    Caller caller();

    String model();

    Optional<String> residency();

    Optional<String> dataClass();
}
