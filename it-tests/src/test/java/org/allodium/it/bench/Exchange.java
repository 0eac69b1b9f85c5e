package org.allodium.it.bench;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// One kept connection to a server on this machine that speaks HTTP/1.1. It costs little, so that
/// what is measured is the server.
final class Exchange implements AutoCloseable {
    private static final int LONGEST_LINE = 8_192;

    private final Socket socket;
    private final InputStream in;
    private final byte[] line = new byte[LONGEST_LINE];

    Exchange(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(30_000);
        in = new BufferedInputStream(socket.getInputStream(), 16_384);
    }

    /// @param firstNanos until the first byte of the body was there
    /// @param nanos until its last
    record Answer(int status, int bytes, long firstNanos, long nanos) {}

    Answer send(byte[] request) throws IOException {
        long begun = System.nanoTime();
        socket.getOutputStream().write(request);
        int status = Integer.parseInt(readLine().split(" ", 3)[1]);
        int length = 0;
        boolean chunked = false;
        for (var header = readLine(); !header.isEmpty(); header = readLine()) {
            var lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(lower.substring(15).strip());
            } else if (lower.startsWith("transfer-encoding:")) {
                chunked = lower.contains("chunked");
            }
        }
        in.mark(1);
        long first = in.read() < 0 ? begun : System.nanoTime();
        in.reset();
        int bytes = chunked ? readChunks() : skip(length);
        return new Answer(status, bytes, first - begun, System.nanoTime() - begun);
    }

    private int readChunks() throws IOException {
        int bytes = 0;
        for (int size = chunk(); size > 0; size = chunk()) {
            bytes += skip(size);
            readLine();
        }
        readLine();
        return bytes;
    }

    private int chunk() throws IOException {
        return Integer.parseInt(readLine().strip(), 16);
    }

    private int skip(int bytes) throws IOException {
        in.skipNBytes(bytes);
        return bytes;
    }

    private String readLine() throws IOException {
        int length = 0;
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("The server closed the connection");
            }
            line[length++] = (byte) c;
        }
        int end = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
        return new String(line, 0, end, StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
