package org.allodium.it.attack;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.allodium.it.product.Product;

/// Many connections that each say the same and then nothing more, and read nothing.
final class Crowd implements AutoCloseable {
    private final List<SocketChannel> members = new ArrayList<>();

    static Crowd of(int size, String says) throws IOException {
        var crowd = new Crowd();
        var portal = URI.create(Product.portal());
        var bytes = says.getBytes(StandardCharsets.ISO_8859_1);
        for (int i = 0; i < size; i++) {
            var member = SocketChannel.open();
            // Little room: what the server has to say is left waiting there.
            member.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
            member.connect(new InetSocketAddress("127.0.0.1", portal.getPort()));
            crowd.members.add(member);
            for (var rest = ByteBuffer.wrap(bytes); rest.hasRemaining(); ) {
                member.write(rest);
            }
        }
        return crowd;
    }

    @Override
    public void close() throws IOException {
        for (var member : members) {
            // Gone at once, as when a machine is switched off.
            member.setOption(StandardSocketOptions.SO_LINGER, 0);
            member.close();
        }
    }
}
