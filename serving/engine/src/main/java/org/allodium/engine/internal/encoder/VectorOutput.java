package org.allodium.engine.internal.encoder;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.allodium.engine.internal.model.EncoderSpec;
import org.allodium.engine.internal.model.EncoderSpec.Output;
import org.allodium.engine.internal.model.EncoderSpec.Pooling;
import org.allodium.engine.internal.model.ModelFolder;

/// Makes one vector or one number of the vectors of an input's tokens.
sealed interface VectorOutput {
    /// Whether only each input's first token counts.
    boolean firsts();

    /// @param rows vectors of tokens, one behind the other
    /// @param from the first row of the input
    /// @param to behind its last one
    float[] of(float[] rows, int from, int to);

    static VectorOutput of(ModelFolder folder, EncoderSpec spec) {
        int width = spec.hidden();
        return switch (spec.output()) {
            case Output.Vector vector ->
                    new Pooled(width, vector.pooling() == Pooling.FIRST_TOKEN, vector.normalised());
            case Output.Score(EncoderSpec.Head head, boolean sigmoid) ->
                    new Scored(
                            Layer.read(folder, spec.firstOf(head)),
                            Layer.read(folder, EncoderSpec.lastOf(head)),
                            width,
                            sigmoid);
        };
    }

    /// The mean of all tokens, or the first one.
    record Pooled(int width, boolean firsts, boolean normalised) implements VectorOutput {
        @Override
        public float[] of(float[] rows, int from, int to) {
            var vector = Arrays.copyOfRange(rows, from * width, (from + 1) * width);
            for (int row = from + 1; row < to; row++) {
                for (int i = 0; i < width; i++) {
                    vector[i] += rows[row * width + i];
                }
            }
            double length = to - from;
            if (normalised) {
                double squares = 0;
                for (float number : vector) {
                    squares += (double) number * number;
                }
                length = Math.max(Math.sqrt(squares), 1e-12);
            }
            for (int i = 0; i < width; i++) {
                vector[i] = (float) (vector[i] / length);
            }
            return vector;
        }
    }

    /// Two layers on the first token, bent by the hyperbolic tangent in between.
    record Scored(Layer first, Layer last, int width, boolean sigmoid) implements VectorOutput {
        @Override
        public boolean firsts() {
            return true;
        }

        @Override
        public float[] of(float[] rows, int from, int to) {
            var token = Arrays.copyOfRange(rows, from * width, (from + 1) * width);
            var middle = first.of(token);
            for (int i = 0; i < middle.length; i++) {
                middle[i] = (float) Math.tanh(middle[i]);
            }
            float logit = last.of(middle)[0];
            return new float[] {sigmoid ? (float) (1 / (1 + Math.exp(-logit))) : logit};
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // Read by `of` alone, never compared.
    record Layer(float[] weight, float[] bias) {
        float[] of(float[] x) {
            var y = bias.clone();
            for (int row = 0; row < y.length; row++) {
                float sum = 0;
                for (int i = 0; i < x.length; i++) {
                    sum += weight[row * x.length + i] * x[i];
                }
                y[row] += sum;
            }
            return y;
        }

        static Layer read(ModelFolder folder, String name) {
            return new Layer(numbers(folder, name + ".weight"), numbers(folder, name + ".bias"));
        }

        private static float[] numbers(ModelFolder folder, String tensor) {
            var entry = folder.tensor(tensor);
            var bytes = ByteBuffer.allocate(Math.toIntExact(entry.length()));
            try (var channel = FileChannel.open(entry.file(), StandardOpenOption.READ)) {
                while (bytes.hasRemaining()) {
                    if (channel.read(bytes, entry.offset() + bytes.position()) < 0) {
                        throw new IOException("The file ends within " + tensor);
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            bytes.flip().order(ByteOrder.LITTLE_ENDIAN);
            var numbers = new float[Math.toIntExact(entry.elements())];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] =
                        switch (entry.type()) {
                            case F32 -> bytes.getFloat();
                            case F16 -> Float.float16ToFloat(bytes.getShort());
                            case BF16 -> Float.intBitsToFloat(bytes.getShort() << 16);
                            case I64 -> bytes.getLong();
                        };
            }
            return numbers;
        }
    }
}
