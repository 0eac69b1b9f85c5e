package org.allodium.engine.internal.scheduler;

import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.allodium.engine.ComputeUsage;
import org.allodium.engine.GenerationResult.FinishReason;
import org.allodium.engine.Turn;
import org.allodium.engine.internal.cache.CarriedPages;
import org.allodium.engine.internal.kernel.StepKernel;
import org.allodium.engine.internal.kernel.StepKernel.Row;
import org.allodium.engine.internal.kernel.StepKernel.Wanted;

/// Wants the pages of a prompt, for another copy of the model to go on from. Only full pages: what
/// lies behind the end of a prompt may be what others left there.
public final class Prefill implements SequenceGoal {
    private final Turn turn;
    private final StepKernel kernel;
    private final CompletableFuture<CarriedPages> result = new CompletableFuture<>();

    public Prefill(Turn turn, StepKernel kernel) {
        this.turn = turn;
        this.kernel = kernel;
    }

    public CarriedPages await() {
        return result.join();
    }

    @Override
    public Turn turn() {
        return turn;
    }

    @Override
    public boolean needsAllPositions() {
        return false;
    }

    @Override
    public int longestPiece() {
        return Integer.MAX_VALUE;
    }

    @Override
    public Wanted wanted(Piece piece) {
        return Wanted.NOTHING;
    }

    @Override
    public Next take(Sequence sequence, Piece piece, Row row) {
        if (!piece.last()) {
            return Next.MORE;
        }
        int full = sequence.table().length() / kernel.pageTokens();
        var pages = Arrays.copyOf(sequence.table().pages(), full);
        var content = full == 0 ? new byte[0] : kernel.exportPages(pages);
        result.complete(new CarriedPages(full * kernel.pageTokens(), content));
        return new Next.End(FinishReason.LENGTH);
    }

    @Override
    public void end(FinishReason reason, int cachedTokens, ComputeUsage usage) {
        result.completeExceptionally(
                new IllegalStateException("The model was closed or the computation failed"));
    }
}
