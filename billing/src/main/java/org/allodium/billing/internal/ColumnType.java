package org.allodium.billing.internal;

import static org.apache.parquet.schema.LogicalTypeAnnotation.decimalType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.stringType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.timestampType;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BINARY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BOOLEAN;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT64;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Types;

/// What a column of an export is where the form knows types, by its name.
enum ColumnType {
    TEXT {
        @Override
        PrimitiveType named(String name) {
            return Types.optional(BINARY).as(stringType()).named(name);
        }

        @Override
        void write(String text, RecordConsumer out) {
            out.addBinary(Binary.fromString(text));
        }
    },
    /// In microseconds, UTC.
    TIME {
        @Override
        PrimitiveType named(String name) {
            return Types.optional(INT64).as(timestampType(true, TimeUnit.MICROS)).named(name);
        }

        @Override
        void write(String text, RecordConsumer out) {
            out.addLong(ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(text)));
        }
    },
    NUMBER {
        @Override
        PrimitiveType named(String name) {
            return Types.optional(INT64).named(name);
        }

        @Override
        void write(String text, RecordConsumer out) {
            out.addLong(Long.parseLong(text));
        }
    },
    /// As the database holds it: 24 digits, 12 of them behind the point.
    MONEY {
        @Override
        PrimitiveType named(String name) {
            return Types.optional(FIXED_LEN_BYTE_ARRAY)
                    .length(MONEY_BYTES)
                    .as(decimalType(SCALE, PRECISION))
                    .named(name);
        }

        @Override
        void write(String text, RecordConsumer out) {
            byte[] least = new BigDecimal(text).setScale(SCALE).unscaledValue().toByteArray();
            byte[] fixed = new byte[MONEY_BYTES];
            Arrays.fill(fixed, (byte) (least[0] < 0 ? -1 : 0));
            System.arraycopy(least, 0, fixed, MONEY_BYTES - least.length, least.length);
            out.addBinary(Binary.fromConstantByteArray(fixed));
        }
    },
    FLAG {
        @Override
        PrimitiveType named(String name) {
            return Types.optional(BOOLEAN).named(name);
        }

        @Override
        void write(String text, RecordConsumer out) {
            out.addBoolean(Boolean.parseBoolean(text));
        }
    };

    private static final int PRECISION = 24;
    private static final int SCALE = 12;
    // The least that hold 24 digits and a sign.
    private static final int MONEY_BYTES = 11;

    abstract PrimitiveType named(String name);

    abstract void write(String text, RecordConsumer out);

    static ColumnType of(String column) {
        return switch (column) {
            case "at" -> TIME;
            case "cost", "amount" -> MONEY;
            case "from_cache" -> FLAG;
            case "line",
                    "input_tokens",
                    "output_tokens",
                    "run",
                    "first_receipt",
                    "last_receipt",
                    "leaf_index" ->
                    NUMBER;
            default -> TEXT;
        };
    }
}
