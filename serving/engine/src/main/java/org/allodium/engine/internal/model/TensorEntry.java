package org.allodium.engine.internal.model;

import java.nio.file.Path;
import java.util.List;

/// Where a tensor lies: `length` bytes from `offset` of `file`, checked against the file's size.
public record TensorEntry(
        String name, ElementType type, List<Long> shape, Path file, long offset, long length) {

    /// Element types of the safetensors format that the engine reads.
    public enum ElementType {
        F32(4),
        F16(2),
        BF16(2),
        I64(8);

        private final int bytes;

        ElementType(int bytes) {
            this.bytes = bytes;
        }

        public int bytes() {
            return bytes;
        }
    }

    public TensorEntry {
        shape = List.copyOf(shape);
    }

    public long elements() {
        return elements(shape);
    }

    static long elements(List<Long> shape) {
        return shape.stream().reduce(1L, Math::multiplyExact);
    }
}
