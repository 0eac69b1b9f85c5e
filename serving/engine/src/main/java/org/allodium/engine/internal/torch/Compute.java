package org.allodium.engine.internal.torch;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.allodium.engine.ModelRefused;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A share in a compute thread. There is one for the processor and all graphics processors, and one
/// for each set of cores that copies keep to. All models of a thread hand it short tasks (a step, a
/// batch), which it takes in the order they come, so models share the machine fairly. A thread
/// lives from its first share to its last.
public final class Compute implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Compute.class);
    private static final Map<List<Integer>, Worker> WORKERS = new HashMap<>();
    private static int allThreads;

    private final Worker worker;
    private boolean closed;

    private Compute(Worker worker) {
        this.worker = worker;
    }

    /// A compute thread, with the cores that its tasks keep to.
    private static final class Worker {
        final List<Integer> cores;
        final ExecutorService tasks = Executors.newSingleThreadExecutor(this::newThread);
        volatile @Nullable Thread thread;
        int shares;

        Worker(List<Integer> cores) {
            this.cores = cores;
        }

        private Thread newThread(Runnable work) {
            var made = Thread.ofPlatform().daemon().name("allodium-compute").unstarted(work);
            // In a server the creating thread is a request's; its loader must not be kept or used.
            made.setContextClassLoader(Compute.class.getClassLoader());
            thread = made;
            return made;
        }
    }

    /// A share in the thread that has the whole processor.
    public static Compute share() {
        return share(ComputeDevice.CPU);
    }

    /// @throws ModelRefused if the process may not use one of the place's cores
    public static Compute share(ComputeDevice place) {
        synchronized (WORKERS) {
            var worker = WORKERS.computeIfAbsent(place.cores(), Worker::new);
            worker.shares++;
            var share = new Compute(worker);
            try {
                share.call(() -> prepare(worker.cores));
            } catch (RuntimeException | Error e) {
                share.close();
                throw e;
            }
            return share;
        }
    }

    private static boolean prepare(List<Integer> cores) {
        NativeMemory.keepNothingLarge();
        Engine.getEngine("PyTorch");
        // The optimising executor recompiles for every new shape, which prompts bring all the time.
        JniUtils.setGraphExecutorOptimize(false);
        if (allThreads == 0) {
            allThreads = JniUtils.getNumThreads();
        }
        if (!cores.isEmpty()) {
            Cores.keepTo(cores);
        }
        JniUtils.setNumThreads(cores.isEmpty() ? allThreads : cores.size());
        // Asked once, a thread keeps its number whatever others set later.
        return JniUtils.getNumThreads() > 0;
    }

    /// Runs a task after those that wait already. It must not throw; if it does, that is logged.
    public void execute(Runnable task) {
        worker.tasks.execute(
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
        if (Thread.currentThread() == worker.thread) {
            return task.get();
        }
        var result = new CompletableFuture<T>();
        try {
            worker.tasks.execute(
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
            switch (Objects.requireNonNull(e.getCause())) {
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                default -> throw e;
            }
        }
    }

    public void run(Runnable task) {
        call(
                () -> {
                    task.run();
                    return true;
                });
    }

    /// Gives back the share, and the memory of what used it; the last ends the thread and waits.
    @Override
    public void close() {
        boolean last;
        synchronized (WORKERS) {
            if (closed) {
                return;
            }
            closed = true;
            last = --worker.shares == 0;
            if (last) {
                WORKERS.remove(worker.cores);
            }
        }
        if (last) {
            worker.tasks.shutdown();
            awaitEnd(worker.tasks);
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
