package org.allodium.engine;

import java.time.Duration;
import java.util.List;

/// What one step of a model copy computed, and for whom.
/// @param pagesFree pages of the cache that nobody holds or that are kept for reuse only
public record StepReport(
        Duration took, double joules, int pagesFree, Guesses guesses, List<Share> shares) {
    public StepReport {
        shares = List.copyOf(shares);
    }

    /// @param generation see [Generation#id]
    public record Share(long generation, String account, ComputeUsage usage) {}

    /// Tokens of answers that were computed before they were drawn.
    /// @param accepted those that were then drawn and so saved a step each
    public record Guesses(int proposed, int accepted) {}

    /// Hears of each step, on a compute thread: it must return at once and never throw.
    @FunctionalInterface
    public interface Listener {
        void onStep(StepReport report);
    }
}
