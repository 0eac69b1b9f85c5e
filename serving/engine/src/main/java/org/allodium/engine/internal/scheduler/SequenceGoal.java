package org.allodium.engine.internal.scheduler;

import org.allodium.engine.ComputeUsage;
import org.allodium.engine.GenerationResult.FinishReason;
import org.allodium.engine.Turn;
import org.allodium.engine.internal.kernel.StepKernel;

/// What a sequence is computed for. All methods but [#cancelled] are called on the compute thread.
sealed interface SequenceGoal permits Answer, Prefill, Probe {
    /// 0 where nobody asks for it.
    default long id() {
        return 0;
    }

    Turn turn();

    default boolean cancelled() {
        return false;
    }

    /// Whether it needs results of all positions, so that none may come from the prefix cache.
    boolean needsAllPositions();

    /// The most positions to be computed in a step.
    int longestPiece();

    StepKernel.Wanted wanted(Piece piece);

    /// Tokens that may well follow the sequence's next one, each after the one before it; none
    /// where none are drawn or one token is all that can follow.
    default long[] guess(Sequence sequence, int most) {
        return StepKernel.Segment.NO_IDS;
    }

    /// Tokens that will follow whatever is computed.
    default long[] certain(int most) {
        return StepKernel.Segment.NO_IDS;
    }

    /// Takes what a piece brought back.
    Next take(Sequence sequence, Piece piece, StepKernel.Row row);

    /// Called once, at the end, whatever the reason.
    void end(FinishReason reason, int cachedTokens, ComputeUsage usage);

    /// Consecutive positions of a sequence.
    /// @param last whether the sequence has no tokens beyond
    record Piece(int from, int count, boolean last) {}

    /// How a sequence goes on.
    sealed interface Next {
        Next MORE = new More();

        /// The tokens it has are to be computed further.
        record More() implements Next {}

        record Token(long id) implements Next {}

        record End(FinishReason reason) implements Next {}
    }
}
