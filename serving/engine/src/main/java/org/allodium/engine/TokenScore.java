package org.allodium.engine;

import java.util.List;
import java.util.OptionalDouble;

/// A token, and how likely it was by the model's own logits, before penalties and temperature.
/// @param logprob the natural logarithm of its probability; NaN where none was wanted, and for the
/// first token of a prompt, which nothing precedes
/// @param top the likeliest tokens in its place, the likeliest first, as many as were wanted
public record TokenScore(long id, double logprob, List<Candidate> top) {
    public TokenScore {
        top = List.copyOf(top);
    }

    public OptionalDouble score() {
        return Double.isNaN(logprob) ? OptionalDouble.empty() : OptionalDouble.of(logprob);
    }

    /// A token that could have stood there.
    public record Candidate(long id, double logprob) {}
}
