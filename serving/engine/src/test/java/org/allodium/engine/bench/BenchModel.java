package org.allodium.engine.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.allodium.engine.internal.model.ModelFolder;
import org.allodium.engine.internal.model.ModelSpec;
import tools.jackson.databind.json.JsonMapper;

/// Shapes of well-known models, written with random bf16 weights.
public enum BenchModel {
    QWEN25_05B(
            """
            {"architectures": ["Qwen2ForCausalLM"], "hidden_act": "silu", "hidden_size": 896,
             "num_hidden_layers": 24, "num_attention_heads": 14, "num_key_value_heads": 2,
             "intermediate_size": 4864, "vocab_size": 151936, "max_position_embeddings": 4096,
             "rms_norm_eps": 1e-6, "rope_theta": 1000000.0, "tie_word_embeddings": true,
             "use_sliding_window": false}
            """),
    LLAMA32_1B(
            """
            {"architectures": ["LlamaForCausalLM"], "hidden_act": "silu", "hidden_size": 2048,
             "num_hidden_layers": 16, "num_attention_heads": 32, "num_key_value_heads": 8,
             "head_dim": 64, "intermediate_size": 8192, "vocab_size": 128256,
             "max_position_embeddings": 4096, "rms_norm_eps": 1e-5, "rope_theta": 500000.0,
             "tie_word_embeddings": true}
            """);

    private static final int BLOCK = 1 << 20;

    private final String config;

    BenchModel(String config) {
        this.config = config;
    }

    /// Writes the model unless it is there.
    public Path in(Path folder) {
        var dir = folder.resolve(name());
        try {
            if (!Files.exists(dir.resolve("model.safetensors"))) {
                Files.createDirectories(dir);
                Files.writeString(dir.resolve("config.json"), config);
                write(dir);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return dir;
    }

    private static void write(Path dir) throws IOException {
        var shapes = ModelFolder.specOf(dir).tensors();
        var header = JsonMapper.shared().createObjectNode();
        long offset = 0;
        for (var shape : shapes.entrySet()) {
            var entry = header.putObject(shape.getKey()).put("dtype", "BF16");
            shape.getValue().forEach(entry.putArray("shape")::add);
            long end = offset + 2 * elements(shape.getValue());
            entry.putArray("data_offsets").add(offset).add(end);
            offset = end;
        }
        var text = header.toString().getBytes(StandardCharsets.UTF_8);
        var part = dir.resolve("model.part");
        try (var out =
                FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            var begin = ByteBuffer.allocate(8 + text.length).order(ByteOrder.LITTLE_ENDIAN);
            out.write(begin.putLong(text.length).put(text).flip());
            for (var shape : shapes.entrySet()) {
                write(out, shape);
            }
        }
        Files.move(part, dir.resolve("model.safetensors"));
    }

    private static void write(FileChannel out, Map.Entry<String, List<Long>> shape)
            throws IOException {
        boolean vector = shape.getValue().size() == 1;
        var random = new Random(shape.getKey().hashCode());
        double spread = vector ? 0.05 : 1 / Math.sqrt(shape.getValue().getLast());
        boolean norm = shape.getKey().endsWith("norm.weight");
        long left = elements(shape.getValue());
        var block = ByteBuffer.allocateDirect((int) Math.min(BLOCK, left) * 2);
        block.order(ByteOrder.LITTLE_ENDIAN);
        while (block.hasRemaining()) {
            float value = (float) (spread * random.nextGaussian()) + (norm ? 1 : 0);
            block.putShort((short) (Float.floatToIntBits(value) >>> 16));
        }
        // One block over and over: nobody reads sense in it, and writing stays quick.
        for (; left > 0; left -= block.capacity() / 2) {
            block.limit((int) Math.min(block.capacity(), left * 2)).position(0);
            while (block.hasRemaining()) {
                out.write(block);
            }
        }
    }

    private static long elements(List<Long> shape) {
        return shape.stream().reduce(1L, Math::multiplyExact);
    }

    /// Numbers in all tensors.
    public static long elements(ModelSpec spec) {
        return spec.tensors().values().stream().mapToLong(BenchModel::elements).sum();
    }

    /// Numbers in the tensors that every token is multiplied with, without and with the head.
    public static long multiplied(ModelSpec spec, boolean head) {
        long inner =
                spec.tensors().entrySet().stream()
                        .filter(t -> t.getKey().contains("_proj.weight"))
                        .mapToLong(t -> elements(t.getValue()))
                        .sum();
        return inner + (head ? (long) spec.vocabulary() * spec.dimensions() : 0);
    }
}
