package org.allodium.it.product;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/// Bytes to a server as no client library sends them, and the bytes that come back.
public final class RawHttp {
    private static final int PATIENCE_MILLIS = 20_000;

    private RawHttp() {}

    /// To the product itself; lines end in CR LF already.
    public static String send(String request) throws IOException {
        return send(URI.create(Product.portal()).getPort(), request);
    }

    /// Everything that comes until the server closes, or falls silent for a second after the first
    /// bytes.
    public static String send(int port, String request) throws IOException {
        return send(port, request, PATIENCE_MILLIS, false);
    }

    /// As from a client that breaks off in the middle of what it sends, and still listens.
    public static String sendAndEnd(String request) throws IOException {
        return send(URI.create(Product.portal()).getPort(), request, PATIENCE_MILLIS, true);
    }

    /// For what a server may leave unanswered: nothing then.
    public static String trySend(String request) {
        try {
            return send(URI.create(Product.portal()).getPort(), request, 1_500, false);
        } catch (IOException silent) {
            return "";
        }
    }

    private static String send(int port, String request, int patienceMillis, boolean end)
            throws IOException {
        try (var socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(patienceMillis);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            if (end) {
                socket.shutdownOutput();
            }
            var all = new ByteArrayOutputStream();
            var piece = new byte[8192];
            try {
                int length;
                while ((length = socket.getInputStream().read(piece)) >= 0) {
                    all.write(piece, 0, length);
                    socket.setSoTimeout(1_000);
                }
            } catch (IOException endOrSilence) {
                if (all.size() == 0) {
                    throw endOrSilence;
                }
            }
            return all.toString(StandardCharsets.UTF_8);
        }
    }

    public static int status(String answer) {
        return Integer.parseInt(answer.split(" ", 3)[1]);
    }

    /// The first header of this name, or nothing.
    public static String header(String answer, String name) {
        var head = answer.split("\r\n\r\n", 2)[0];
        return List.of(head.split("\r\n")).stream()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst()
                .orElse("");
    }
}
