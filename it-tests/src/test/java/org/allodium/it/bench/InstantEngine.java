package org.allodium.it.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// An engine that has every answer at once: twenty words, whole or one by one. What a gateway adds
/// to it is the gateway's.
final class InstantEngine implements AutoCloseable {
    private static final int WORDS = 20;
    private static final byte[] WHOLE = whole();
    private static final byte[] STREAM = stream();

    private final ServerSocket server;

    InstantEngine() throws IOException {
        server = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon().name("instant-engine").start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                var client = server.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private static void serve(Socket client) {
        try (client) {
            client.setTcpNoDelay(true);
            var in =
                    new BufferedReader(
                            new InputStreamReader(
                                    client.getInputStream(), StandardCharsets.ISO_8859_1));
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                client.getOutputStream()
                        .write(body(in).contains("\"stream\":true") ? STREAM : WHOLE);
            }
        } catch (IOException e) {
            // A gateway that closes its connection has had its answer.
        }
    }

    private static String body(BufferedReader in) throws IOException {
        int length = 0;
        for (var header = in.readLine(); !header.isEmpty(); header = in.readLine()) {
            if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(header.substring(15).strip());
            }
        }
        var body = new char[length];
        for (int read = 0; read < length; ) {
            int more = in.read(body, read, length - read);
            if (more < 0) {
                throw new UncheckedIOException(new IOException("A request without its body"));
            }
            read += more;
        }
        return new String(body).replace("\": ", "\":");
    }

    private static byte[] whole() {
        var body =
                "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"mock\",\"choices\":[{\"index\":0,"
                        + "\"message\":{\"role\":\"assistant\",\"content\":\""
                        + "word ".repeat(WORDS)
                        + "\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":20,\"total_tokens\":25}}";
        return ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                        + body.length()
                        + "\r\n\r\n"
                        + body)
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] stream() {
        var text =
                new StringBuilder(
                        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (int n = 0; n < WORDS; n++) {
            chunk(
                    text,
                    "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"mock\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"word \"},\"finish_reason\":null}]}\n\n");
        }
        chunk(text, "data: [DONE]\n\n");
        return text.append("0\r\n\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void chunk(StringBuilder to, String data) {
        to.append(Integer.toHexString(data.length())).append("\r\n").append(data).append("\r\n");
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
