package org.allodium.identity.internal;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Who stands at the other end: the peer of the connection, or, where that is a configured proxy,
/// whom the proxy names. What anybody else claims in a header counts for nothing.
public final class ClientAddress {
    private final List<Network> proxies;

    /// @param proxies addresses or networks (`10.0.0.0/8`), by commas
    public ClientAddress(String proxies) {
        this.proxies =
                Arrays.stream(proxies.split(","))
                        .map(String::strip)
                        .filter(text -> !text.isEmpty())
                        .map(Network::of)
                        .toList();
    }

    /// For counting: an IPv6 address stands for its network of 64 bits, which is one customer's.
    /// @param forwarded the header `X-Forwarded-For`
    public String of(String peer, @Nullable String forwarded) {
        var address = literal(peer);
        var named = forwarded == null ? new String[0] : forwarded.split(",", -1);
        // From the right: what stands left of a stranger was written by that stranger.
        for (int i = named.length - 1; i >= 0 && address.filter(this::isProxy).isPresent(); i--) {
            var next = literal(named[i].strip());
            if (next.isEmpty()) {
                break;
            }
            address = next;
        }
        return address.map(ClientAddress::counted).orElse(peer);
    }

    private boolean isProxy(InetAddress address) {
        return proxies.stream().anyMatch(network -> network.holds(address));
    }

    private static String counted(InetAddress address) {
        var bytes = address.getAddress();
        return bytes.length == 16 ? new Network(bytes, 64).toString() : address.getHostAddress();
    }

    /// Never a name: it would be looked up.
    private static Optional<InetAddress> literal(String text) {
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private record Network(byte[] address, int bits) {
        static Network of(String text) {
            var parts = text.split("/", 2);
            var address = literal(parts[0]).map(InetAddress::getAddress).orElse(new byte[0]);
            int all = address.length * 8;
            int bits = parts.length == 1 ? all : number(parts[1]);
            if (all == 0 || bits < 0 || bits > all) {
                throw new IllegalArgumentException(
                        "allodium.trusted.proxies holds addresses and networks, not " + text);
            }
            return new Network(address, bits);
        }

        private static int number(String text) {
            return text.matches("\\d{1,3}") ? Integer.parseInt(text) : -1;
        }

        boolean holds(InetAddress other) {
            var bytes = other.getAddress();
            return bytes.length == address.length && Arrays.equals(masked(bytes), masked(address));
        }

        private byte[] masked(byte[] bytes) {
            var masked = bytes.clone();
            for (int i = 0; i < masked.length; i++) {
                int kept = Math.clamp(bits - i * 8L, 0, 8);
                masked[i] &= (byte) (0xFF << (8 - kept));
            }
            return masked;
        }

        @Override
        public String toString() {
            return java.util.HexFormat.of().formatHex(masked(address)) + "/" + bits;
        }
    }
}
