package org.allodium.engine.internal.decoder;

import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.allodium.engine.Generation;
import org.allodium.engine.GenerationRequest;
import org.allodium.engine.GenerationResult;
import org.allodium.engine.GenerationResult.FinishReason;
import org.allodium.engine.internal.text.StopFilter;
import org.allodium.engine.internal.text.TextStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One generation on its way: the prompt in chunks, then token by token.
final class Answer implements Work, Generation {
    private static final Logger LOG = LoggerFactory.getLogger(Answer.class);
    // A chunk bounds how long other models wait, and how much is computed after a cancel.
    private static final int PROMPT_CHUNK = 256;

    private static final AtomicLong IDS = new AtomicLong();

    private final long id = IDS.incrementAndGet();
    private final Stepper stepper;
    private final long[] prompt;
    private final GenerationRequest request;
    private final Set<Long> endTokens;
    private final TextStream text;
    private final StopFilter stops;
    private final Sampler sampler;
    private final Delivery delivery;
    private final Consumer<Answer> onCancel;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile boolean cancelled;
    private int promptDone;
    private long last;
    // Written by the compute thread alone.
    private volatile int sampled;

    /// @param onCancel told after a cancel, so that a waiting answer can be taken out of its queue
    Answer(
            Stepper stepper,
            GenerationRequest request,
            Set<Long> endTokens,
            TextStream text,
            Delivery delivery,
            Consumer<Answer> onCancel) {
        this.stepper = stepper;
        this.request = request;
        this.prompt = request.promptTokens().stream().mapToLong(Long::longValue).toArray();
        this.endTokens = endTokens;
        this.text = text;
        this.stops = new StopFilter(request.ending().stop());
        this.sampler = new Sampler(request.sampling());
        this.delivery = delivery;
        this.onCancel = onCancel;
    }

    @Override
    public int positions() {
        return prompt.length + request.maxTokens();
    }

    /// Tokens sampled by now.
    int sampled() {
        return sampled;
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public void cancel() {
        cancelled = true;
        onCancel.accept(this);
    }

    @Override
    public void fail() {
        end(FinishReason.FAILED);
    }

    @Override
    public boolean step() {
        if (cancelled) {
            end(FinishReason.CANCELLED);
            return false;
        }
        try {
            return compute();
        } catch (RuntimeException e) {
            LOG.error("A generation failed", e);
            end(FinishReason.FAILED);
            return false;
        }
    }

    private boolean compute() {
        if (promptDone < prompt.length) {
            int n = Math.min(PROMPT_CHUNK, prompt.length - promptDone);
            var chunk = Arrays.copyOfRange(prompt, promptDone, promptDone + n);
            boolean whole = promptDone + n == prompt.length;
            var logits = stepper.step(chunk, promptDone, 1);
            promptDone += n;
            return !whole || take(sampler.next(logits));
        }
        return take(sampler.next(stepper.step(new long[] {last}, prompt.length + sampled - 1, 1)));
    }

    /// Takes a sampled token; false if the answer ends with it.
    private boolean take(int token) {
        last = token;
        int count = sampled + 1;
        sampled = count;
        if (endTokens.contains((long) token)) {
            finish(FinishReason.STOP);
            return false;
        }
        show(stops.push(text.push(token)));
        if (stops.stopped()) {
            end(FinishReason.STOP);
            return false;
        }
        if (count == request.maxTokens()) {
            finish(FinishReason.LENGTH);
            return false;
        }
        return true;
    }

    /// Shows what was held back, which may still complete a stop text, and ends.
    private void finish(FinishReason reason) {
        show(stops.push(text.flush()));
        show(stops.flush());
        end(stops.stopped() ? FinishReason.STOP : reason);
    }

    private void show(String piece) {
        if (!piece.isEmpty()) {
            delivery.text(piece, sampled);
        }
    }

    private void end(FinishReason reason) {
        if (ended.compareAndSet(false, true)) {
            delivery.end(new GenerationResult(reason, prompt.length, sampled));
        }
    }
}
