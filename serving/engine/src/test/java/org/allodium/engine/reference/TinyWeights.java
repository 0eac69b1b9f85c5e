package org.allodium.engine.reference;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Random;
import java.util.SequencedMap;
import org.allodium.engine.reference.TinyModel.Numbers;
import tools.jackson.databind.json.JsonMapper;

/// Draws random tensors and writes them as safetensors, in one file or in shards with an index.
final class TinyWeights {
    private final Numbers numbers;
    private final Random random;

    TinyWeights(Numbers numbers, Random random) {
        this.numbers = numbers;
        this.random = random;
    }

    void write(Path dir, SequencedMap<String, long[]> shapes, int shards) throws IOException {
        if (shards == 1) {
            write(dir.resolve("model.safetensors"), shapes);
            return;
        }
        var index = JsonMapper.shared().createObjectNode();
        long total = shapes.values().stream().mapToLong(this::bytes).sum();
        index.putObject("metadata").put("total_size", total);
        var places = index.putObject("weight_map");
        for (int shard = 1; shard <= shards; shard++) {
            var name = "model-%05d-of-%05d.safetensors".formatted(shard, shards);
            var part = new LinkedHashMap<String, long[]>();
            int at = 0;
            for (var shape : shapes.entrySet()) {
                if (at++ * shards / shapes.size() == shard - 1) {
                    part.put(shape.getKey(), shape.getValue());
                    places.put(shape.getKey(), name);
                }
            }
            write(dir.resolve(name), part);
        }
        Files.writeString(dir.resolve("model.safetensors.index.json"), index.toPrettyString());
    }

    private void write(Path file, SequencedMap<String, long[]> shapes) throws IOException {
        var header = JsonMapper.shared().createObjectNode();
        header.putObject("__metadata__").put("format", "pt");
        long offset = 0;
        for (var shape : shapes.entrySet()) {
            var entry = header.putObject(shape.getKey()).put("dtype", numbers.name());
            Arrays.stream(shape.getValue()).forEach(entry.putArray("shape")::add);
            long end = offset + bytes(shape.getValue());
            entry.putArray("data_offsets").add(offset).add(end);
            offset = end;
        }
        var text = header.toString().getBytes(StandardCharsets.UTF_8);
        var out = ByteBuffer.allocate(Math.toIntExact(8 + text.length + offset));
        out.order(ByteOrder.LITTLE_ENDIAN).putLong(text.length).put(text);
        shapes.forEach((name, shape) -> draw(name, shape, out));
        Files.write(file, out.array());
    }

    private long bytes(long[] shape) {
        return elements(shape) * (numbers == Numbers.F32 ? 4 : 2);
    }

    private static long elements(long[] shape) {
        return Arrays.stream(shape).reduce(1, Math::multiplyExact);
    }

    private void draw(String name, long[] shape, ByteBuffer out) {
        boolean vector = shape.length == 1;
        double middle = vector && name.endsWith("weight") ? 1 : 0;
        double spread;
        if (vector) {
            spread = 0.1;
        } else if (name.contains("embed")) {
            spread = 0.5;
        } else {
            spread = 1.5 / Math.sqrt(shape[1]);
        }
        for (long i = elements(shape); i > 0; i--) {
            put((float) (middle + spread * random.nextGaussian()), out);
        }
    }

    private void put(float value, ByteBuffer out) {
        switch (numbers) {
            case F32 -> out.putFloat(value);
            case F16 -> out.putShort(Float.floatToFloat16(value));
            case BF16 -> {
                int bits = Float.floatToRawIntBits(value);
                // To the nearest, on a tie to the even one.
                int rounded = bits + 0x7fff + (bits >>> 16 & 1);
                out.putShort((short) (rounded >>> 16));
            }
        }
    }
}
