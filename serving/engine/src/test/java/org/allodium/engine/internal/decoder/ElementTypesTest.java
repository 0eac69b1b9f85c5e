package org.allodium.engine.internal.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.allodium.engine.DecoderOptions;
import org.allodium.engine.DecoderOptions.Precision;
import org.allodium.engine.Engine;
import org.allodium.engine.Golden;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Directories in 16-bit element types compute what their rounded weights say.
class ElementTypesTest {
    @TempDir Path dir;

    // The weights have a spread of 0.2; rounding them moves the logits by about the relative step.
    @ParameterizedTest
    @CsvSource({"F16, 0.05", "BF16, 0.4"})
    void loadsSixteenBitWeights(String type, float tolerance) throws IOException {
        copyAs(type);
        var reference = Golden.cases("qwen2").getFirst();
        // Not what auto would choose: only the stored numbers are to be rounded here.
        var options = DecoderOptions.STANDARD.withPrecision(Precision.FP32);
        try (var decoder = Engine.loadDecoder(dir, options)) {
            var rows = decoder.logits(reference.prompt());
            float largest = 0;
            for (int row = 0; row < rows.length; row++) {
                assertThat(rows[row]).containsExactly(reference.logits()[row], within(tolerance));
                for (int i = 0; i < rows[row].length; i++) {
                    largest =
                            Math.max(largest, Math.abs(rows[row][i] - reference.logits()[row][i]));
                }
            }
            // Proves that the rounded weights were read, not the originals.
            assertThat(largest).isGreaterThan(1e-4f);
        }
    }

    @Test
    void readsFullPrecisionFromAnUnalignedFile() throws IOException {
        copyAs("F32");
        try (var decoder = Engine.loadDecoder(dir)) {
            var reference = Golden.cases("qwen2").getFirst();
            assertThat(decoder.logits(reference.prompt())[0])
                    .containsExactly(reference.logits()[0], within(1e-3f));
        }
    }

    private void copyAs(String type) throws IOException {
        var from = Golden.dir("qwen2");
        Files.copy(from.resolve("config.json"), dir.resolve("config.json"));
        var bytes =
                ByteBuffer.wrap(Files.readAllBytes(from.resolve("model.safetensors")))
                        .order(ByteOrder.LITTLE_ENDIAN);
        int length = Math.toIntExact(bytes.getLong(0));
        var header =
                (ObjectNode)
                        JsonMapper.shared()
                                .readTree(
                                        new String(
                                                bytes.array(), 8, length, StandardCharsets.UTF_8));
        boolean narrow = !type.equals("F32");
        for (var tensor : header.properties()) {
            if (tensor.getValue() instanceof ObjectNode entry && entry.has("data_offsets")) {
                long begin = entry.path("data_offsets").path(0).asLong() / (narrow ? 2 : 1);
                long end = entry.path("data_offsets").path(1).asLong() / (narrow ? 2 : 1);
                entry.put("dtype", type).putArray("data_offsets").add(begin).add(end);
            }
        }
        var data =
                bytes.position(8 + length).slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        var text = header.toString().getBytes(StandardCharsets.UTF_8);
        var out =
                ByteBuffer.allocate(8 + text.length + data.remaining() * 4)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(text.length)
                        .put(text);
        while (data.hasRemaining()) {
            float value = data.get();
            switch (type) {
                case "F16" -> out.putShort(Float.floatToFloat16(value));
                case "BF16" -> out.putShort((short) (Float.floatToIntBits(value) >>> 16));
                default -> out.putFloat(value);
            }
        }
        Files.write(dir.resolve("model.safetensors"), Arrays.copyOf(out.array(), out.position()));
    }
}
