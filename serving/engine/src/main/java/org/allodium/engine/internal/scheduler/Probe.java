package org.allodium.engine.internal.scheduler;

import java.util.concurrent.CompletableFuture;
import org.allodium.engine.ComputeUsage;
import org.allodium.engine.GenerationResult.FinishReason;
import org.allodium.engine.Turn;
import org.allodium.engine.internal.kernel.StepKernel.Row;
import org.allodium.engine.internal.kernel.StepKernel.Wanted;

/// Wants the logits at all positions of a prompt, for checks and measurements.
public final class Probe implements SequenceGoal {
    private final float[][] rows;
    private final int chunk;
    private final CompletableFuture<float[][]> result = new CompletableFuture<>();

    /// @param chunk the most positions to be computed at once
    public Probe(int positions, int chunk) {
        this.rows = new float[positions][];
        this.chunk = chunk;
    }

    public float[][] await() {
        return result.join();
    }

    @Override
    public Turn turn() {
        return Turn.ANY;
    }

    @Override
    public boolean needsAllPositions() {
        return true;
    }

    @Override
    public int longestPiece() {
        return chunk;
    }

    @Override
    public Wanted wanted(Piece piece) {
        return Wanted.ALL_LOGITS;
    }

    @Override
    public Next take(Sequence sequence, Piece piece, Row row) {
        System.arraycopy(row.logits(), 0, rows, piece.from(), piece.count());
        return piece.last() ? new Next.End(FinishReason.LENGTH) : Next.MORE;
    }

    @Override
    public void end(FinishReason reason, int cachedTokens, ComputeUsage usage) {
        if (reason == FinishReason.LENGTH) {
            result.complete(rows);
        } else {
            result.completeExceptionally(
                    new IllegalStateException("The model was closed or the computation failed"));
        }
    }
}
