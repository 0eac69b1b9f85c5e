package org.allodium.engine.reference;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The configuration and all tensors of a model directory, read whole into memory.
final class ModelFiles {
    private final JsonNode config;
    private final Map<String, double[]> tensors = new HashMap<>();

    ModelFiles(Path dir) {
        config = JsonMapper.shared().readTree(dir.resolve("config.json").toFile());
        try (var files = Files.list(dir)) {
            for (var file : files.sorted().toList()) {
                var name = file.getFileName().toString();
                if (name.startsWith("model") && name.endsWith(".safetensors")) {
                    read(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read(Path file) throws IOException {
        var bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        int headerLength = Math.toIntExact(bytes.getLong(0));
        var header = new String(bytes.array(), 8, headerLength, StandardCharsets.UTF_8);
        for (var entry : JsonMapper.shared().readTree(header).properties()) {
            if (entry.getKey().equals("__metadata__")) {
                continue;
            }
            int from = entry.getValue().path("data_offsets").path(0).asInt();
            int to = entry.getValue().path("data_offsets").path(1).asInt();
            var data = bytes.slice(8 + headerLength + from, to - from);
            data.order(ByteOrder.LITTLE_ENDIAN);
            tensors.put(entry.getKey(), numbers(entry.getValue().path("dtype").asString(), data));
        }
    }

    private static double[] numbers(String type, ByteBuffer data) {
        int width =
                switch (type) {
                    case "F32" -> 4;
                    case "F16", "BF16" -> 2;
                    default -> 8;
                };
        var numbers = new double[data.remaining() / width];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] =
                    switch (type) {
                        case "F32" -> data.getFloat(4 * i);
                        case "F16" -> Float.float16ToFloat(data.getShort(2 * i));
                        case "BF16" -> Float.intBitsToFloat(data.getShort(2 * i) << 16);
                        default -> data.getLong(8 * i);
                    };
        }
        return numbers;
    }

    String architecture() {
        return config.path("architectures").path(0).asString();
    }

    JsonNode config() {
        return config;
    }

    int whole(String key) {
        if (!config.hasNonNull(key)) {
            throw new IllegalArgumentException("config.json has no " + key);
        }
        return config.get(key).asInt();
    }

    double number(String key, double otherwise) {
        return config.path(key).asDouble(otherwise);
    }

    boolean has(String tensor) {
        return tensors.containsKey(tensor);
    }

    double[] tensor(String name) {
        var found = tensors.get(name);
        if (found == null) {
            throw new IllegalArgumentException("No tensor " + name);
        }
        return found;
    }
}
