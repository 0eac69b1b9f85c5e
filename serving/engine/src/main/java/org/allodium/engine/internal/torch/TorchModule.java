package org.allodium.engine.internal.torch;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtModel;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.allodium.engine.ModelRefused;
import org.allodium.engine.TorchScriptArchive;
import org.allodium.engine.TorchScriptArchive.Attribute;
import org.allodium.engine.internal.model.TensorEntry;

/// A TorchScript object in memory. Use it on the compute thread only.
public final class TorchModule implements AutoCloseable {
    // Tensors are mapped in pieces of whole rows: a Java buffer ends at 2 GiB.
    private static final long MAX_PIECE_BYTES = 1L << 30;

    // Kept in a field: DJL frees a model's native memory as soon as nothing refers to it.
    private final Model model;
    private final PtSymbolBlock block;
    private final PtNDManager manager;

    private TorchModule(Model model) {
        this.model = model;
        this.block = (PtSymbolBlock) model.getBlock();
        this.manager = (PtNDManager) model.getNDManager();
    }

    public static TorchModule load(String source, Map<String, Attribute> attributes) {
        return load(source, attributes, "cpu");
    }

    /// @param device as [ComputeDevice] reads it
    public static TorchModule load(
            String source, Map<String, Attribute> attributes, String device) {
        var model = Model.newInstance("m", device(device), "PyTorch");
        try {
            var archive = TorchScriptArchive.write(source, attributes);
            ((PtModel) model).load(new ByteArrayInputStream(archive), Map.of());
            return new TorchModule(model);
        } catch (IOException | MalformedModelException | RuntimeException e) {
            model.close();
            throw new IllegalStateException("PyTorch does not accept the generated module", e);
        }
    }

    /// What a method gave.
    @SuppressWarnings("ArrayRecordComponent") // Made for one reader, never compared.
    public record Results(long[] numbers, float[] floats) {}

    private static Device device(String name) {
        var place = ComputeDevice.of(name);
        if (place.cpu()) {
            return Device.cpu();
        }
        int there = Engine.getEngine("PyTorch").getGpuCount();
        if (place.gpu() >= there) {
            throw new ModelRefused(
                    "The device %s is not there: PyTorch sees %d graphics processors."
                            .formatted(name, there));
        }
        return Device.gpu(place.gpu());
    }

    /// Begins a call. Arguments are added in the order of the method's parameters.
    public Call call(String method) {
        return new Call(method);
    }

    /// One call of a method with everything it made; closing it frees arguments and result.
    public final class Call implements AutoCloseable {
        private final String method;
        private final PtNDManager arrays = (PtNDManager) manager.newSubManager();
        private final List<IValue> values = new ArrayList<>();
        private final List<Arena> mappings = new ArrayList<>();

        private Call(String method) {
            this.method = method;
        }

        public Call number(long value) {
            values.add(IValue.from(value));
            return this;
        }

        public Call flag(boolean value) {
            values.add(IValue.from(value));
            return this;
        }

        public Call text(String value) {
            values.add(IValue.from(value));
            return this;
        }

        public Call numbers(long... value) {
            values.add(IValue.listFrom(value));
            return this;
        }

        public Call tensor(long[] data, long... shape) {
            values.add(IValue.from((PtNDArray) arrays.create(data, new Shape(shape))));
            return this;
        }

        public Call tensor(float[] data, long... shape) {
            values.add(IValue.from((PtNDArray) arrays.create(data, new Shape(shape))));
            return this;
        }

        /// Bytes as a tensor of unsigned 8-bit numbers.
        public Call tensor(byte[] data) {
            var bytes = ByteBuffer.allocateDirect(data.length).put(data).flip();
            values.add(IValue.from(arrays.create(bytes, new Shape(data.length), DataType.UINT8)));
            return this;
        }

        /// A list of tensors mapped from their files, and beside it whether they are bf16, which
        /// DJL cannot name: they travel as fp16, and the script reads their bits as what they are.
        public Call weights(List<TensorEntry> entries) {
            return weights(entries, MAX_PIECE_BYTES);
        }

        Call weights(List<TensorEntry> entries, long maxPieceBytes) {
            var pieces = new ArrayList<PtNDArray>();
            for (var entry : entries) {
                map(entry, pieces, maxPieceBytes);
            }
            values.add(IValue.listFrom(pieces.toArray(PtNDArray[]::new)));
            values.add(IValue.from(entries.getFirst().type() == TensorEntry.ElementType.BF16));
            return this;
        }

        private void map(TensorEntry entry, List<PtNDArray> pieces, long maxPieceBytes) {
            var arena = Arena.ofShared();
            mappings.add(arena);
            long rows = entry.shape().isEmpty() ? 1 : entry.shape().getFirst();
            long rowBytes = Math.max(1, entry.length() / Math.max(1, rows));
            long perPiece = Math.max(1, maxPieceBytes / rowBytes);
            try (var channel = FileChannel.open(entry.file(), StandardOpenOption.READ)) {
                for (long row = 0; row < rows; row += perPiece) {
                    long count = Math.min(perPiece, rows - row);
                    var bytes =
                            channel.map(
                                    MapMode.READ_ONLY,
                                    entry.offset() + row * rowBytes,
                                    count * rowBytes,
                                    arena);
                    var shape = entry.shape().stream().mapToLong(Long::longValue).toArray();
                    shape[0] = count;
                    var buffer = bytes.asByteBuffer().order(ByteOrder.nativeOrder());
                    pieces.add(arrays.create(buffer, new Shape(shape), type(entry)));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static DataType type(TensorEntry entry) {
            return switch (entry.type()) {
                case F32 -> DataType.FLOAT32;
                case F16, BF16 -> DataType.FLOAT16;
                case I64 -> DataType.INT64;
            };
        }

        public void run() {
            IValueUtils.runMethod(block, method, values.toArray(IValue[]::new)).close();
        }

        public float[] floats() {
            try (var result = IValueUtils.runMethod(block, method, values.toArray(IValue[]::new))) {
                return result.toTensor(arrays).toFloatArray();
            }
        }

        public byte[] bytes() {
            try (var result = IValueUtils.runMethod(block, method, values.toArray(IValue[]::new))) {
                return result.toTensor(arrays).toByteArray();
            }
        }

        /// Runs a method that returns nothing, or whole numbers and then floats.
        public Results results() {
            try (var result = IValueUtils.runMethod(block, method, values.toArray(IValue[]::new))) {
                var tensors = result.toTensorArray(arrays);
                return tensors.length == 0
                        ? new Results(new long[0], new float[0])
                        : new Results(tensors[0].toLongArray(), tensors[1].toFloatArray());
            }
        }

        @Override
        public void close() {
            values.forEach(IValue::close);
            arrays.close();
            mappings.forEach(Arena::close);
        }
    }

    @Override
    public void close() {
        model.close();
    }
}
