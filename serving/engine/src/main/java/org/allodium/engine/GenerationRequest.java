package org.allodium.engine;

import java.util.List;

/// One continuation to compute.
/// @param promptTokens at least one token id
/// @param maxTokens the most tokens to generate, at least 1 (0 where only the prompt's
/// probabilities are wanted); prompt and answer must fit the context
public record GenerationRequest(
        List<Long> promptTokens,
        int maxTokens,
        Sampling sampling,
        Ending ending,
        Logprobs logprobs,
        OutputFormat format,
        Turn turn) {
    public GenerationRequest {
        promptTokens = List.copyOf(promptTokens);
        if (promptTokens.isEmpty()) {
            throw new IllegalArgumentException("A prompt needs at least one token");
        }
        if (maxTokens < (logprobs.ofPrompt() ? 0 : 1)) {
            throw new IllegalArgumentException("maxTokens must be at least 1");
        }
    }

    public GenerationRequest(
            List<Long> promptTokens, int maxTokens, Sampling sampling, List<String> stop) {
        this(
                promptTokens,
                maxTokens,
                sampling,
                new Ending(stop, false),
                Logprobs.NONE,
                OutputFormat.TEXT,
                Turn.ANY);
    }

    public GenerationRequest withEnding(Ending changed) {
        return new GenerationRequest(
                promptTokens, maxTokens, sampling, changed, logprobs, format, turn);
    }

    public GenerationRequest withMaxTokens(int changed) {
        return new GenerationRequest(
                promptTokens, changed, sampling, ending, logprobs, format, turn);
    }

    public GenerationRequest withLogprobs(Logprobs changed) {
        return new GenerationRequest(
                promptTokens, maxTokens, sampling, ending, changed, format, turn);
    }

    public GenerationRequest withFormat(OutputFormat changed) {
        return new GenerationRequest(
                promptTokens, maxTokens, sampling, ending, logprobs, changed, turn);
    }

    public GenerationRequest withTurn(Turn changed) {
        return new GenerationRequest(
                promptTokens, maxTokens, sampling, ending, logprobs, format, changed);
    }

    /// When an answer is over before its maximum.
    /// @param stop texts at which generation ends; the text itself is not returned
    /// @param ignoreEos go on after the model's end-of-sequence token (for measurements)
    public record Ending(List<String> stop, boolean ignoreEos) {
        public Ending {
            stop = List.copyOf(stop);
            if (stop.stream().anyMatch(String::isEmpty)) {
                throw new IllegalArgumentException("A stop text must not be empty");
            }
        }
    }

    /// Which log-probabilities are wanted, each as the number of likeliest tokens to name beside
    /// the token itself: 0 for the token alone, [#NOT_WANTED] for nothing.
    public record Logprobs(int answerTop, int promptTop) {
        public static final int NOT_WANTED = -1;
        public static final Logprobs NONE = new Logprobs(NOT_WANTED, NOT_WANTED);

        private static final int MOST = 100;

        public Logprobs {
            if (Math.min(answerTop, promptTop) < NOT_WANTED
                    || Math.max(answerTop, promptTop) > MOST) {
                throw new IllegalArgumentException(
                        "From 0 to 100 likeliest tokens can be named for each token");
            }
        }

        public boolean ofAnswer() {
            return answerTop != NOT_WANTED;
        }

        public boolean ofPrompt() {
            return promptTop != NOT_WANTED;
        }
    }
}
