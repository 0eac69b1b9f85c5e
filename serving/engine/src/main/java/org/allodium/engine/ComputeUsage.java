package org.allodium.engine;

import java.time.Duration;

/// What the machine did for a sequence, in one step or in all. A step's time and energy are shared
/// out by the tokens that each sequence computed in it, wrongly guessed ones included.
/// @param prefillTokens tokens of the prompt computed, those computed again included
/// @param decodeTokens tokens of the answer computed, without wrong guesses
/// @param compute the share in the time of the steps
/// @param joules the share in their energy by the device's power model
public record ComputeUsage(int prefillTokens, int decodeTokens, Duration compute, double joules) {
    public static final ComputeUsage NONE = new ComputeUsage(0, 0, Duration.ZERO, 0);

    public ComputeUsage plus(ComputeUsage more) {
        return new ComputeUsage(
                prefillTokens + more.prefillTokens,
                decodeTokens + more.decodeTokens,
                compute.plus(more.compute),
                joules + more.joules);
    }
}
