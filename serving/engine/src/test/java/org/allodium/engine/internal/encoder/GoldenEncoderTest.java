package org.allodium.engine.internal.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.allodium.engine.DecoderOptions.Precision;
import org.allodium.engine.EncoderOptions;
import org.allodium.engine.Engine;
import org.allodium.engine.Golden;
import org.allodium.engine.internal.model.Safetensors;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class GoldenEncoderTest {
    private static final EncoderOptions FP32 =
            EncoderOptions.STANDARD.withPrecision(Precision.FP32);
    private static final Offset<Float> TOLERANCE = within(1e-4f);

    private final Safetensors reference =
            Safetensors.ofFile(Golden.dir("bert-embed").resolve("golden_embed.safetensors"));

    @Test
    void vectorsOfTokensMatchTheReference() {
        try (var encoder = (TorchEncoder) Engine.loadEncoder(Golden.dir("bert-embed"), FP32)) {
            var hidden = encoder.hidden(inputs());
            var expected = Golden.rows(reference, "hidden");
            int width = expected[0].length;
            for (int input = 0; input < hidden.size(); input++) {
                int tokens = hidden.get(input).length / width;
                for (int token = 0; token < tokens; token++) {
                    var row =
                            Arrays.copyOfRange(
                                    hidden.get(input), token * width, (token + 1) * width);
                    assertThat(row).containsExactly(expected[input * 64 + token], TOLERANCE);
                }
            }
        }
    }

    @Test
    void embeddingsMatchTheReferenceTogetherAndAlone() {
        try (var encoder = Engine.loadEncoder(Golden.dir("bert-embed"), FP32)) {
            var expected = Golden.rows(reference, "embedding");
            var inputs = inputs();
            var together = encoder.embed(inputs);
            for (int i = 0; i < expected.length; i++) {
                assertThat(together.get(i)).containsExactly(expected[i], TOLERANCE);
                assertThat(encoder.embed(List.of(inputs.get(i))).getFirst())
                        .containsExactly(expected[i], TOLERANCE);
            }
        }
    }

    @Test
    void manyInputsComeBackInTheirOrder() {
        try (var encoder = Engine.loadEncoder(Golden.dir("bert-embed"), FP32)) {
            var many = new ArrayList<long[]>();
            for (int i = 0; i < 100; i++) {
                many.add(inputs().get(i % 3));
            }
            var vectors = encoder.embed(many);
            var expected = Golden.rows(reference, "embedding");
            for (int i = 0; i < many.size(); i++) {
                assertThat(vectors.get(i)).containsExactly(expected[i % 3], TOLERANCE);
            }
        }
    }

    private List<long[]> inputs() {
        var ids = Golden.longs(reference, "ids");
        var mask = Golden.longs(reference, "mask");
        int width = Math.toIntExact(reference.require("ids").shape().getLast());
        var inputs = new ArrayList<long[]>();
        for (int row = 0; row < ids.remaining() / width; row++) {
            int length = 0;
            while (length < width && mask.get(row * width + length) == 1) {
                length++;
            }
            var input = new long[length];
            ids.get(row * width, input);
            inputs.add(input);
        }
        return inputs;
    }
}
