package org.allodium.engine.internal.scheduler;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.allodium.engine.DecoderOptions;
import org.allodium.engine.GenerationResult.FinishReason;
import org.allodium.engine.internal.cache.KvCache;
import org.allodium.engine.internal.cache.PagePool;
import org.allodium.engine.internal.kernel.StepKernel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs a scheduler as long as it has work. Each step is a compute task of its own, so that several
/// models take turns. Safe for many threads.
public final class StepLoop {
    private static final Logger LOG = LoggerFactory.getLogger(StepLoop.class);

    private final Executor compute;
    private final Scheduler scheduler;
    private final long mostPositions;
    private List<Sequence> arrived = new ArrayList<>();
    private boolean scheduled;
    private boolean closed;

    private StepLoop(Executor compute, Scheduler scheduler, long mostPositions) {
        this.compute = compute;
        this.scheduler = scheduler;
        this.mostPositions = mostPositions;
    }

    /// @param compute runs one task after the other
    /// @param nanos a clock that only moves on
    public static StepLoop over(
            StepKernel kernel, Executor compute, DecoderOptions options, LongSupplier nanos) {
        var batching = options.batching();
        var pages = new PagePool(kernel.pages());
        var cache = new KvCache(pages, kernel.pageTokens(), batching.prefixCache());
        var steps = new Steps(kernel, cache, options, nanos);
        var speculation =
                new SpeculativeDecoding(cache, options.lookup() && kernel.rowsStandAlone());
        var scheduler = new Scheduler(steps, cache, new Pace(batching), speculation, batching);
        return new StepLoop(compute, scheduler, (long) kernel.pages() * kernel.pageTokens());
    }

    /// The longest sequence that the cache can hold.
    public long mostPositions() {
        return mostPositions;
    }

    public synchronized void add(Sequence sequence) {
        if (closed) {
            throw new IllegalStateException("The model is closed");
        }
        arrived.add(sequence);
        if (!scheduled) {
            scheduled = true;
            compute.execute(this::step);
        }
    }

    public synchronized int waiting() {
        return arrived.size() + scheduler.waiting();
    }

    private void step() {
        boolean more = false;
        try {
            boolean ending = arrive();
            if (ending) {
                scheduler.endAll(FinishReason.CANCELLED);
            } else {
                more = scheduler.step();
            }
        } catch (RuntimeException e) {
            LOG.error("Batching failed; all that was under way ends", e);
            scheduler.endAll(FinishReason.FAILED);
        } catch (Error e) {
            // The machine is out of something; nobody must wait for an end that never comes.
            scheduler.endAll(FinishReason.FAILED);
            throw e;
        } finally {
            goOn(more);
        }
    }

    private synchronized boolean arrive() {
        arrived.forEach(scheduler::add);
        arrived = new ArrayList<>();
        return closed;
    }

    private synchronized void goOn(boolean more) {
        if (more || !arrived.isEmpty()) {
            compute.execute(this::step);
        } else {
            scheduled = false;
            notifyAll();
        }
    }

    /// Refuses new work, ends what is there as cancelled, and returns once nothing is computed.
    public void close() {
        boolean interrupted = false;
        synchronized (this) {
            closed = true;
            while (scheduled) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
