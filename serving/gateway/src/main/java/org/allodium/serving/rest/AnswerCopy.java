package org.allodium.serving.rest;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import org.allodium.serving.AnswerStart;
import org.jspecify.annotations.Nullable;

/// What a client is told, byte by byte, up to a bound. It is whole as soon as nothing follows but
/// its last bytes; whoever wants it then is asked before they leave.
final class AnswerCopy {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final int most;
    private final Runnable whenWhole;
    private @Nullable AnswerStart start;
    private String type = "";
    private boolean whole;
    private boolean tooLarge;

    AnswerCopy(int most, Runnable whenWhole) {
        this.most = most;
        this.whenWhole = whenWhole;
    }

    void started(AnswerStart begun) {
        start = begun;
    }

    @Nullable AnswerStart start() {
        return start;
    }

    void typed(String contentType) {
        type = contentType;
    }

    String type() {
        return type;
    }

    boolean tooLarge() {
        return tooLarge;
    }

    boolean whole() {
        return whole;
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }

    void is(byte[] body) {
        add(body);
        finish();
    }

    /// A stream whose every write is one event.
    OutputStream events(OutputStream out) {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] event, int from, int length) throws IOException {
                var said = Arrays.copyOfRange(event, from, from + length);
                add(said);
                if (Events.isLast(said)) {
                    finish();
                }
                out.write(said);
            }

            @Override
            public void flush() throws IOException {
                out.flush();
            }

            @Override
            public void close() throws IOException {
                out.close();
            }
        };
    }

    private void add(byte[] more) {
        tooLarge |= bytes.size() + more.length > most;
        if (tooLarge) {
            bytes.reset();
        } else {
            bytes.writeBytes(more);
        }
    }

    private void finish() {
        whole = true;
        whenWhole.run();
    }
}
