package org.allodium.serving.internal.retrieval;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A corpus's vectors between two starts of the server: the same encoder makes the same ones, and
/// takes longer for it than the rest of the start. A file that is not whole is made anew; one that
/// cannot be written is done without. Form: number of vectors, their length, the numbers, CRC-32C
/// of all before; big-endian.
final class KeptVectors {
    private static final Logger LOG = LoggerFactory.getLogger(KeptVectors.class);
    private static final String ENDING = ".vectors";

    private final Path folder;

    KeptVectors(Path folder) {
        this.folder = folder;
    }

    /// @param corpus its name; of each corpus the latest vectors are kept
    /// @param made tells them from all others: of which texts, by which encoder, in which precision
    List<float[]> of(String corpus, String made, int count, Supplier<List<float[]>> encoder) {
        var file = folder.resolve("%s-%s%s".formatted(corpus, made, ENDING));
        try {
            return read(file, count);
        } catch (IOException absentOrBroken) {
            var vectors = encoder.get();
            keep(corpus, file, vectors);
            return vectors;
        }
    }

    private static List<float[]> read(Path file, int count) throws IOException {
        var bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        int end = bytes.capacity() - Long.BYTES;
        if (end < 2 * Integer.BYTES
                || bytes.getInt(0) != count
                || end != 2L * Integer.BYTES + (long) count * bytes.getInt(4) * Float.BYTES
                || bytes.getLong(end) != sum(bytes.array(), end)) {
            throw new IOException("Not whole: " + file.getFileName());
        }
        int length = bytes.getInt(4);
        var numbers = bytes.position(2 * Integer.BYTES).asFloatBuffer();
        var vectors = new ArrayList<float[]>(count);
        for (int i = 0; i < count; i++) {
            var vector = new float[length];
            numbers.get(vector);
            vectors.add(vector);
        }
        return vectors;
    }

    private void keep(String corpus, Path file, List<float[]> vectors) {
        int length = vectors.isEmpty() ? 0 : vectors.getFirst().length;
        int end = 2 * Integer.BYTES + vectors.size() * length * Float.BYTES;
        var bytes = ByteBuffer.allocate(end + Long.BYTES);
        bytes.putInt(vectors.size()).putInt(length);
        for (var vector : vectors) {
            bytes.asFloatBuffer().put(vector);
            bytes.position(bytes.position() + length * Float.BYTES);
        }
        bytes.putLong(end, sum(bytes.array(), end));
        try {
            Files.createDirectories(folder);
            forget(corpus);
            // By a name of its own: what a killed server left is written over or forgotten.
            var part = Files.write(folder.resolve(file.getFileName() + ".part"), bytes.array());
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException full) {
            LOG.warn("The vectors of {} are not kept: {}", corpus, full.getMessage());
        }
    }

    private void forget(String corpus) throws IOException {
        try (var old = Files.newDirectoryStream(folder, corpus + "-*" + ENDING + "*")) {
            for (var file : old) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static long sum(byte[] bytes, int end) {
        var sum = new CRC32C();
        sum.update(bytes, 0, end);
        return sum.getValue();
    }
}
