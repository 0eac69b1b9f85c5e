package org.allodium.billing.internal;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.crypto.FileEncryptionProperties;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/// The rows of a CSV file in Parquet, with types. Of its columns no more than one group of rows is
/// in memory, and of earlier groups only where they lie.
final class ParquetFile implements ExportFile {
    private static final int GROUP_BYTES = 16 << 20;
    private static final int GROUP_ROWS = 100_000;
    // The size of what is held is not asked for every row.
    private static final int LOOK = 100;
    private static final int INDEX_BYTES = 64;

    // A compiler looks at the other constructors too, and they take Hadoop's classes.
    private static final MethodHandle WRITER = findWriter();

    private final String name;
    private final List<String> columns;
    private final List<ColumnType> types;
    private final MessageType schema;
    private final ParquetProperties properties = ParquetProperties.builder().build();
    private final MessageDigest digest = CsvFile.sha256();
    private final ParquetFileWriter file;
    private @Nullable Group group;
    private int groups;
    private int inGroup;
    private long rows;

    ParquetFile(String name, OutputStream out, List<String> columns) throws IOException {
        this.name = name;
        this.columns = columns;
        this.types = columns.stream().map(ColumnType::of).toList();
        this.schema =
                new MessageType(
                        "month",
                        columns.stream()
                                .<Type>map(column -> ColumnType.of(column).named(column))
                                .toList());
        this.file = writer(new Target(out, digest), schema, properties);
        file.start();
    }

    private static ParquetFileWriter writer(
            OutputFile target, MessageType schema, ParquetProperties properties)
            throws IOException {
        try {
            return (ParquetFileWriter)
                    WRITER.invokeExact(
                            target,
                            schema,
                            ParquetFileWriter.Mode.CREATE,
                            (long) GROUP_BYTES,
                            0,
                            (FileEncryptionProperties) null,
                            properties);
        } catch (IOException | RuntimeException | Error failed) {
            throw failed;
        } catch (Throwable never) {
            throw new IllegalStateException(never);
        }
    }

    private static MethodHandle findWriter() {
        try {
            return MethodHandles.lookup()
                    .findConstructor(
                            ParquetFileWriter.class,
                            MethodType.methodType(
                                    void.class,
                                    OutputFile.class,
                                    MessageType.class,
                                    ParquetFileWriter.Mode.class,
                                    long.class,
                                    int.class,
                                    FileEncryptionProperties.class,
                                    ParquetProperties.class));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Another release of Parquet", e);
        }
    }

    /// Some rows, column by column.
    private record Group(
            ColumnChunkPageWriteStore pages, ColumnWriteStore columns, RecordConsumer rows) {}

    private Group begun() {
        var pages =
                ColumnChunkPageWriteStore.builder()
                        .withCompressorProvider(_ -> new GzipPages())
                        .withSchema(schema)
                        .withAllocator(new HeapByteBufferAllocator())
                        .withColumnIndexTruncateLength(INDEX_BYTES)
                        .withPageWriteChecksumEnabled(true)
                        .withRowGroupOrdinal(groups++)
                        .build();
        var store = properties.newColumnWriteStore(schema, pages, pages);
        return new Group(
                pages, store, new ColumnIOFactory(true).getColumnIO(schema).getRecordWriter(store));
    }

    @Override
    public void row(List<? extends @Nullable String> fields) throws IOException {
        if (fields.size() != types.size()) {
            throw new IllegalArgumentException("A row of " + fields.size() + " in " + name);
        }
        var into = group == null ? begun() : group;
        group = into;
        into.rows().startMessage();
        for (int at = 0; at < fields.size(); at++) {
            String text = fields.get(at);
            if (text != null) {
                into.rows().startField(columns.get(at), at);
                types.get(at).write(text, into.rows());
                into.rows().endField(columns.get(at), at);
            }
        }
        into.rows().endMessage();
        rows++;
        inGroup++;
        if (inGroup == GROUP_ROWS
                || inGroup % LOOK == 0 && into.columns().getBufferedSize() >= GROUP_BYTES) {
            close(into);
        }
    }

    private void close(Group done) throws IOException {
        done.rows().flush();
        file.startBlock(inGroup);
        done.columns().flush();
        done.pages().flushToFileWriter(file);
        file.endBlock();
        done.columns().close();
        done.pages().close();
        group = null;
        inGroup = 0;
    }

    @Override
    public Written end() throws IOException {
        if (group != null) {
            close(group);
        }
        file.end(Map.of());
        return new Written(name, rows, CsvFile.hex(digest.digest()));
    }

    /// A stream that others close, and that nobody can seek in.
    private record Target(OutputStream out, MessageDigest digest) implements OutputFile {
        @Override
        public PositionOutputStream create(long blockSizeHint) {
            return new Counted(out, digest);
        }

        @Override
        public PositionOutputStream createOrOverwrite(long blockSizeHint) {
            return create(blockSizeHint);
        }

        @Override
        public boolean supportsBlockSize() {
            return false;
        }

        @Override
        public long defaultBlockSize() {
            return 0;
        }
    }

    private static final class Counted extends PositionOutputStream {
        private final OutputStream out;
        private final MessageDigest digest;
        private long position;

        Counted(OutputStream out, MessageDigest digest) {
            this.out = out;
            this.digest = digest;
        }

        @Override
        public long getPos() {
            return position;
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            digest.update(bytes, from, length);
            out.write(bytes, from, length);
            position += length;
        }
    }
}
