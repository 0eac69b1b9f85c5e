package org.allodium.engine.internal.torch;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A share in the process's one compute thread. All loaded models hand it short tasks (a step, a
/// batch), which it takes in the order they come, so models share the machine fairly and PyTorch
/// never sees two callers. The thread lives from the first share to the last.
public final class Compute implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Compute.class);
    private static final Object LOCK = new Object();
    private static @Nullable ExecutorService executor;
    private static volatile @Nullable Thread thread;
    private static int shares;

    private final ExecutorService tasks;
    private boolean closed;

    private Compute(ExecutorService tasks) {
        this.tasks = tasks;
    }

    public static Compute share() {
        synchronized (LOCK) {
            var current = executor;
            if (current == null) {
                current = Executors.newSingleThreadExecutor(Compute::newThread);
                executor = current;
            }
            shares++;
            var share = new Compute(current);
            try {
                share.call(Compute::prepare);
            } catch (RuntimeException | Error e) {
                share.close();
                throw e;
            }
            return share;
        }
    }

    private static Thread newThread(Runnable work) {
        var made = Thread.ofPlatform().daemon().name("allodium-compute").unstarted(work);
        // Inside a server the creating thread belongs to a request; its loader must not be kept or
        // used.
        made.setContextClassLoader(Compute.class.getClassLoader());
        thread = made;
        return made;
    }

    private static boolean prepare() {
        NativeMemory.keepNothingLarge();
        Engine.getEngine("PyTorch");
        // The optimising executor recompiles for every new shape, which prompts bring all the time.
        JniUtils.setGraphExecutorOptimize(false);
        return true;
    }

    /// Runs a task after those that wait already. A task must not throw; what it throws is only
    /// logged.
    public void execute(Runnable task) {
        tasks.execute(
                () -> {
                    try {
                        task.run();
                    } catch (RuntimeException | Error e) {
                        LOG.error("A compute task failed", e);
                    }
                });
    }

    /// Runs a task and waits for its result; what it throws is thrown here.
    public <T> T call(Supplier<T> task) {
        if (Thread.currentThread() == thread) {
            return task.get();
        }
        var result = new CompletableFuture<T>();
        try {
            tasks.execute(
                    () -> {
                        try {
                            result.complete(task.get());
                        } catch (RuntimeException | Error e) {
                            result.completeExceptionally(e);
                        }
                    });
        } catch (RejectedExecutionException e) {
            throw new IllegalStateException("The last model is closed", e);
        }
        try {
            return result.join();
        } catch (CompletionException e) {
            switch (e.getCause()) {
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                default -> throw e;
            }
        }
    }

    /// Runs a task and waits for its end; what it throws is thrown here.
    public void run(Runnable task) {
        call(
                () -> {
                    task.run();
                    return true;
                });
    }

    /// Gives the share back, and the memory of what used it; the last one ends the thread and waits
    /// for it.
    @Override
    public void close() {
        ExecutorService last = null;
        synchronized (LOCK) {
            if (closed) {
                return;
            }
            closed = true;
            if (--shares == 0) {
                last = executor;
                executor = null;
            }
        }
        if (last != null) {
            last.shutdown();
            awaitEnd(last);
        }
        NativeMemory.giveBack();
    }

    private static void awaitEnd(ExecutorService ending) {
        try {
            if (!ending.awaitTermination(1, TimeUnit.MINUTES)) {
                LOG.warn("The compute thread still works a minute after the last model was closed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
