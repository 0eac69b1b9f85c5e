package org.allodium.models.conversion;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.SequencedMap;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Writes F32 tensors as one safetensors file: the same in the same order give the same bytes.
final class SafetensorsWriter {
    private static final int ALIGNMENT = 8;

    private SafetensorsWriter() {}

    /// @param data little-endian floats from position to limit
    record Tensor(List<Long> shape, ByteBuffer data) {
        Tensor {
            shape = List.copyOf(shape);
            long elements = shape.stream().reduce(1L, Math::multiplyExact);
            if (elements * Float.BYTES != data.remaining()) {
                throw new IllegalArgumentException("The data does not fill the shape " + shape);
            }
        }
    }

    static void write(Path file, SequencedMap<String, Tensor> tensors) throws IOException {
        var header = header(tensors);
        try (var out =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            writeAll(out, header);
            for (var tensor : tensors.values()) {
                writeAll(out, tensor.data().duplicate());
            }
        }
    }

    private static ByteBuffer header(SequencedMap<String, Tensor> tensors) {
        ObjectNode json = JsonMapper.shared().createObjectNode();
        json.putObject("__metadata__").put("format", "pt");
        long offset = 0;
        for (var tensor : tensors.entrySet()) {
            long end = offset + tensor.getValue().data().remaining();
            var entry = json.putObject(tensor.getKey()).put("dtype", "F32");
            var shape = entry.putArray("shape");
            tensor.getValue().shape().forEach(shape::add);
            entry.putArray("data_offsets").add(offset).add(end);
            offset = end;
        }
        var text = json.toString().getBytes(StandardCharsets.UTF_8);
        int padded = Math.ceilDiv(text.length, ALIGNMENT) * ALIGNMENT;
        var header = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
        header.putLong(padded).put(text);
        while (header.hasRemaining()) {
            header.put((byte) ' ');
        }
        return header.flip();
    }

    private static void writeAll(FileChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }
}
