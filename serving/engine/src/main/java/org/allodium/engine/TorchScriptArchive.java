package org.allodium.engine;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Writes a TorchScript archive with the means of the JDK: a zip of stored entries that hold the
/// source of one class `M` and a pickle of its first state. The format is the one that
/// `torch.jit.load` reads. Public for whoever trains a model on the engine's libraries.
public final class TorchScriptArchive {
    /// The first value of an attribute of the class.
    public sealed interface Attribute {
        record EmptyTensorList() implements Attribute {}

        record Flag(boolean value) implements Attribute {}

        record Decimal(double value) implements Attribute {}

        record None() implements Attribute {}
    }

    /// What every class must begin with; follow it by the declared attributes and the methods.
    public static final String CLASS_HEAD =
            """
            class M(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool
              _is_full_backward_hook : Optional[bool]
            """;

    private static final byte[] EMPTY_TUPLE_PICKLE = {(byte) 0x80, 2, ')', '.'};

    private TorchScriptArchive() {}

    /// @param source class `M`, beginning with [#CLASS_HEAD]
    /// @param attributes in the order in which the class declares them
    public static byte[] write(String source, Map<String, Attribute> attributes) {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            zip.setMethod(ZipOutputStream.STORED);
            store(zip, "m/data.pkl", state(attributes));
            store(zip, "m/code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
            store(zip, "m/constants.pkl", EMPTY_TUPLE_PICKLE);
            store(zip, "m/version", "10\n".getBytes(StandardCharsets.US_ASCII));
            store(zip, "m/byteorder", "little".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
        var entry = new ZipEntry(name);
        var sum = new CRC32();
        sum.update(content);
        entry.setSize(content.length);
        entry.setCompressedSize(content.length);
        entry.setCrc(sum.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    /// The pickle (protocol 2) of an object of class `__torch__.M` with its attributes.
    private static byte[] state(Map<String, Attribute> attributes) throws IOException {
        var bytes = new ByteArrayOutputStream();
        var out = new DataOutputStream(bytes);
        out.write(new byte[] {(byte) 0x80, 2});
        out.writeBytes("c__torch__\nM\n)");
        out.write(0x81);
        out.writeBytes("}(");
        attribute(out, "training", new Attribute.Flag(false));
        attribute(out, "_is_full_backward_hook", new Attribute.None());
        for (var attribute : attributes.entrySet()) {
            attribute(out, attribute.getKey(), attribute.getValue());
        }
        out.writeBytes("ub.");
        return bytes.toByteArray();
    }

    private static void attribute(DataOutputStream out, String name, Attribute value)
            throws IOException {
        var utf8 = name.getBytes(StandardCharsets.UTF_8);
        out.write('X');
        out.writeInt(Integer.reverseBytes(utf8.length));
        out.write(utf8);
        switch (value) {
            case Attribute.None() -> out.writeBytes("N");
            case Attribute.Flag(boolean flag) -> out.write(flag ? 0x88 : 0x89);
            case Attribute.Decimal(double number) -> {
                out.write('G');
                out.writeDouble(number);
            }
            case Attribute.EmptyTensorList() ->
                    out.writeBytes("ctorch.jit._pickle\nbuild_tensorlist\n(]tR");
        }
    }
}
