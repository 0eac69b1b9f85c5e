package org.allodium.evidence.internal;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.allodium.evidence.Bytes;

/// Payloads without what their form and the other columns of their row say already: raw deflate
/// (RFC 1951) over a dictionary of both. Nothing is lost: inflating gives the same bytes.
final class Packing {
    private static final int CHUNK = 4_096;
    private static final int KEPT = 16;
    // Each holds a quarter of a megabyte outside the heap, so they are used again.
    private static final Queue<Deflater> DEFLATERS = new ArrayBlockingQueue<>(KEPT);

    private Packing() {}

    /// The columns beside the body.
    record Beside(UUID key, UUID tenant, Instant at) {}

    static Packed pack(byte[] payload, Optional<ReceiptForm> form, Beside beside) {
        var pooled = DEFLATERS.poll();
        var deflater = pooled == null ? new Deflater(Deflater.BEST_SPEED, true) : pooled;
        deflater.setDictionary(dictionary(form.map(ReceiptForm::text), beside));
        deflater.setInput(payload);
        deflater.finish();
        byte[] room = new byte[payload.length + CHUNK];
        int length = deflater.deflate(room);
        if (!deflater.finished()) {
            throw new IllegalStateException("Deflating makes nothing so much longer");
        }
        deflater.reset();
        if (!DEFLATERS.offer(deflater)) {
            deflater.end();
        }
        return new Packed(form, Bytes.of(Arrays.copyOf(room, length)));
    }

    static byte[] unpack(byte[] body, Optional<String> form, Beside beside) {
        try (var inflater = new Inflater(true)) {
            inflater.setDictionary(dictionary(form, beside));
            inflater.setInput(body);
            var payload = new ByteArrayOutputStream(CHUNK);
            byte[] chunk = new byte[CHUNK];
            while (!inflater.finished()) {
                int length = inflater.inflate(chunk);
                if (length == 0) {
                    throw new UnreadableReceipt("A stored receipt is cut off");
                }
                payload.write(chunk, 0, length);
            }
            return payload.toByteArray();
        } catch (DataFormatException e) {
            throw new UnreadableReceipt("A stored receipt cannot be unpacked", e);
        }
    }

    /// What is found last is written shortest.
    private static byte[] dictionary(Optional<String> form, Beside beside) {
        var text =
                form.orElse("")
                        + beside.key().toString().replace("-", "")
                        + beside.tenant()
                        + beside.at();
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
