package org.allodium.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.allodium.engine.internal.model.Safetensors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The reference models with the outputs of a reference implementation.
public final class Golden {
    private Golden() {}

    /// The path holds for the modules beside the engine, which test with the same models.
    public static Path dir(String name) {
        return Path.of("../engine/src/test/resources/golden", name);
    }

    public static JsonNode json(Path file) {
        return JsonMapper.shared().readTree(file.toFile());
    }

    /// A prompt with the ids that follow it and the reference logits of its last positions.
    @SuppressWarnings("ArrayRecordComponent") // Read by tests only, never compared.
    public record Case(long[] prompt, long[] greedy, float[][] logits) {}

    public static List<Case> cases(String model) {
        var tensors = Safetensors.ofFile(dir(model).resolve("golden_logits.safetensors"));
        var cases = json(dir(model).resolve("golden.json")).path("cases");
        return IntStream.range(0, cases.size())
                .mapToObj(
                        i ->
                                new Case(
                                        longs(cases.get(i).path("prompt")),
                                        longs(cases.get(i).path("greedy")),
                                        rows(tensors, "prompt" + i)))
                .toList();
    }

    public static long[] longs(JsonNode array) {
        return array.valueStream().mapToLong(JsonNode::asLong).toArray();
    }

    public static float[][] rows(Safetensors tensors, String name) {
        var entry = tensors.require(name);
        int width = Math.toIntExact(entry.shape().getLast());
        var flat = floats(tensors, name);
        var rows = new float[flat.remaining() / width][width];
        for (var row : rows) {
            flat.get(row);
        }
        return rows;
    }

    public static FloatBuffer floats(Safetensors tensors, String name) {
        var entry = tensors.require(name);
        return bytes(entry.file(), entry.offset(), entry.length()).asFloatBuffer();
    }

    public static LongBuffer longs(Safetensors tensors, String name) {
        var entry = tensors.require(name);
        return bytes(entry.file(), entry.offset(), entry.length()).asLongBuffer();
    }

    private static ByteBuffer bytes(Path file, long offset, long length) {
        try {
            return ByteBuffer.wrap(Files.readAllBytes(file))
                    .slice((int) offset, (int) length)
                    .order(ByteOrder.LITTLE_ENDIAN);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
