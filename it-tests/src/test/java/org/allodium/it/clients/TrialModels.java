package org.allodium.it.clients;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.allodium.it.product.Product;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Directories of models that do not come with the product, for operators to bring in.
final class TrialModels {
    static final String RANKER = "trial/ranker";
    static final String CALLER = "trial/caller";

    private static final Path GOLDEN =
            Product.root().resolve("serving/engine/src/test/resources/golden");
    private static final int WIDTH = 64;

    private TrialModels() {}

    /// The guide with a template that knows tools.
    static Path caller(Path folder) throws IOException {
        var model = Files.createDirectory(folder.resolve("caller"));
        copy(ToolsIT.GUIDE, model);
        Files.writeString(model.resolve("chat_template.jinja"), ToolsIT.TEMPLATE);
        return model;
    }

    /// A very small encoder.
    static Path encoder(Path folder) throws IOException {
        var model = Files.createDirectory(folder.resolve("encoder"));
        copy(GOLDEN.resolve("tokenizer"), model);
        for (var file : List.of("config.json", "model.safetensors")) {
            Files.copy(GOLDEN.resolve("bert-embed").resolve(file), model.resolve(file));
        }
        return model;
    }

    /// A very small encoder with a head that ranks, evenly: its weights are zero.
    static Path ranker(Path folder) throws IOException {
        var model = Files.createDirectory(folder.resolve("ranker"));
        copy(GOLDEN.resolve("tokenizer"), model);
        var json = JsonMapper.shared();
        var encoder = GOLDEN.resolve("bert-embed");
        var config = (ObjectNode) json.readTree(encoder.resolve("config.json"));
        config.putArray("architectures").add("BertForSequenceClassification");
        config.put("num_labels", 1);
        json.writeValue(model.resolve("config.json"), config);

        var bytes = Files.readAllBytes(encoder.resolve("model.safetensors"));
        int head = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
        var weights = Arrays.copyOfRange(bytes, Long.BYTES + head, bytes.length);
        var more = Arrays.copyOf(weights, weights.length + (WIDTH + 1) * Float.BYTES);
        var tensors = json.createObjectNode();
        json.readTree(bytes, Long.BYTES, head)
                .propertyStream()
                .filter(tensor -> !tensor.getKey().startsWith("__"))
                .forEach(tensor -> tensors.set("bert." + tensor.getKey(), tensor.getValue()));
        put(tensors, "classifier.weight", weights.length, 1, WIDTH);
        put(tensors, "classifier.bias", weights.length + WIDTH * Float.BYTES, 1);
        write(model.resolve("model.safetensors"), tensors, more);
        return model;
    }

    /// The same with weights that are no numbers: it loads, and has neither vectors nor scores.
    static Path spoilt(Path model) throws IOException {
        var file = model.resolve("model.safetensors");
        var bytes = Files.readAllBytes(file);
        int head = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
        Arrays.fill(bytes, Long.BYTES + head, bytes.length, (byte) 0xff);
        Files.write(file, bytes);
        return model;
    }

    private static void put(ObjectNode tensors, String name, int from, int... shape) {
        var tensor = tensors.putObject(name).put("dtype", "F32");
        var sizes = tensor.putArray("shape");
        Arrays.stream(shape).forEach(sizes::add);
        int numbers = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        tensor.putArray("data_offsets").add(from).add(from + numbers * Float.BYTES);
    }

    private static void write(Path file, ObjectNode tensors, byte[] weights) throws IOException {
        var text = tensors.toString();
        // Weights begin at a multiple of eight.
        var head =
                (text + " ".repeat(7 - (text.length() + 7) % 8))
                        .getBytes(StandardCharsets.US_ASCII);
        var out =
                ByteBuffer.allocate(Long.BYTES + head.length + weights.length)
                        .order(ByteOrder.LITTLE_ENDIAN);
        Files.write(file, out.putLong(head.length).put(head).put(weights).array());
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.list(from)) {
            for (var file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }
}
