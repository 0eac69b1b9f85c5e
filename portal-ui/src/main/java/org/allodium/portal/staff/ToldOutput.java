package org.allodium.portal.staff;

import java.io.IOException;
import java.io.OutputStream;
import java.util.function.LongConsumer;

/// Passes a download on, and tells now and then how much has left.
final class ToldOutput extends OutputStream {
    private static final long EVERY = 4L << 20;

    private final OutputStream out;
    private final LongConsumer told;
    private long bytes;
    private long next = EVERY;

    ToldOutput(OutputStream out, LongConsumer told) {
        this.out = out;
        this.told = told;
    }

    long bytes() {
        return bytes;
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] content, int from, int length) throws IOException {
        out.write(content, from, length);
        bytes += length;
        if (bytes >= next) {
            next = bytes + EVERY;
            told.accept(bytes);
        }
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }
}
