package org.allodium.engine;

import org.allodium.engine.DecoderOptions.LoadListener;
import org.allodium.engine.DecoderOptions.Precision;

/// How a copy of an encoder or ranker is loaded and run.
/// @param precision `INT4` is refused: no encoder keeps its meaning with it
/// @param device `cpu`, some cores of it like `cpu:0-15,32`, or `gpu:0`, `gpu:1` …
public record EncoderOptions(Precision precision, String device, LoadListener loading) {
    public static final EncoderOptions STANDARD =
            new EncoderOptions(Precision.AUTO, "cpu", (done, all) -> {});

    public EncoderOptions withPrecision(Precision changed) {
        return new EncoderOptions(changed, device, loading);
    }

    public EncoderOptions withDevice(String changed) {
        return new EncoderOptions(precision, changed, loading);
    }

    public EncoderOptions withLoading(LoadListener changed) {
        return new EncoderOptions(precision, device, changed);
    }
}
