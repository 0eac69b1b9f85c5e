package org.allodium.tenancy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Between a node and its server. The connections that exist can be made to stand with nobody at
/// the other end, as after a power cut there or behind a router that forgot them.
final class StallingProxy implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StallingProxy.class);

    private final ServerSocket door;
    private final int port;
    private final List<Pair> pairs = new CopyOnWriteArrayList<>();

    private static final class Pair {
        private final Socket here;
        private final Socket there;
        private volatile boolean stalled;

        Pair(Socket here, Socket there) {
            this.here = here;
            this.there = there;
        }
    }

    /// @param port the server's, on this machine
    StallingProxy(int port) throws IOException {
        this.port = port;
        this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.startVirtualThread(this::accept);
    }

    int port() {
        return door.getLocalPort();
    }

    /// What exists now says nothing any more, and is not closed; what comes later is as ever.
    void stall() {
        pairs.forEach(pair -> pair.stalled = true);
    }

    private void accept() {
        try {
            while (true) {
                var here = door.accept();
                var pair = new Pair(here, new Socket(InetAddress.getLoopbackAddress(), port));
                pairs.add(pair);
                Thread.startVirtualThread(() -> pass(pair, pair.here, pair.there));
                Thread.startVirtualThread(() -> pass(pair, pair.there, pair.here));
            }
        } catch (IOException e) {
            LOG.debug("Closed", e);
        }
    }

    private static void pass(Pair pair, Socket from, Socket into) {
        try (InputStream in = from.getInputStream();
                OutputStream out = into.getOutputStream()) {
            var piece = new byte[8_192];
            for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
                if (!pair.stalled) {
                    out.write(piece, 0, read);
                    out.flush();
                }
            }
        } catch (IOException e) {
            LOG.debug("One side is gone", e);
        }
    }

    @Override
    public void close() {
        try {
            door.close();
            for (var pair : pairs) {
                pair.here.close();
                pair.there.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
