package org.allodium.serving;

import java.util.List;
import java.util.Optional;
import org.allodium.engine.GenerationRequest.Ending;
import org.allodium.engine.GenerationRequest.Logprobs;
import org.allodium.engine.OutputFormat;
import org.allodium.engine.Sampling;

/// What is wanted of answers, whatever they answer.
/// @param maxTokens empty means as many as the endpoint gives by itself
/// @param choices answers to each prompt; they differ by their seed
/// @param tokens whether the listener is to hear tokens beside their text
public record SamplingOptions(
        Optional<MostTokens> maxTokens,
        SamplingWish sampling,
        Ending ending,
        int choices,
        Logprobs logprobs,
        OutputFormat format,
        boolean tokens) {

    /// One answer of text, drawn in just this way.
    public static SamplingOptions of(Optional<Integer> maxTokens, Sampling sampling) {
        return of(maxTokens, SamplingWish.exactly(sampling));
    }

    public static SamplingOptions of(Optional<Integer> maxTokens, SamplingWish sampling) {
        return new SamplingOptions(
                maxTokens.map(most -> new MostTokens(most, "max_tokens")),
                sampling,
                new Ending(List.of(), false),
                1,
                Logprobs.NONE,
                OutputFormat.TEXT,
                false);
    }

    public SamplingOptions withChoices(int changed) {
        return new SamplingOptions(maxTokens, sampling, ending, changed, logprobs, format, tokens);
    }

    /// The most tokens of an answer, and the field that said so: it has two names.
    public record MostTokens(int tokens, String param) {}
}
