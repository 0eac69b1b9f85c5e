package org.allodium.models.conversion;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;

/// Walks the fields of one Protocol Buffers message. Four wire types, no schema.
final class ProtoReader {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH = 2;
    private static final int FIXED32 = 5;

    private ProtoReader() {}

    /// `number` for a varint or fixed field, `bytes` for a nested message, text or bytes.
    record Value(long number, ByteBuffer bytes) {
        String text() {
            return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
        }
    }

    static void read(ByteBuffer message, BiConsumer<Integer, Value> field) {
        var in = message.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        var nothing = ByteBuffer.allocate(0);
        while (in.hasRemaining()) {
            long key = varint(in);
            int number = (int) (key >>> 3);
            switch ((int) (key & 7)) {
                case VARINT -> field.accept(number, new Value(varint(in), nothing));
                case FIXED64 -> field.accept(number, new Value(in.getLong(), nothing));
                case FIXED32 -> field.accept(number, new Value(in.getInt(), nothing));
                case LENGTH -> {
                    int length = Math.toIntExact(varint(in));
                    var part = in.slice(in.position(), length).order(ByteOrder.LITTLE_ENDIAN);
                    field.accept(number, new Value(0, part));
                    in.position(in.position() + length);
                }
                default -> throw new IllegalArgumentException("No Protocol Buffers message");
            }
        }
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte b = in.get();
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("No Protocol Buffers message");
    }
}
