package org.allodium.serving.rest;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// The kernel's table of TCP sockets, as Linux shows it: `proc_net_tcp(5)`.
final class SocketTable {
    private static final Set<Integer> CLOSED_BY_PEER = Set.of(0x06, 0x07, 0x08, 0x09, 0x0b);

    private final Path folder;

    SocketTable(Path folder) {
        this.folder = folder;
    }

    /// This process's own network, whatever namespace it is in.
    static SocketTable ofThisProcess() {
        return new SocketTable(Path.of("/proc/self/net"));
    }

    /// Both ends of a connection, as this machine sees them.
    record Ends(InetSocketAddress local, InetSocketAddress remote) {}

    /// @param closedByPeer of the wanted connections those that the kernel knows, and whether their
    ///     peers have closed
    /// @param ports of all sockets of this machine, those that listen among them
    record Picture(Map<Ends, Boolean> closedByPeer, Set<Integer> ports) {
        Picture {
            closedByPeer = Map.copyOf(closedByPeer);
            ports = Set.copyOf(ports);
        }
    }

    Picture look(Set<Ends> wanted) throws IOException {
        var closedByPeer = new HashMap<Ends, Boolean>();
        var ports = new HashSet<Integer>();
        read("tcp", wanted, closedByPeer, ports);
        // A server that listens on both families has its IPv4 peers here, as mapped addresses.
        if (Files.exists(folder.resolve("tcp6"))) {
            read("tcp6", wanted, closedByPeer, ports);
        }
        return new Picture(closedByPeer, ports);
    }

    private void read(
            String file, Set<Ends> wanted, Map<Ends, Boolean> closedByPeer, Set<Integer> ports)
            throws IOException {
        var path = folder.resolve(file);
        try (BufferedReader lines = Files.newBufferedReader(path, StandardCharsets.US_ASCII)) {
            lines.readLine();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                var columns = line.strip().split("\\s+", 5);
                if (columns.length == 5) {
                    var ends = new Ends(address(columns[1]), address(columns[2]));
                    ports.add(ends.local().getPort());
                    if (wanted.contains(ends)) {
                        int state = Integer.parseInt(columns[3], 16);
                        closedByPeer.put(ends, CLOSED_BY_PEER.contains(state));
                    }
                }
            }
        } catch (NumberFormatException e) {
            throw new IOException(path + " is not as this kernel documents it", e);
        }
    }

    /// Words of 32 bits in the machine's own order, then the port.
    private static InetSocketAddress address(String text) throws UnknownHostException {
        int colon = text.indexOf(':');
        var bytes = ByteBuffer.allocate(colon / 2).order(ByteOrder.nativeOrder());
        for (int at = 0; at < colon; at += 8) {
            bytes.putInt(Integer.parseUnsignedInt(text, at, at + 8, 16));
        }
        return new InetSocketAddress(
                InetAddress.getByAddress(bytes.array()),
                Integer.parseInt(text, colon + 1, text.length(), 16));
    }
}
