package org.allodium.engine;

import java.time.Duration;

/// How a copy of a decoder is loaded and run.
/// @param device `cpu`, some cores of it like `cpu:0-15,32`, or `gpu:0`, `gpu:1` …
/// @param cacheBytes the most memory for keys and values; 0 lets the engine choose
/// @param lookup whether answers that repeat what is in their prompt or in themselves are computed
/// several tokens at a time, where that changes nothing of them: with own machine code
/// @param watts what the device draws while it computes, for the energy shares
public record DecoderOptions(
        Precision precision,
        String device,
        long cacheBytes,
        Batching batching,
        boolean lookup,
        double watts,
        StepReport.Listener steps,
        LoadListener loading) {
    public static final DecoderOptions STANDARD =
            new DecoderOptions(
                    Precision.AUTO,
                    "cpu",
                    0,
                    Batching.STANDARD,
                    true,
                    0,
                    report -> {},
                    (done, all) -> {});

    public DecoderOptions {
        if (cacheBytes < 0 || !(watts >= 0)) {
            throw new IllegalArgumentException("Memory and power must not be negative");
        }
    }

    public DecoderOptions withPrecision(Precision changed) {
        return new DecoderOptions(
                changed, device, cacheBytes, batching, lookup, watts, steps, loading);
    }

    public DecoderOptions withDevice(String changed) {
        return new DecoderOptions(
                precision, changed, cacheBytes, batching, lookup, watts, steps, loading);
    }

    public DecoderOptions withCacheBytes(long changed) {
        return new DecoderOptions(
                precision, device, changed, batching, lookup, watts, steps, loading);
    }

    public DecoderOptions withBatching(Batching changed) {
        return new DecoderOptions(
                precision, device, cacheBytes, changed, lookup, watts, steps, loading);
    }

    public DecoderOptions withLookup(boolean changed) {
        return new DecoderOptions(
                precision, device, cacheBytes, batching, changed, watts, steps, loading);
    }

    public DecoderOptions withSteps(double changedWatts, StepReport.Listener listener) {
        return new DecoderOptions(
                precision, device, cacheBytes, batching, lookup, changedWatts, listener, loading);
    }

    public DecoderOptions withLoading(LoadListener changed) {
        return new DecoderOptions(
                precision, device, cacheBytes, batching, lookup, watts, steps, changed);
    }

    /// How weights are kept.
    public enum Precision {
        /// What suits the device and the model's own type.
        AUTO,
        FP32,
        BF16,
        INT8,
        INT4
    }

    /// How much is computed together.
    /// @param mostSequences the most sequences in a step
    /// @param prefillChunk the most tokens of prompts in a step
    /// @param longestStep how long pieces of prompts may hold up running answers in each step
    /// @param prefixCache whether computed prefixes are kept for requests of the same salt
    public record Batching(
            int mostSequences, int prefillChunk, Duration longestStep, boolean prefixCache) {
        public static final Batching STANDARD = new Batching(64, 512, Duration.ofMillis(200), true);

        public Batching {
            if (mostSequences < 1 || prefillChunk < 1 || !longestStep.isPositive()) {
                throw new IllegalArgumentException("A step takes at least one of each");
            }
        }
    }

    /// Hears how far loading is, on the loading thread.
    @FunctionalInterface
    public interface LoadListener {
        /// @param done bytes of weights that are ready, of `all`
        void onProgress(long done, long all);
    }
}
