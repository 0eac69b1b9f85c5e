package org.allodium.engine.internal.encoder;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.allodium.engine.internal.torch.Compute;

/// Computes together what several callers ask for at the same time. While a batch is computed,
/// further inputs wait; the next batch takes one from each caller in turn, so a caller with
/// thousands does not keep out one with a single input. Each batch is one compute task.
final class Gathering {
    // More tokens would not be computed faster.
    static final int MOST_TOKENS = 1024;

    // Other models wait for a batch: so it takes no longer than this, if it has several inputs.
    private static final double LONGEST_NANOS = 150e6;
    private static final double WEIGHT = 0.25;
    // What fewer take says little about the pace of many.
    private static final int TELLING_TOKENS = 64;

    private final Compute compute;
    private final Function<List<EncoderInput>, List<float[]>> computation;
    private final Deque<Request> waiting = new ArrayDeque<>();
    private boolean scheduled;
    private boolean closed;
    private double nanosPerToken;

    Gathering(Compute compute, Function<List<EncoderInput>, List<float[]>> computation) {
        this.compute = compute;
        this.computation = computation;
    }

    /// One result per input, in order; waits for all of them.
    /// @throws IllegalStateException if the model is closed
    List<float[]> results(List<EncoderInput> inputs) {
        if (inputs.isEmpty()) {
            return List.of();
        }
        var request = new Request(inputs);
        synchronized (this) {
            if (closed) {
                throw closed();
            }
            waiting.addLast(request);
            schedule();
        }
        try {
            return request.done.join();
        } catch (CompletionException e) {
            switch (Objects.requireNonNull(e.getCause())) {
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                default -> throw e;
            }
        }
    }

    /// INVARIANT: at most one batch is among the compute thread's tasks, so that other models come
    /// in between.
    private void schedule() {
        if (!scheduled && !waiting.isEmpty()) {
            scheduled = true;
            compute.execute(this::step);
        }
    }

    private void step() {
        var batch = gather();
        try {
            if (!batch.isEmpty()) {
                var results = timed(batch.stream().map(Item::input).toList());
                for (int i = 0; i < batch.size(); i++) {
                    batch.get(i).request().put(batch.get(i).place(), results.get(i));
                }
            }
        } catch (RuntimeException | Error e) {
            batch.stream().map(Item::request).distinct().forEach(request -> fail(request, e));
        } finally {
            synchronized (this) {
                scheduled = false;
                schedule();
            }
        }
    }

    private List<float[]> timed(List<EncoderInput> inputs) {
        long begun = System.nanoTime();
        var results = computation.apply(inputs);
        int tokens = inputs.stream().mapToInt(EncoderInput::length).sum();
        double took = (double) (System.nanoTime() - begun) / tokens;
        if (tokens >= TELLING_TOKENS) {
            nanosPerToken =
                    nanosPerToken == 0 ? took : nanosPerToken + WEIGHT * (took - nanosPerToken);
        }
        return results;
    }

    /// On the compute thread, which alone knows the pace.
    private int mostTokens() {
        return nanosPerToken == 0
                ? MOST_TOKENS
                : (int) Math.clamp(LONGEST_NANOS / nanosPerToken, 1, MOST_TOKENS);
    }

    private synchronized List<Item> gather() {
        var batch = new ArrayList<Item>();
        int most = mostTokens();
        int tokens = 0;
        while (!waiting.isEmpty()) {
            tokens += waiting.peekFirst().nextLength();
            if (!batch.isEmpty() && tokens > most) {
                break;
            }
            var request = waiting.removeFirst();
            batch.add(request.take());
            if (request.hasMore()) {
                waiting.addLast(request);
            }
        }
        return batch;
    }

    private void fail(Request request, Throwable cause) {
        synchronized (this) {
            waiting.remove(request);
        }
        request.done.completeExceptionally(cause);
    }

    /// Callers whose inputs are not all in a batch yet.
    synchronized int waiting() {
        return waiting.size();
    }

    /// Those who wait hear that the model is closed; a batch under way is computed.
    void close() {
        List<Request> left;
        synchronized (this) {
            closed = true;
            left = List.copyOf(waiting);
            waiting.clear();
        }
        left.forEach(request -> request.done.completeExceptionally(closed()));
    }

    private static IllegalStateException closed() {
        return new IllegalStateException("The model is closed");
    }

    private record Item(Request request, int place, EncoderInput input) {}

    /// What one caller asked for. Like lengths are taken one after the other.
    private static final class Request {
        private final List<EncoderInput> inputs;
        private final List<Integer> order;
        private final float[][] results;
        private final CompletableFuture<List<float[]>> done = new CompletableFuture<>();
        private int taken;
        private int computed;

        Request(List<EncoderInput> inputs) {
            this.inputs = List.copyOf(inputs);
            results = new float[inputs.size()][];
            order =
                    IntStream.range(0, inputs.size())
                            .boxed()
                            .sorted(Comparator.comparing(i -> inputs.get(i).length()))
                            .toList();
        }

        int nextLength() {
            return inputs.get(order.get(taken)).length();
        }

        Item take() {
            int place = order.get(taken++);
            return new Item(this, place, inputs.get(place));
        }

        boolean hasMore() {
            return taken < order.size();
        }

        /// On the compute thread only.
        void put(int place, float[] result) {
            results[place] = result;
            if (++computed == results.length) {
                done.complete(List.of(results));
            }
        }
    }
}
