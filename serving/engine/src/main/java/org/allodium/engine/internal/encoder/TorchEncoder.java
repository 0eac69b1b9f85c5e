package org.allodium.engine.internal.encoder;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.allodium.engine.Computing;
import org.allodium.engine.Encoder;
import org.allodium.engine.EncoderOptions;
import org.allodium.engine.ModelDescription;
import org.allodium.engine.internal.model.EncoderSpec;
import org.allodium.engine.internal.model.EncoderSpec.Output;
import org.allodium.engine.internal.model.EncoderSpec.Text;
import org.allodium.engine.internal.model.ModelFolder;

/// An encoder whose output is one vector.
public final class TorchEncoder implements Encoder {
    private final EncoderCopy copy;
    private final Text text;

    private TorchEncoder(EncoderCopy copy, Text text) {
        this.copy = copy;
        this.text = text;
    }

    public static TorchEncoder load(ModelFolder folder, EncoderSpec spec, EncoderOptions options) {
        if (spec.output() instanceof Output.Vector vector) {
            return new TorchEncoder(EncoderCopy.load(folder, spec, options), vector.text());
        }
        throw new IllegalArgumentException(spec.architecture() + " makes no vectors");
    }

    @Override
    public ModelDescription description() {
        return copy.description();
    }

    @Override
    public Computing computing() {
        return copy.computing();
    }

    @Override
    public int mostBytesPerToken() {
        // A letter may be shorter when it is small; none shrinks to less than a third.
        return copy.tokens().mostBytesPerToken() * (text.lowerCase() ? 3 : 1);
    }

    @Override
    public long[] encode(String input) {
        var whole = text.prompt() + input;
        return copy.tokens()
                .encodeForEncoder(text.lowerCase() ? whole.toLowerCase(Locale.ROOT) : whole);
    }

    @Override
    public boolean makes(int dimensions) {
        return copy.spec().makes(dimensions);
    }

    @Override
    public List<float[]> embed(List<long[]> inputs, int dimensions) {
        if (!makes(dimensions)) {
            throw new IllegalArgumentException(
                    "The model makes no vectors of " + dimensions + " dimensions");
        }
        var vectors = copy.results(sequences(inputs));
        return dimensions == copy.spec().hidden()
                ? vectors
                : vectors.stream().map(vector -> cut(vector, dimensions)).toList();
    }

    private static float[] cut(float[] vector, int dimensions) {
        var kept = Arrays.copyOf(vector, dimensions);
        double squares = 0;
        for (float number : kept) {
            squares += (double) number * number;
        }
        double length = Math.max(Math.sqrt(squares), 1e-12);
        for (int i = 0; i < kept.length; i++) {
            kept[i] = (float) (kept[i] / length);
        }
        return kept;
    }

    List<float[]> hidden(List<long[]> inputs) {
        return copy.hidden(sequences(inputs));
    }

    private static List<EncoderInput> sequences(List<long[]> inputs) {
        return inputs.stream().map(ids -> new EncoderInput(ids, new long[0])).toList();
    }

    @Override
    public void close() {
        copy.close();
    }
}
