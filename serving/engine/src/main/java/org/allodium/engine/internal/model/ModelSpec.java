package org.allodium.engine.internal.model;

import java.util.List;
import java.util.Map;

/// What a configuration promises: the tensors that must be there, with their shapes.
public sealed interface ModelSpec permits DecoderSpec, EncoderSpec {
    String architecture();

    int vocabulary();

    int dimensions();

    /// The most positions the model was made for.
    int context();

    /// Names (without a common prefix) and shapes, in a stable order.
    Map<String, List<Long>> tensors();

    /// Whether a further tensor in the files may be left unread. All others are refused: a tensor
    /// we do not use means that the model computes something we do not.
    boolean ignores(String tensor);
}
