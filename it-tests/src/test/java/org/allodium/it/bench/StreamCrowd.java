package org.allodium.it.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/// Many connections that read streams, each asking again when its stream has ended, all on one
/// thread that does little else: what is measured is the server. A token is the instant at which it
/// was said, so that its way can be timed.
final class StreamCrowd implements AutoCloseable {
    private static final byte[] DONE = ascii("data: [DONE]");
    private static final byte[] LAST_CHUNK = ascii("0\r");
    private static final byte[] OK = ascii("HTTP/1.1 200 ");
    private static final byte[] HTTP = ascii("HTTP/1.1 ");
    private static final byte[] FAILED = ascii("data: {\"error\"");

    /// Woken by each token, it would take much of the machine that it measures.
    private static final long PAUSE_NANOS = 1_000_000;

    private final Selector selector = Selector.open();
    private final ByteBuffer read = ByteBuffer.allocate(65_536);
    private final byte[] request;
    private Figures figures = new Figures(new Delays(), new Delays());

    /// @param late from the engine's saying a token to its arrival
    /// @param apart by how much more than in the engine a token came after the one before it
    record Figures(Delays late, Delays apart) {
        void add(Figures others) {
            late.add(others.late);
            apart.add(others.apart);
        }
    }

    StreamCrowd(int port, int streams, byte[] request) throws IOException {
        this.request = request;
        for (int n = 0; n < streams; n++) {
            var socket =
                    SocketChannel.open(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
            socket.configureBlocking(false);
            socket.register(selector, SelectionKey.OP_READ, new Reader(socket));
        }
    }

    /// Begins the streams evenly over a time, so that their tokens do not all come at once.
    void begin(double seconds) throws IOException {
        long begun = System.nanoTime();
        var readers = selector.keys().stream().map(key -> (Reader) key.attachment()).toList();
        for (int n = 0; n < readers.size(); n++) {
            long due = begun + (long) (seconds * 1e9 * n / readers.size());
            while (System.nanoTime() < due) {
                look(1 + (due - System.nanoTime()) / 1_000_000);
            }
            readers.get(n).ask();
        }
    }

    /// What came in a time.
    Figures listen(double seconds) throws IOException {
        figures = new Figures(new Delays(), new Delays());
        long until = System.nanoTime() + (long) (seconds * 1e9);
        while (System.nanoTime() < until) {
            look(1 + (until - System.nanoTime()) / 1_000_000);
        }
        return figures;
    }

    private void look(long millis) throws IOException {
        if (selector.select(key -> hear((Reader) key.attachment()), millis) > 0) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private void hear(Reader reader) {
        try {
            read.clear();
            if (reader.socket.read(read) < 0) {
                throw new IOException("The server closed a stream");
            }
            long now = System.nanoTime();
            reader.take(read.array(), read.position(), now);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private final class Reader {
        private final SocketChannel socket;
        private byte[] rest = {};
        private boolean done;
        private long lastSaid;
        private long lastHeard;

        Reader(SocketChannel socket) {
            this.socket = socket;
        }

        void ask() throws IOException {
            done = false;
            lastSaid = 0;
            for (var bytes = ByteBuffer.wrap(request); bytes.hasRemaining(); ) {
                socket.write(bytes);
            }
        }

        /// Any other answer than a stream that ends voids the run.
        void take(byte[] bytes, int length, long now) throws IOException {
            var all = bytes;
            int end = length;
            if (rest.length > 0) {
                all = Arrays.copyOf(rest, rest.length + length);
                System.arraycopy(bytes, 0, all, rest.length, length);
                end = all.length;
            }
            int from = 0;
            for (int at = 0; at < end; at++) {
                if (all[at] == '\n') {
                    line(all, from, at, now);
                    from = at + 1;
                }
            }
            rest = Arrays.copyOfRange(all, from, end);
        }

        private void line(byte[] all, int from, int to, long now) throws IOException {
            if (starts(all, from, to, FAILED)
                    || starts(all, from, to, HTTP) && !starts(all, from, to, OK)) {
                throw new IOException(
                        "Instead of a stream: "
                                + new String(all, from, to - from, StandardCharsets.UTF_8));
            }
            if (done && starts(all, from, to, LAST_CHUNK)) {
                ask();
            } else if (starts(all, from, to, DONE)) {
                done = true;
            } else {
                token(all, from, to, now);
            }
        }

        private void token(byte[] all, int from, int to, long now) {
            int at = from;
            while (at < to && all[at] != '@') {
                at++;
            }
            if (at == to) {
                return;
            }
            long said = 0;
            for (at++; all[at] != '@'; at++) {
                said = said * 10 + all[at] - '0';
            }
            figures.late.add(now - said);
            if (lastSaid != 0) {
                figures.apart.add(now - lastHeard - (said - lastSaid));
            }
            lastSaid = said;
            lastHeard = now;
        }

        private static boolean starts(byte[] all, int from, int to, byte[] with) {
            return to - from >= with.length
                    && Arrays.equals(all, from, from + with.length, with, 0, with.length);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() throws IOException {
        for (var key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }
}
