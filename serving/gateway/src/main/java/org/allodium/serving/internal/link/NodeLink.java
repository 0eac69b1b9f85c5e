package org.allodium.serving.internal.link;

import java.net.InetAddress;
import java.net.SocketException;
import java.net.URI;
import java.util.List;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.allodium.serving.ServingConfig.LinkSettings;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.JChannel;
import org.jgroups.Message;
import org.jgroups.Receiver;
import org.jgroups.View;
import org.jgroups.protocols.FD_ALL3;
import org.jgroups.protocols.FRAG4;
import org.jgroups.protocols.MERGE3;
import org.jgroups.protocols.MFC;
import org.jgroups.protocols.TCP;
import org.jgroups.protocols.TCPPING;
import org.jgroups.protocols.UFC;
import org.jgroups.protocols.UNICAST3;
import org.jgroups.protocols.VERIFY_SUSPECT2;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.protocols.pbcast.NAKACK2;
import org.jgroups.protocols.pbcast.STABLE;
import org.jgroups.stack.Protocol;
import org.jgroups.util.DefaultSocketFactory;
import org.jgroups.util.SocketFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// This node among its peers. One port, and on it TLS 1.3 with a certificate on either side before
/// anything is read. Whoever is silent for two seconds is left out, and taken in again a few
/// seconds after it can be reached.
final class NodeLink implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeLink.class);
    private static final String GROUP = "allodium";

    private static final int HANDSHAKE_MILLIS = 3_000;

    private final JChannel channel;

    static {
        SparseLog.impose();
        NarrowMessages.impose();
    }

    /// Called on JGroups' threads, which it must not hold up.
    interface Hearing {
        void heard(byte[] message);

        /// @param newcomers who is to be told what was told before; empty where another tells them
        void members(int count, List<Address> newcomers);
    }

    private NodeLink(JChannel channel) {
        this.channel = channel;
    }

    static NodeLink open(LinkSettings settings, SSLContext keys, Hearing hearing) throws Exception {
        var channel = new JChannel(protocols(settings, keys));
        channel.setName(settings.node());
        channel.setReceiver(new Ear(channel, hearing));
        channel.setDiscardOwnMessages(true);
        try {
            channel.connect(GROUP);
            return new NodeLink(channel);
        } catch (Exception failed) {
            channel.close();
            throw failed;
        }
    }

    /// No detector with a socket of its own (`FD_SOCK2`): it knows no TLS.
    private static List<Protocol> protocols(LinkSettings settings, SSLContext keys)
            throws Exception {
        var transport = new TCP();
        transport.setSocketFactory(sockets(keys));
        transport.setBindAddress(InetAddress.getByName(settings.address()));
        transport.setBindPort(settings.port());
        transport.setPortRange(0);
        if (settings.reachedAt().isPresent()) {
            var outside = URI.create("tcp://" + settings.reachedAt().get());
            transport.setExternalAddr(InetAddress.getByName(outside.getHost()));
            transport.setExternalPort(outside.getPort());
        }
        return List.of(
                transport,
                new TCPPING()
                        .setPortRange(0)
                        .setValue("initial_hosts_str", asJGroupsWrites(settings.peers())),
                new MERGE3().setMinInterval(500).setMaxInterval(1_500),
                new FD_ALL3().setTimeout(2_000).setInterval(500),
                new VERIFY_SUSPECT2().setTimeout(500),
                new NAKACK2().useMcastXmit(false),
                new UNICAST3(),
                new STABLE().setDesiredAverageGossip(10_000).setMaxBytes(2_000_000),
                new GMS().setJoinTimeout(1_000).printLocalAddress(false),
                new UFC(),
                new MFC(),
                new FRAG4());
    }

    /// JGroups' own way to TLS has no bound for who connects and is then left without a word.
    private static SocketFactory sockets(SSLContext keys) {
        var sockets = new DefaultSocketFactory(keys);
        sockets.setServerSocketConfigurator(
                socket -> {
                    var server = (SSLServerSocket) socket;
                    server.setEnabledProtocols(new String[] {"TLSv1.3"});
                    server.setNeedClientAuth(true);
                });
        sockets.setSocketConfigurator(socket -> bound((SSLSocket) socket));
        return sockets;
    }

    private static void bound(SSLSocket socket) {
        try {
            socket.setSoTimeout(HANDSHAKE_MILLIS);
            socket.addHandshakeCompletedListener(_ -> unbound(socket));
        } catch (SocketException closed) {
            LOG.debug("Closed before it was used", closed);
        }
    }

    private static void unbound(SSLSocket socket) {
        try {
            socket.setSoTimeout(0);
        } catch (SocketException closed) {
            LOG.debug("Closed again", closed);
        }
    }

    private static String asJGroupsWrites(List<String> peers) {
        return peers.stream()
                .map(peer -> peer.replaceFirst(":(\\d+)$", "[$1]"))
                .collect(Collectors.joining(","));
    }

    /// May wait for those who read slowly. False where nobody is there to be told.
    /// @param to all but this node where null
    boolean send(@Nullable Address to, byte[] message) throws Exception {
        if (to != null && !channel.getView().containsMember(to)) {
            return false;
        }
        channel.send(new BytesMessage(to, message));
        return true;
    }

    @Override
    public void close() {
        channel.close();
    }

    private static final class Ear implements Receiver {
        private final JChannel channel;
        private final Hearing hearing;
        private List<Address> before = List.of();

        Ear(JChannel channel, Hearing hearing) {
            this.channel = channel;
            this.hearing = hearing;
        }

        @Override
        public void receive(Message message) {
            if (message instanceof BytesMessage && message.hasArray()) {
                var bytes = new byte[message.getLength()];
                System.arraycopy(message.getArray(), message.getOffset(), bytes, 0, bytes.length);
                hearing.heard(bytes);
            }
        }

        /// Of those who were together, the first one left tells the newcomers.
        @Override
        public void viewAccepted(View view) {
            var now = view.getMembers();
            var stayed = before.stream().filter(now::contains).findFirst();
            boolean tells = stayed.filter(channel.getAddress()::equals).isPresent();
            var newcomers =
                    now.stream().filter(member -> tells && !before.contains(member)).toList();
            if (now.size() > 1 || before.size() > 1) {
                LOG.info("Nodes that tell each other of kept answers now: {}", now);
            }
            before = List.copyOf(now);
            hearing.members(now.size(), newcomers);
        }
    }
}
