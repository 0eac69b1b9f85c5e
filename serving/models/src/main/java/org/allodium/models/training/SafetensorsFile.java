package org.allodium.models.training;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// Writes arrays in bfloat16 as a safetensors file: length of the header, header, numbers.
final class SafetensorsFile {

    private SafetensorsFile() {}

    static void write(Path file, Map<String, TrainingWeights.Tensor> tensors) throws IOException {
        var json = JsonMapper.shared();
        var header = json.createObjectNode();
        header.putObject("__metadata__").put("format", "pt");
        int end = 0;
        for (var entry : tensors.entrySet()) {
            var tensor = entry.getValue();
            var described = header.putObject(entry.getKey()).put("dtype", "BF16");
            described.set("shape", json.valueToTree(tensor.shape()));
            int start = end;
            end += tensor.values().length * Short.BYTES;
            described.set("data_offsets", json.valueToTree(new int[] {start, end}));
        }
        var text = header.toString();
        // Readers map the numbers: they begin at a multiple of eight.
        var bytes =
                (text + " ".repeat(7 - (text.length() + 7) % 8)).getBytes(StandardCharsets.UTF_8);
        var buffer = ByteBuffer.allocate(8 + bytes.length + end).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(bytes.length).put(bytes);
        for (var tensor : tensors.values()) {
            for (var value : tensor.values()) {
                buffer.putShort(Bfloat16.of(value));
            }
        }
        Files.write(file, buffer.array());
    }

    static Map<String, TrainingWeights.Tensor> read(Path file) throws IOException {
        var buffer = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        var header = new byte[Math.toIntExact(buffer.getLong())];
        buffer.get(header);
        var numbers = buffer.slice().order(ByteOrder.LITTLE_ENDIAN).asShortBuffer();
        var result = new LinkedHashMap<String, TrainingWeights.Tensor>();
        for (var entry : JsonMapper.shared().readTree(header).properties()) {
            if (!entry.getKey().equals("__metadata__")) {
                var offsets = entry.getValue().get("data_offsets");
                int start = offsets.get(0).asInt() / Short.BYTES;
                var values = new float[offsets.get(1).asInt() / Short.BYTES - start];
                for (int i = 0; i < values.length; i++) {
                    values[i] = Bfloat16.toFloat(numbers.get(start + i));
                }
                var shape = entry.getValue().get("shape").valueStream().mapToLong(n -> n.asLong());
                result.put(entry.getKey(), new TrainingWeights.Tensor(shape.toArray(), values));
            }
        }
        return result;
    }
}
