package org.allodium.engine.internal.model;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.allodium.engine.ModelRefused;
import org.allodium.engine.internal.model.TensorEntry.ElementType;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The tensors of one safetensors file or of several with an index. Only headers are read here.
public final class Safetensors {
    private static final String SINGLE = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";
    private static final long MAX_HEADER_BYTES = 32 << 20;

    private final Map<String, TensorEntry> entries;

    private Safetensors(Map<String, TensorEntry> entries) {
        this.entries = Map.copyOf(entries);
    }

    public static Safetensors ofDirectory(Path dir) {
        if (Files.isRegularFile(dir.resolve(SINGLE))) {
            return ofFile(dir.resolve(SINGLE));
        }
        var index = dir.resolve(INDEX);
        if (!Files.isRegularFile(index)) {
            throw new ModelRefused("The directory holds neither " + SINGLE + " nor " + INDEX + ".");
        }
        return ofShards(dir, Settings.of(index).node("weight_map"));
    }

    private static Safetensors ofShards(Path dir, JsonNode weightMap) {
        var byFile = new TreeMap<String, List<String>>();
        for (var place : weightMap.properties()) {
            byFile.computeIfAbsent(place.getValue().asString(), f -> new ArrayList<>())
                    .add(place.getKey());
        }
        var all = new LinkedHashMap<String, TensorEntry>();
        byFile.forEach(
                (name, tensors) -> {
                    // A shard is a sibling file, never a path: an index must not reach outside.
                    if (!name.matches("[A-Za-z0-9._-]+")
                            || !Files.isRegularFile(dir.resolve(name))) {
                        throw new ModelRefused(
                                "The file %s, which %s names for the tensor %s, is missing."
                                        .formatted(name, INDEX, tensors.getFirst()));
                    }
                    var shard = ofFile(dir.resolve(name)).entries;
                    for (var tensor : tensors) {
                        var entry = shard.get(tensor);
                        if (entry == null) {
                            throw new ModelRefused(
                                    "The tensor %s is missing in %s, where %s says it is."
                                            .formatted(tensor, name, INDEX));
                        }
                        all.put(tensor, entry);
                    }
                });
        return new Safetensors(all);
    }

    public static Safetensors ofFile(Path file) {
        var name = file.getFileName();
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            long headerBytes = size < 8 ? -1 : read(channel, 0, 8).getLong();
            if (headerBytes < 2 || headerBytes > Math.min(MAX_HEADER_BYTES, size - 8)) {
                throw new ModelRefused(
                        "The file " + name + " is truncated: its header is incomplete.");
            }
            var header = JsonMapper.shared().readTree(read(channel, 8, (int) headerBytes).array());
            var found = new LinkedHashMap<String, TensorEntry>();
            for (var tensor : header.properties()) {
                if (!tensor.getKey().equals("__metadata__")) {
                    found.put(
                            tensor.getKey(),
                            entry(file, tensor.getKey(), tensor.getValue(), 8 + headerBytes, size));
                }
            }
            return new Safetensors(found);
        } catch (JacksonException e) {
            throw new ModelRefused("The header of " + name + " is not valid JSON.", e);
        } catch (IOException e) {
            throw new ModelRefused("The file " + name + " cannot be read.", e);
        }
    }

    private static ByteBuffer read(FileChannel channel, long at, int bytes) throws IOException {
        var buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, at + buffer.position()) < 0) {
                throw new IOException("end of file");
            }
        }
        return buffer.flip();
    }

    private static TensorEntry entry(
            Path file, String name, JsonNode header, long base, long size) {
        var type = elementType(file, name, header.path("dtype").asString(""));
        var offsets = header.path("data_offsets");
        var shape = header.path("shape").valueStream().map(JsonNode::asLong).toList();
        long from = offsets.path(0).asLong(-1);
        long to = offsets.path(1).asLong(-1);
        if (from < 0 || to < from || shape.stream().anyMatch(n -> n < 0)) {
            throw new ModelRefused(
                    "The header of %s is wrong for the tensor %s."
                            .formatted(file.getFileName(), name));
        }
        if (base + to > size) {
            throw new ModelRefused(
                    "The file %s is truncated: the tensor %s ends at byte %d of %d."
                            .formatted(file.getFileName(), name, base + to, size));
        }
        if (to - from != bytes(shape, type)) {
            throw new ModelRefused(
                    "The tensor %s in %s has %d bytes, which its shape %s of %s does not fill."
                            .formatted(name, file.getFileName(), to - from, shape, type));
        }
        return new TensorEntry(name, type, shape, file, base + from, to - from);
    }

    /// -1 for a shape that no file could hold.
    private static long bytes(List<Long> shape, ElementType type) {
        try {
            return Math.multiplyExact(TensorEntry.elements(shape), (long) type.bytes());
        } catch (ArithmeticException e) {
            return -1;
        }
    }

    private static ElementType elementType(Path file, String tensor, String name) {
        for (var type : ElementType.values()) {
            if (type.name().equals(name)) {
                return type;
            }
        }
        throw new ModelRefused(
                "The tensor %s in %s has the element type %s, which is not supported."
                        .formatted(tensor, file.getFileName(), name));
    }

    /// That the tensors of each file lie one behind the other up to its end, as the format has it:
    /// none over another, and nothing between that nobody sees.
    /// @throws ModelRefused if not
    public void checkWhole() {
        var ends = new HashMap<Path, Long>();
        entries.values().stream()
                .sorted(
                        Comparator.comparingLong(TensorEntry::offset)
                                .thenComparingLong(TensorEntry::length))
                .forEach(
                        entry -> {
                            var end = ends.get(entry.file());
                            if (end != null && end != entry.offset()) {
                                throw new ModelRefused(
                                        "The tensors in %s overlap or leave gaps at %s."
                                                .formatted(
                                                        entry.file().getFileName(), entry.name()));
                            }
                            ends.put(entry.file(), entry.offset() + entry.length());
                        });
        ends.forEach(
                (file, end) -> {
                    try {
                        if (Files.size(file) != end) {
                            throw new ModelRefused(
                                    "The file %s holds %d bytes, but its tensors end at %d."
                                            .formatted(file.getFileName(), Files.size(file), end));
                        }
                    } catch (IOException e) {
                        throw new ModelRefused(
                                "The file " + file.getFileName() + " cannot be read.", e);
                    }
                });
    }

    public Map<String, TensorEntry> entries() {
        return entries;
    }

    public TensorEntry require(String name) {
        var entry = entries.get(name);
        if (entry == null) {
            throw new IllegalStateException("Tensor " + name + " was not checked before use");
        }
        return entry;
    }
}
