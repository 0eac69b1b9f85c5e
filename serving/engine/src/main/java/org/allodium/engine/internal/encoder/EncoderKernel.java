package org.allodium.engine.internal.encoder;

import java.util.List;

/// An encoder's computations. Use it on the compute thread only. See decision 0072.
interface EncoderKernel extends AutoCloseable {
    /// What the model puts out for each input, in order.
    List<float[]> run(List<EncoderInput> inputs);

    /// Vectors of all tokens of each input: `[input][token × dimensions]`.
    List<float[]> hidden(List<EncoderInput> inputs);

    @Override
    void close();
}
