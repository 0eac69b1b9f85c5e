package org.allodium.engine.internal.decoder;

import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

/// Logits at all positions of a sequence, computed in chunks.
final class Logits implements Work {
    private final Stepper stepper;
    private final long[] ids;
    private final int chunk;
    private final float[][] rows;
    private final CompletableFuture<float[][]> result = new CompletableFuture<>();
    private volatile boolean cancelled;
    private int done;

    Logits(Stepper stepper, long[] ids, int chunk) {
        this.stepper = stepper;
        this.ids = ids.clone();
        this.chunk = chunk;
        this.rows = new float[ids.length][];
    }

    float[][] await() {
        return result.join();
    }

    @Override
    public int positions() {
        return ids.length;
    }

    @Override
    public boolean step() {
        if (cancelled) {
            fail();
            return false;
        }
        try {
            int n = Math.min(chunk, ids.length - done);
            var flat = stepper.step(Arrays.copyOfRange(ids, done, done + n), done, n);
            int width = flat.length / n;
            for (int i = 0; i < n; i++) {
                rows[done + i] = Arrays.copyOfRange(flat, i * width, (i + 1) * width);
            }
            done += n;
        } catch (RuntimeException e) {
            result.completeExceptionally(e);
            return false;
        }
        if (done == ids.length) {
            result.complete(rows);
        }
        return done < ids.length;
    }

    @Override
    public void cancel() {
        cancelled = true;
    }

    @Override
    public void fail() {
        result.completeExceptionally(
                new IllegalStateException("The model was closed or the computation failed"));
    }
}
