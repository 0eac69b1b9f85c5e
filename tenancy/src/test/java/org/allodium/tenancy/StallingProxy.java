package org.allodium.tenancy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Between a node and its server. The connections that exist can be made to stand with nobody at
/// the other end, as after a power cut there or behind a router that forgot them; or all, for as
/// long as the line is cut.
public final class StallingProxy implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StallingProxy.class);

    private final ServerSocket door;
    private final int port;
    private final List<Pair> pairs = new CopyOnWriteArrayList<>();
    private final ByteArrayOutputStream passed = new ByteArrayOutputStream();
    private volatile boolean cut;

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
    public StallingProxy(int port) throws IOException {
        this(port, 0);
    }

    /// @param ownPort where it listens
    public StallingProxy(int port, int ownPort) throws IOException {
        this.port = port;
        this.door = new ServerSocket(ownPort, 50, InetAddress.getLoopbackAddress());
        Thread.startVirtualThread(this::accept);
    }

    public int port() {
        return door.getLocalPort();
    }

    /// What exists now says nothing any more, and is not closed; what comes later is as ever.
    void stall() {
        pairs.forEach(pair -> pair.stalled = true);
    }

    /// Who connects from now on hears nothing either.
    public void cut() {
        cut = true;
        stall();
    }

    /// What was said meanwhile is lost, and with it the connections on which it was said.
    public void restore() {
        cut = false;
        pairs.stream().filter(pair -> pair.stalled).forEach(StallingProxy::hangUp);
    }

    /// All that went through, both ways and of all connections.
    public byte[] passed() {
        synchronized (passed) {
            return passed.toByteArray();
        }
    }

    private void accept() {
        try {
            while (true) {
                connect(door.accept());
            }
        } catch (IOException e) {
            LOG.debug("Closed", e);
        }
    }

    /// As if the port were the server's own: nobody is taken in where nobody listens.
    private void connect(Socket here) throws IOException {
        try {
            var pair = new Pair(here, new Socket(InetAddress.getLoopbackAddress(), port));
            pair.stalled = cut;
            pairs.add(pair);
            Thread.startVirtualThread(() -> pass(pair, pair.here, pair.there));
            Thread.startVirtualThread(() -> pass(pair, pair.there, pair.here));
        } catch (ConnectException nobody) {
            here.close();
        }
    }

    private void pass(Pair pair, Socket from, Socket into) {
        try (InputStream in = from.getInputStream();
                OutputStream out = into.getOutputStream()) {
            var piece = new byte[8_192];
            for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
                if (!pair.stalled) {
                    synchronized (passed) {
                        passed.write(piece, 0, read);
                    }
                    out.write(piece, 0, read);
                    out.flush();
                }
            }
        } catch (IOException e) {
            LOG.debug("One side is gone", e);
        }
    }

    private static void hangUp(Pair pair) {
        try (pair.here;
                pair.there) {
            LOG.debug("Hung up");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            door.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        pairs.forEach(StallingProxy::hangUp);
    }
}
