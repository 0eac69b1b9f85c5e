package org.allodium.engine.internal.decoder;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.allodium.engine.internal.torch.Compute;
import org.jspecify.annotations.Nullable;

/// The queue in front of one model copy: one work at a time, in the order of arrival. Each step is
/// a compute task of its own, so that several models take turns.
final class WorkQueue {
    private final Compute compute;
    private final Stepper stepper;
    private final Deque<Work> waiting = new ArrayDeque<>();
    private @Nullable Work active;
    private boolean closed;

    WorkQueue(Compute compute, Stepper stepper) {
        this.compute = compute;
        this.stepper = stepper;
    }

    synchronized void add(Work work) {
        if (closed) {
            throw new IllegalStateException("The model is closed");
        }
        waiting.add(work);
        if (active == null) {
            activateNext();
        }
    }

    synchronized int waiting() {
        return waiting.size();
    }

    /// Takes work out of the line; false if it is under way or has ended.
    synchronized boolean remove(Work work) {
        return waiting.remove(work);
    }

    private void activateNext() {
        active = waiting.poll();
        if (active == null) {
            notifyAll();
            return;
        }
        var next = active;
        compute.execute(() -> begin(next));
    }

    private void begin(Work work) {
        boolean ready = false;
        try {
            stepper.reserve(work.positions());
            ready = true;
        } finally {
            if (!ready) {
                work.fail();
                ended();
            }
        }
        advance(work);
    }

    private void advance(Work work) {
        boolean more = false;
        try {
            more = work.step();
        } finally {
            if (more) {
                compute.execute(() -> advance(work));
            } else {
                // Harmless after an orderly end; after an Error it is the only end.
                work.fail();
                ended();
            }
        }
    }

    private synchronized void ended() {
        activateNext();
    }

    /// Refuses new work, cancels what is there, and returns when the active work has ended.
    void close() {
        boolean interrupted = false;
        synchronized (this) {
            closed = true;
            var left = List.copyOf(waiting);
            waiting.clear();
            for (var work : left) {
                work.cancel();
                work.step();
            }
            if (active != null) {
                active.cancel();
            }
            while (active != null) {
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
